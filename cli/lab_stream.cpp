// sockeye lab capture|trace|ladder: what happens in a lab that runs, as it happens; the ladder also of a
// file.
#include "cli/lab_stream.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <vector>

#include "cli/capture_file.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/interrupts.hpp"
#include "cli/json.hpp"
#include "cli/lab_client.hpp"
#include "cli/lab_past.hpp"
#include "cli/lab_recording.hpp"
#include "cli/part.hpp"
#include "cli/words.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "view/control_socket.hpp"
#include "view/ladder.hpp"

namespace sockeye::cli {
namespace {

constexpr const char* capture_examples = R"(Examples:
  sockeye lab capture alice:eth0               a line a frame
  sockeye lab capture alice -w alice.pcapng    all its cards, into a file
  sockeye lab capture gw:eth1 -w - | wireshark -k -i -
  sockeye lab capture alice --count 5 --for 10s

Frames come as tcpdump on that machine would see them: > leaves, < comes in. It
ends with the lab, when there are enough, or by Ctrl-C. Whoever reads too slowly
misses frames and is told how many; the lab does not wait.)";

constexpr const char* trace_examples = R"(Examples:
  sockeye lab trace                  every host's TCP connections
  sockeye lab trace alice --json
  sockeye lab trace web --from o.pcapng   of a recording, up to its end

A line for each change of a connection's state (RFC 9293 §3.3.2), and what made
it: a segment that came, a call of the program's, a timer. Ends with the lab, or
by Ctrl-C.)";

constexpr const char* ladder_examples = R"(Examples:
  sockeye lab ladder                           the latest lines
  sockeye lab ladder alice and tcp --last 10
  sockeye lab ladder 'lost or again'           what went wrong, and its repair
  sockeye lab ladder not arp --follow          and what comes, until Ctrl-C
  sockeye lab ladder port 80 --from o.pcapng   of a recording

A filter has the terms of tcpdump's that fit: a node's name or an address, src
and dst before one, port N, tcp, udp, icmp, icmp6, arp, stp, ip, ip6, dns, dhcp,
http; and lost, dropped, again. They are joined by and, or, not, ( ).
A lab that runs keeps its latest frames: see `lab up --help`, --keep.)";

// ---- the conversation

std::unexpected<Error> failure(Errc code, std::string detail) {
    return std::unexpected{Error{code, "", std::move(detail)}};
}

/// The next line, without its end.
Task<Result<std::string>> next_line(Socket& lab, std::string& rest) {
    constexpr std::size_t block = 65536;
    while (rest.find('\n') == std::string::npos) {
        Result<Bytes> more = co_await lab.recv(block, Deadline::never());
        if (!more) co_return std::unexpected{more.error()};
        if (more->empty()) co_return failure(Errc::ended_early, "the lab has ended without a last word");
        rest += more->text();
    }
    std::string line = rest.substr(0, rest.find('\n'));
    rest.erase(0, line.size() + 1);
    co_return line;
}

Task<Result<void>> follow(Network& machine, std::string lab, std::string question,
                          const std::function<bool(const view::Answer&)>& take) {
    const Result<Target> target = Target::parse("unix:" + view::control_path(lab));
    if (!target) co_return std::unexpected{target.error()};
    Result<Socket> connection = co_await create_connection(machine, *target);
    if (!connection) co_return failure(connection.error().code(), "the lab " + lab + " does not run");
    Result<void> sent = co_await connection->sendall(question);
    if (!sent) co_return failure(sent.error().code(), "the lab " + lab + " takes no question");
    std::string rest;
    while (true) {
        const Result<std::string> line = co_await next_line(*connection, rest);
        if (!line) co_return std::unexpected{line.error()};
        const Result<view::Answer> answer = view::parse_answer(*line);
        if (!answer) co_return std::unexpected{answer.error()};
        if (!take(*answer) || !answer->more) co_return Result<void>{};
    }
}

/// A verb that shows what a lab tells, until one of the two has enough.
class Showing {
public:
    Showing(std::string verb, std::string lab, bool json)
        : verb_{std::move(verb)}, lab_{std::move(lab)}, json_{json} {}

