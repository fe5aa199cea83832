// sockeye lab replay|diff: what a lab's recording holds, as it was seen; and where two are not the same.
#include "cli/lab_recording.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "cli/exit_code.hpp"
#include "cli/interrupts.hpp"
#include "cli/json.hpp"
#include "cli/lab_past.hpp"
#include "cli/part.hpp"
#include "cli/topology.hpp"
#include "cli/words.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab_options.hpp"
#include "view/ladder.hpp"
#include "view/recording_diff.hpp"
#include "view/story.hpp"

namespace sockeye::cli {
namespace {

constexpr const char* replay_examples = R"(Examples:
  sockeye lab up office.clab.yml --record o.pcapng
  sockeye lab replay o.pcapng                  every frame, when it left
  sockeye lab replay o.pcapng --story alice    what one host lived through
  sockeye lab replay o.pcapng tcp and lost     a filter: see lab ladder --help
  sockeye lab replay o.pcapng --to 3s --speed max

On a terminal it takes the time that it took, at --speed 1; elsewhere none.
What frames do not show is not there: through how many ports a switch sent one,
and what hosts knew.)";

constexpr const char* diff_examples = R"(Examples:
  sockeye lab up office.clab.yml --record a.pcapng
  sockeye lab up office.clab.yml --seed 2 --record b.pcapng
  sockeye lab diff a.pcapng b.pcapng

Exit code 0: each frame of the one is the other's, to the octet and the
nanosecond, and so are seed, hash and topology. 1: they are not; then the first
frame that differs is shown, those before it, and the fields that differ.)";

struct ReplayOptions {
    std::string file;
    std::vector<std::string> filter;
    std::string to;
    std::string speed;
    std::string story;
    bool json = false;
};

/// What there is to show, piece by piece, in the order of time.
using Pieces = std::vector<view::Piece>;

struct Pace {
    Speed speed = Speed::max();
    Instant until = Instant::never();  ///< on the lab's clock
};

/// @returns a mistake in what was asked for
Result<Pace> pace_of(const ReplayOptions& options) {
    Pace pace{.speed = isatty(STDOUT_FILENO) == 1 && !options.json ? Speed::real_time() : Speed::max()};
    if (!options.speed.empty()) {
        const Result<Speed> speed = Speed::parse(options.speed);
        if (!speed) return std::unexpected{speed.error()};
        pace.speed = *speed;
    }
    const Result<Instant> until = parse_until(options.to);
    if (!until) return std::unexpected{until.error()};
    pace.until = *until;
    return pace;
}

Task<Result<void>> show_paced(Network& machine, const Pieces& pieces, Speed speed) {
    const Instant began = machine.now();
    for (const view::Piece& piece : pieces) {
        const Instant due = began + speed.of_the_machine(piece.at.since_zero());
        if (due > machine.now())
            if (Result<void> slept = co_await machine.sleep_until(due); !slept) co_return slept;
        tell(piece.text);
    }
    co_return Result<void>{};
}

/// @returns whether it has come to its end, and was not interrupted
bool show(const Pieces& pieces, Speed speed) {
    if (speed.is_max()) {
        for (const view::Piece& piece : pieces) tell(piece.text);
        return true;
    }
    KernelNetwork machine;
    const Interrupts interrupts{machine};
    return machine.run(show_paced(machine, pieces, speed)).has_value();
}

Pieces pieces_of_lines(const std::vector<view::Line>& lines, bool json) {
    Pieces pieces;
    const view::Layout layout{lines, LadderOptions{}.width};
    if (!json) pieces.push_back({.at = {}, .text = title_of(layout)});
    for (const view::Line& line : lines)
        pieces.push_back(
            {.at = line.at, .text = json ? json_line(view::to_json(line)) : to_text(layout, line)});
    return pieces;
}

std::string line_json(const view::Chapter& chapter, const view::Line& line) {
    Json object = view::to_json(line);
    object["chapter"] = to_string(chapter.kind);
    return json_line(object);
}

Pieces pieces_of_story(const std::vector<view::Chapter>& chapters, bool json) {
    if (!json) return view::pieces_of(chapters, LadderOptions{}.width, has_colour(stdout));
    Pieces pieces;
    for (const view::Chapter& chapter : chapters)
        for (const view::Line& line : chapter.lines)
            pieces.push_back({.at = line.at, .text = line_json(chapter, line)});
    return pieces;
}

