#include "cli/lab_up.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/quantity.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/interrupts.hpp"
#include "cli/json.hpp"
#include "cli/part.hpp"
#include "cli/recording.hpp"
#include "cli/topology.hpp"
#include "cli/words.hpp"
#include "lab/journey.hpp"
#include "sockeye/kernel.hpp"
#include "view/control_socket.hpp"
#include "view/ladder.hpp"
#include "view/run_control.hpp"
#include "view/run_through.hpp"
#include "view/started_lab.hpp"
#include "view/story.hpp"
#include "view/stream.hpp"

namespace sockeye::cli {
namespace {

constexpr const char* up_examples = R"(Examples:
  sockeye lab up office.clab.yml                   until its programs are done
  sockeye lab up --until 2m --quiet                this folder's one *.clab.yml
  sockeye lab up office.clab.yml --story alice     what one host lives through
  sockeye lab up office.clab.yml --record o.pcapng  and then: wireshark o.pcapng
  sockeye lab up office.clab.yml --faults office.faults.yml
  sockeye lab up office.clab.yml --stay            and then: sockeye lab ps
  sockeye lab up --topo tree,2,3 --stay            and then: sockeye lab pingall

Without --until it runs until each host's programs have done what they are for
(a server listens, a client has what it wanted), and one more second; a minute
at most. The same seed gives the same octets at the same nanosecond.)";

std::string heading(std::string_view text) {
    return has_colour(stdout) ? fmt::format("\033[1m{}\033[0m", text) : std::string{text};
}

/// What ran, for a person's first look.
std::string opening(const lab::TopologyFile& topology, const UpOptions& options) {
    std::string text = heading(summary(topology)) + "\n";
    const lab::NodeSpec* host = topology.node(options.story);
    const std::string what = host == nullptr ? "every frame, where it leaves its sender"
                                             : fmt::format("{} runs {}", host->name,
                                                           host->program.empty() ? "nothing" : host->program);
    return text + fmt::format("{}\nTimes are the lab's, in seconds; seed {}.\n\n", what, options.seed);
}

std::string chapters_json(const std::vector<view::Chapter>& chapters) {
    std::string text;
    for (const view::Chapter& chapter : chapters) {
        text += json_line({{"kind", "chapter"},
                           {"name", to_string(chapter.kind)},
                           {"meaning", text_or_null(chapter.meaning)},
                           {"began_ns", chapter.began.since_zero().count()}});
        for (const view::Line& line : chapter.lines)
            text += json_line({{"kind", line.note.empty() ? "line" : "note"},
                               {"chapter", to_string(chapter.kind)},
                               {"at_ns", line.at.since_zero().count()},
                               {"from", text_or_null(line.from)},
                               {"to", text_or_null(line.to)},
                               {"on_the_wire", text_or_null(line.on_the_wire)},
                               {"tells", text_or_null(line.note.empty() ? line.tells : line.note)}});
    }
    return text;
}

std::string notes_json(const lab::World& world) {
    std::string text;
    for (const lab::Note& note : world.recorder().notes())
        text += json_line({{"kind", "note"}, {"at_ns", note.at.since_zero().count()}, {"text", note.text}});
    return text;
}

/// What happened, as it was asked for.
void show(const Lab& lab, const UpOptions& options) {
    const lab::World& world = lab.world();
    if (options.quiet) return;
    if (options.story.empty())
        return tell(options.json ? frames_json(world) + notes_json(world) : view::ladder(world, {}));
    const std::vector<view::Chapter> chapters = view::story(world, options.story);
    if (options.json) return tell(chapters_json(chapters));
    tell(view::to_text(chapters, LadderOptions{}.width, has_colour(stdout)));
    if (const std::string timing = view::timing_of(chapters); !timing.empty()) tell("\n" + timing + "\n");
}

void show_end(const Lab& lab, const UpOptions& options, Duration took) {
    const lab::Recorder& recorder = lab.world().recorder();
    const lab::FrameCount count = lab::count_frames(recorder);
    const bool is_all = recorder.first_number() == 0;
    const Duration passed = lab.now().since_zero();
    if (options.json)
        return tell(json_line({{"kind", "lab"},
                               {"seed", options.seed},
                               {"hash", lab.hash()},
                               {"frames", count.frames},
                               {"complete", is_all},
                               {"lost", count.lost},
                               {"virtual_ns", passed.count()},
                               {"took_ns", took.count()},
                               {"recorded", text_or_null(options.record)}}));
    tell(fmt::format("{}{}{}, {} lost; {} of virtual time ran in {}.\nhash {}\n", options.quiet ? "" : "\n",
                     counted(count.frames, "frame", "frames"), is_all ? "" : " still kept",
                     count.lost == 0 ? "none" : std::to_string(count.lost), about(passed), about(took),
                     lab.hash()));
}

/// What happens only after the lab has ended is said before it runs.
void warn_of_late_faults(const UpOptions& options) {
    if (!options.until) return;
    for (const lab::Fault& fault : options.faults)
        if (fault.at > *options.until)
            say(fmt::format("{}:{}:{}: warning: {} comes at {}, after the end", options.faults_file,
                            fault.place.line, fault.place.column, fault.to_string(), about(fault.at)));
}

/// @returns an exit code where there is nothing to go on with
std::optional<int> read_faults(const lab::TopologyFile& topology, UpOptions& options) {
    std::optional<std::vector<lab::Fault>> faults = open_faults("lab up", options.faults_file, topology);
    if (!faults) return static_cast<int>(Exit::other);
    options.faults = *std::move(faults);
    warn_of_late_faults(options);
    return std::nullopt;
}

/// In the machine's time, where others may look into it, until its end, a signal or `lab down`.
Result<void> run_live(KernelNetwork& machine, view::StartedLab& started, const UpOptions& options,
                      Speed speed) {
    view::RunningLab& running = started.running;
    Result<view::ControlSocket> socket = view::ControlSocket::open(machine, running.name);
    if (!socket) return std::unexpected{socket.error()};
    machine.spawn(view::serve_control(machine, std::move(*socket), running));
    if (options.record.empty()) started.lab.world().keep(options.keep);
    const Interrupts interrupts{machine};
    say(fmt::format("the lab runs at {}: {} lab ps, lab ladder, lab ping HOST TARGET …; Ctrl-C ends it",
                    speed == Speed::real_time() ? "real time" : "speed " + speed.to_string(), called_as()));
    const Instant until = options.until ? Instant{*options.until} : Instant::never();
    const Result<Result<void>> ran =
        machine.run(view::run_paced(machine, started.lab, running.control, speed, until));
    static_cast<void>(machine.run(view::finish_streams(machine, running)));  // an interrupt ends it too
    if (!ran) return ran.error() == Errc::cancelled ? Result<void>{} : std::unexpected{ran.error()};
    return *ran;
}

int up(const UpOptions& given) {
    UpOptions options = given;
    const Result<TopologySource> source = open_topology(options.file, options.topo);
    if (!source) return fail("lab up", Exit::other, source.error().detail());
    if (!say_remarks(*source)) return static_cast<int>(Exit::other);
    if (!options.story.empty() && source->topology.node(options.story) == nullptr)
        return fail_usage("lab up",
                          fmt::format("--story: there is no host '{}' in {}", options.story, source->path));
    if (const std::optional<int> exit = read_faults(source->topology, options)) return *exit;
    return put_up(source->topology, options);
}

}  // namespace