    /// @param take  what is done with each answer that is no refusal. @returns whether more is wanted
    int follow(const view::Request& request, const std::function<bool(const view::Answer&)>& take) {
        const Result<std::string> lab = choose_lab(lab_, which_lab);
        if (!lab) return fail(verb_, Exit::other, lab.error().detail());
        const Result<void> ended = follow_lab(*lab, request, [&](const view::Answer& answer) {
            refusal_ = answer.exit == view::exit::ok ? std::nullopt : std::optional{answer};
            if (refusal_) return false;
            warn_of_gaps(answer);
            return take(answer) && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
        });
        if (refusal_) return fail(verb_, static_cast<Exit>(refusal_->exit), refusal_->text);
        if (!ended && ended.error() == Errc::ended_early)
            return fail(verb_, Exit::closed_early, ended.error().detail());
        return ended ? static_cast<int>(Exit::ok) : fail(verb_, ended.error());
    }

    int show(const view::Request& request) {
        return follow(request, [this](const view::Answer& answer) {
            if (json_)
                for (const view::Json& object : answer.data) tell(json_line(object));
            else if (begins(answer))
                say(answer.text);
            else if (answer.more)
                tell(answer.text + "\n");
            return true;
        });
    }

private:
    /// What is no frame and no change: a ladder's title is part of it.
    static bool begins(const view::Answer& answer) {
        return !answer.data.empty() &&
               (answer.data.front()["kind"] == "capture" || answer.data.front()["kind"] == "trace");
    }
    void warn_of_gaps(const view::Answer& answer) const {
        for (const view::Json& object : answer.data)
            if (const auto gap = object.find("left_out"); gap != object.end() && *gap != 0)
                say(fmt::format("sockeye {}: {} were left out: the reader was too slow", verb_, gap->dump()));
    }

    std::string verb_;
    std::string lab_;
    bool json_;
    std::optional<view::Answer> refusal_;
};

// ---- capture

struct CaptureOptions {
    std::string lab;
    std::string card;
    std::string file;
    std::size_t count = 0;
    std::string length;
    bool json = false;
};

int capture(const CaptureOptions& options) {
    Showing showing{"lab capture", options.lab, options.json};
    const view::Request request{
        .verb = "capture", .host = options.card, .count = options.count, .timeout = options.length};
    if (options.file.empty()) return showing.show(request);
    Result<CaptureFile> file = CaptureFile::open(options.file);
    if (!file) return fail("lab capture", Exit::other, file.error().detail());
    const int exit = showing.follow(request, [&](const view::Answer& answer) {
        if (!answer.data.empty() && answer.data.front()["kind"] == "capture") say(answer.text);
        return file->add(answer.data);
    });
    const Result<std::size_t> frames = file->close();
    // Whoever reads standard output may have seen enough.
    if (!frames && options.file == "-") return static_cast<int>(Exit::ok);
    if (!frames) return fail("lab capture", Exit::other, frames.error().detail());
    if (exit == static_cast<int>(Exit::ok)) say(fmt::format("{} frames captured", *frames));
    return exit;
}

void add_capture(CLI::App& group, Action& chosen) {
    const auto options = std::make_shared<CaptureOptions>();
    CLI::App* sub = add_part(
        group, chosen, {"capture", "what passes a card, as it passes, for Wireshark too", capture_examples},
        options, capture);
    sub->add_option("HOST", options->card, "HOST:CARD, such as alice:eth0; HOST alone: all its cards")
        ->required()
        ->type_name("");
    sub->add_option("-w,--write", options->file, "as pcapng; - for standard output")
        ->type_name("FILE")
        ->excludes(sub->get_option("--json"));
    sub->add_option("--count", options->count, "so many frames")
        ->check(unsaid(CLI::Range(1, 1'000'000)))
        ->type_name("N");
    sub->add_option("--for", options->length, "so long, in the lab's time, such as 10s")->type_name("TIME");
    sub->add_option("--lab", options->lab, "which, where several run")->type_name("NAME");
}

// ---- trace

struct TraceOptions {
    std::string lab;
    std::string host;
    LabPast past;
    bool json = false;
};