std::string end_of(const lab::Recording& recording, const lab::Past& past, bool json) {
    const auto lost = static_cast<std::size_t>(
        std::ranges::count_if(past.journeys, [](const lab::Journey& one) { return one.is_lost(); }));
    if (json)
        return json_line({{"kind", "recording"},
                          {"seed", recording.seed() ? Json(*recording.seed()) : Json{}},
                          {"hash", text_or_null(recording.hash())},
                          {"frames", past.journeys.size()},
                          {"of", recording.frames().size()},
                          {"lost", lost}});
    std::string text = "\n" + counted(past.journeys.size(), "frame", "frames");
    if (past.journeys.size() < recording.frames().size())
        text += fmt::format(" of {}", recording.frames().size());
    text += fmt::format(", {} lost.\n", lost == 0 ? "none" : std::to_string(lost));
    return recording.hash().empty() ? text : text + fmt::format("hash {}\n", recording.hash());
}

int replay(const ReplayOptions& options) {
    constexpr std::string_view verb = "lab replay";
    const Result<Pace> pace = pace_of(options);
    if (!pace) return fail_usage(verb, pace.error().detail());
    const Result<lab::Recording> recording = open_recording(options.file);
    if (!recording) return fail(verb, Exit::other, recording.error().detail());
    if (recording->is_of_a_lab() && !recording->is_complete())
        say(fmt::format("{} has no end: it was cut off, or is still being written", options.file));
    const lab::Past past = recording->past(pace->until);
    Pieces pieces;
    if (options.story.empty()) {
        const Result<view::FrameFilter> filter = view::FrameFilter::parse(options.filter, past.nodes);
        if (!filter) return fail_usage(verb, filter.error().detail());
        pieces = pieces_of_lines(view::ladder_lines(past, *filter), options.json);
    } else {
        if (past.node(options.story) == nullptr)
            return fail_usage(
                verb, fmt::format("--story: there is no host '{}' in {}", options.story, options.file));
        pieces = pieces_of_story(view::story(past, options.story), options.json);
    }
    if (show(pieces, pace->speed)) tell(end_of(*recording, past, options.json));
    return static_cast<int>(Exit::ok);
}

struct DiffOptions {
    std::string first;
    std::string second;
    bool json = false;
};

/// What cannot be compared is said.
Result<lab::Recording> open_to_compare(const std::string& path) {
    Result<lab::Recording> recording = open_recording(path);
    if (!recording) return recording;
    if (!recording->is_of_a_lab())
        return std::unexpected{Error{Errc::invalid_argument, "",
                                     path + " is no lab's recording: `sockeye lab up --record` writes one"}};
    if (!recording->is_complete())
        return std::unexpected{
            Error{Errc::corrupted, "", path + " has no end: it was cut off, or is still being written"}};
    return recording;
}

int diff(const DiffOptions& options) {
    constexpr std::string_view verb = "lab diff";
    const Result<lab::Recording> first = open_to_compare(options.first);
    if (!first) return fail(verb, Exit::usage, first.error().detail());
    const Result<lab::Recording> second = open_to_compare(options.second);
    if (!second) return fail(verb, Exit::usage, second.error().detail());
    const view::RecordingDiff difference = view::compare(*first, *second);
    const view::NamedRecording a{options.first, *first};
    const view::NamedRecording b{options.second, *second};
    if (!options.json) tell(to_text(difference, a, b));
    if (options.json)
        for (const view::Json& object : to_json(difference, a, b)) tell(json_line(object));
    return static_cast<int>(difference.is_same() ? Exit::ok : Exit::other);
}

}  // namespace

Result<lab::Recording> open_recording(const std::string& path) {
    Result<std::string> file = contents(path);
    if (!file) return std::unexpected{file.error()};
    return lab::Recording::read(std::move(*file), path);
}

void add_recording_verbs(CLI::App& group, Action& chosen) {
    const auto options = std::make_shared<ReplayOptions>();
    CLI::App* sub =
        add_part(group, chosen, {"replay", "show a recording again, as it happened", replay_examples},
                 options, replay);
    sub->add_option("FILE", options->file, "of `lab up --record` or `lab capture -w`")
        ->required()
        ->type_name("");
    CLI::Option* filter =
        sub->add_option("FILTER", options->filter, "some lines: see `lab ladder --help`")->type_name("");
    sub->add_option("--to", options->to, "up to that time of the lab's, such as 3s")->type_name("TIME");
    sub->add_option("--speed", options->speed,
                    "seconds of the recording a second; max: all at once\n(1 on a terminal, else max)")
        ->type_name("SPEED");
    sub->add_option("--story", options->story, "what that host lived through, and not every frame")
        ->type_name("HOST")
        ->excludes(filter);

    const auto files = std::make_shared<DiffOptions>();
    CLI::App* compare =
        add_part(group, chosen,
                 {"diff", "find the first frame in which two recordings differ", diff_examples}, files, diff);
    compare->add_option("A", files->first, "a recording of `lab up --record`")->required()->type_name("");
    compare->add_option("B", files->second, "another, to compare with")->required()->type_name("");
}

}  // namespace sockeye::cli