bool stays(const UpOptions& options) {
    return options.stay || (!options.until && !options.json && isatty(STDOUT_FILENO) == 1);
}

int put_up(const lab::TopologyFile& topology, const UpOptions& options) {
    std::optional<view::StartedLab> put_up;  // outlives the machine's tasks, which look into it
    KernelNetwork machine;
    const Instant began = machine.now();
    view::StartedLab& started = put_up.emplace(topology, options.faults, LabOptions{.seed = options.seed});
    const Lab& lab = started.lab;
    const bool is_paced = !options.speed.is_max();
    if (!options.quiet && !options.json) tell(opening(topology, options));
    Result<void> ran = is_paced
                           ? run_live(machine, started, options, options.speed)
                           : view::run_through(started.lab, started.services, options.faults, options.until);
    const auto report = [&] { show_end(lab, options, machine.now() - began); };
    show(lab, options);
    if (is_paced || !stays(options)) report();
    if (ran && !is_paced && stays(options)) {
        ran = run_live(machine, started, options, Speed::real_time());
        report();
    }
    const Result<void> recorded = record(lab, options.record);
    if (!ran) return fail("lab up", ran.error());
    return recorded ? static_cast<int>(Exit::ok) : fail("lab up", Exit::other, recorded.error().detail());
}

void add_lab_up(CLI::App& group, Action& chosen) {
    const auto options = std::make_shared<UpOptions>();
    CLI::App* sub = add_part(group, chosen,
                             {"up", "put a lab up, run it, and show what happens", up_examples}, options, up);
    add_topology(*sub, options->file, options->topo);
    add_seed(*sub, options->seed);
    const auto set_until = [options](const std::string& text) {
        const Result<Duration> until = parse_duration(text);
        if (!until) throw CLI::ValidationError{"--until", std::string{until.error().detail()}};
        options->until = *until;
    };
    sub->add_option_function<std::string>("--until", set_until,
                                          "how long it runs, in virtual time, such as 2m")
        ->type_name("DURATION");
    const auto set_speed = [options](const std::string& text) {
        const Result<Speed> speed = Speed::parse(text);
        if (!speed) throw CLI::ValidationError{"--speed", std::string{speed.error().detail()}};
        options->speed = *speed;
    };
    sub->add_option_function<std::string>(
           "--speed", set_speed, "virtual seconds a second, such as 1 or 0.1; max: as\nfast as it can (max)")
        ->type_name("SPEED");
    sub->add_flag("--stay", options->stay,
                  "then it runs on in real time, for lab ps, lab ping\nand the like, until Ctrl-C or lab "
                  "down (as on a\nterminal without --until)");
    sub->add_option("--story", options->story, "what that host lives through, and not every frame")
        ->type_name("HOST");
    add_faults(*sub, options->faults_file);
    CLI::Option* record = add_record(*sub, options->record);
    sub->add_option(
           "--keep", options->keep,
           "while others may look into it, the latest so many\nframes stay in memory, and at times twice "
           "as many\n(100000); with --record, all")
        ->check(unsaid(CLI::Range(1, 100'000'000)))
        ->type_name("N")
        ->excludes(record);
    sub->add_flag("--quiet", options->quiet, "the count of frames and the hash alone");
}

}  // namespace sockeye::cli
