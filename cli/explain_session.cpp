// sockeye explain session CMD…: a program's socket calls, as it makes them, as a telephone call.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/address_text.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/session_words.hpp"
#include "cli/trace.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "explain session";

constexpr const char* examples = R"(Examples:
  sockeye explain session python3 server.py
  sockeye explain session --json nc 127.0.0.1 9001
  sockeye explain session -o calls.txt curl http://127.0.0.1:8000/

Runs the program, and says on stderr what each of its socket calls means, as a
telephone call: socket, bind, listen, accept; connect, send, recv, shutdown,
close. Its children too. Its input, output and exit code are its own (128 and
the signal, where one ended it). Options stand before the program.)";

struct Options {
    std::string file;
    bool json = false;
};

class Narrator {
public:
    Narrator(std::FILE* out, bool json) : out_{out}, json_{json} {}

    void operator()(const TracedCall& traced) {
        if (traced.call.call == NetworkCall::io_uring_enter && std::exchange(ring_told_, true)) return;
        const SocketStory story = stories_[traced.inode];
        const SessionLine line = session_line(traced.call, story);
        const std::string text = json_ ? to_json(traced, line) : to_text(traced, line);
        std::fputs(text.c_str(), out_);
        std::fflush(out_);
        learn(traced, story);
    }

private:
    /// The first process needs no number; its children do.
    std::string to_text(const TracedCall& traced, const SessionLine& line) {
        if (first_ == 0) first_ = traced.pid;
        const std::string who = traced.pid == first_ ? "" : fmt::format("[{}] ", traced.pid);
        return fmt::format("{:<38} {}\n", who + line.call, line.meaning);
    }

    static std::string to_json(const TracedCall& traced, const SessionLine& line) {
        const SessionCall& call = traced.call;
        const char* error = call.failed() ? ::strerrorname_np(call.error()) : nullptr;
        return json_line({{"kind", "call"},
                          {"pid", traced.pid},
                          {"call", to_string(call.call)},
                          {"descriptor", call.descriptor},
                          {"address", call.address ? Json(call.address->to_string()) : Json{}},
                          {"result", call.failed() ? -1 : call.result},
                          {"error", error != nullptr ? Json(error) : Json{}},
                          {"meaning", line.meaning}});
    }

    void learn(const TracedCall& traced, const SocketStory& story) {
        const SessionCall& call = traced.call;
        if (call.call == NetworkCall::close) return;  // another process or descriptor may still have it
        const SocketStory now = after(call, story);
        if (call.call == NetworkCall::socket)
            stories_[traced.made_inode] = now;
        else if (traced.made_inode != 0)
            stories_[traced.made_inode] = {.sort = story.sort, .peer = call.address};
        else
            stories_[traced.inode] = now;
    }

    std::FILE* out_;
    bool json_;
    bool ring_told_ = false;
    int first_ = 0;
    std::map<std::uint32_t, SocketStory> stories_;  ///< by inode: whoever has the socket
};

int explain(const Options& options, const std::vector<std::string>& words) {
    if (words.empty())
        return fail_usage(verb, "which program? Such as: sockeye explain session python3 server.py");
    std::FILE* out = options.file.empty() ? stderr : std::fopen(options.file.c_str(), "we");
    if (out == nullptr)
        return fail(verb, Exit::other,
                    fmt::format("{}: {}", address_text::shown(options.file), std::strerror(errno)));
    Narrator narrator{out, options.json};
    const Result<int> ended = trace(words, std::ref(narrator));
    if (out != stderr && std::fclose(out) != 0) return fail(verb, Exit::other, "the file cannot be written");
    if (ended) return *ended;
    const Error& error = ended.error();
    if (error.during() == std::string_view{"exec"})
        return fail(verb, Exit::other,
                    fmt::format("no program {}: {}", address_text::shown(words.front()),
                                error.detail().empty() ? describe(error.code()) : error.detail()));
    return fail(verb, error);
}

}  // namespace

void add_explain_session(CLI::App& explain_verb, Action& chosen) {
    CLI::App* sub = explain_verb.add_subcommand("session", "a program's socket calls, as a telephone call")
                        ->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("-o,--output", options->file, "into that file, not on stderr")->type_name("FILE");
    sub->add_flag("--json", options->json, "JSON, an object a line");
    sub->prefix_command();
    sub->footer(examples);
    sub->callback(
        [options, sub, &chosen] { chosen = [options, sub] { return explain(*options, sub->remaining()); }; });
}

}  // namespace sockeye::cli