int trace_states(const TraceOptions& options) {
    if (!options.past.file.empty())
        return tell_answer("lab trace", ask_past(options.past, {.verb = "trace", .host = options.host}),
                           options.json);
    return Showing{"lab trace", options.lab, options.json}.show({.verb = "trace", .host = options.host});
}

void add_trace(CLI::App& group, Action& chosen) {
    const auto options = std::make_shared<TraceOptions>();
    CLI::App* sub = add_part(group, chosen, {"trace", "TCP's states, as they change", trace_examples},
                             options, trace_states);
    sub->add_option("HOST", options->host, "only that host's connections")->type_name("");
    CLI::Option* lab = sub->add_option("--lab", options->lab, "which, where several run")->type_name("NAME");
    add_past(*sub, options->past)->excludes(lab);
}

// ---- ladder

struct LadderVerb {
    std::string lab;
    std::vector<std::string> filter;
    std::size_t last = 40;
    LabPast past;
    bool follow = false;
    bool json = false;
};

int ladder_of_file(const LadderVerb& options) {
    constexpr std::string_view verb = "lab ladder";
    const Result<Instant> until = parse_until(options.past.to);
    if (!until) return fail_usage(verb, until.error().detail());
    const Result<lab::Recording> recording = open_recording(options.past.file);
    if (!recording) return fail(verb, Exit::other, recording.error().detail());
    const lab::Past past = recording->past(*until);
    const Result<view::FrameFilter> filter = view::FrameFilter::parse(options.filter, past.nodes);
    if (!filter) return fail_usage(verb, filter.error().detail());
    const std::vector<view::Line> all = view::ladder_lines(past, *filter);
    const std::span<const view::Line> lines = std::span{all}.last(std::min(options.last, all.size()));
    if (!options.json) tell(view::explained(lines));
    if (options.json)
        for (const view::Line& line : lines) tell(json_line(view::to_json(line)));
    return static_cast<int>(Exit::ok);
}

int ladder_now(const LadderVerb& options) {
    constexpr std::string_view verb = "lab ladder";
    constexpr Duration patience = 60s;
    const Result<std::string> lab = choose_lab(options.lab, which_lab);
    if (!lab) return fail(verb, Exit::other, lab.error().detail());
    const Result<view::Answer> answer =
        ask_lab(*lab, {.verb = "ladder", .words = options.filter, .last = options.last}, patience);
    return answer ? tell_answer(verb, *answer, options.json) : fail(verb, answer.error());
}

int show_ladder(const LadderVerb& options) {
    if (!options.past.file.empty()) return ladder_of_file(options);
    if (options.follow)
        return Showing{"lab ladder", options.lab, options.json}.show(
            {.verb = "follow", .words = options.filter});
    return ladder_now(options);
}

void add_ladder(CLI::App& group, Action& chosen) {
    const auto options = std::make_shared<LadderVerb>();
    CLI::App* sub =
        add_part(group, chosen, {"ladder", "packets, a line each, with what explains them", ladder_examples},
                 options, show_ladder);
    sub->add_option("FILTER", options->filter, "which of them; see below")->type_name("");
    CLI::Option* last = sub->add_option("--last", options->last, "the last so many lines (40)")
                            ->check(unsaid(CLI::Range(1, 100'000)))
                            ->type_name("N");
    CLI::Option* follow =
        sub->add_flag("--follow", options->follow, "those that come, as they come")->excludes(last);
    CLI::Option* lab = sub->add_option("--lab", options->lab, "which, where several run")->type_name("NAME");
    add_past(*sub, options->past)->excludes(follow)->excludes(lab);
}

}  // namespace

Result<void> follow_lab(const std::string& lab, const view::Request& request,
                        const std::function<bool(const view::Answer&)>& take) {
    KernelNetwork machine;
    const Interrupts interrupts{machine};
    const Result<Result<void>> ended = machine.run(follow(machine, lab, view::write_request(request), take));
    if (ended) return *ended;
    return ended.error() == Errc::cancelled ? Result<void>{} : std::unexpected{ended.error()};
}

void add_stream_verbs(CLI::App& group, Action& chosen) {
    add_capture(group, chosen);
    add_trace(group, chosen);
    add_ladder(group, chosen);
}

}  // namespace sockeye::cli
