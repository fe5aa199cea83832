// sockeye connect ADDRESS: joins standard input and output to a server.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/pipe.hpp"
#include "cli/exit_code.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "connect";

constexpr const char* examples = R"(Examples:
  sockeye connect 127.0.0.1:9001                     type; Ctrl-D ends your side
  echo hello | sockeye connect 127.0.0.1:9001        prints the answer and ends
  echo hello | sockeye connect udp://127.0.0.1:9001  each read is one datagram

At the end of its input it says FIN and still prints late answers. It ends when
the peer closes, even if you could go on typing. UDP has no end: it stops 1 s,
or --timeout, after the end of input, counted from the last answer.)";

struct Options {
    std::string address;
    std::string timeout;
};

bool is_at_a_terminal() {
    return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

int report(const app::Piped& piped, const std::string& where) {
    if (piped.error && piped.failed == app::Piped::Side::stream) {
        const bool output = piped.error->during() == std::string_view{"write"};
        const std::string_view side = output ? "standard output" : "standard input";
        if (*piped.error == Errc::closed) return fail(verb, Exit::other, fmt::format("{} is closed", side));
        return fail(verb, Exit::other, fmt::format("{}: {}", side, piped.error->message()));
    }
    if (piped.error) return fail(verb, *piped.error, where);
    if (piped.unsent > 0)
        return fail(verb, Exit::closed_early,
                    fmt::format("closed early: {} finished while {} octets were still to be sent", where,
                                piped.unsent));
    if (is_at_a_terminal()) say(fmt::format("{} has closed", where));
    return static_cast<int>(Exit::ok);
}

int talk(const Target& target, std::optional<Duration> timeout) {
    KernelNetwork network;
    const std::string where = target.to_string();
    Result<Socket> connection =
        create_connection(network, target, timeout ? Deadline{*timeout} : Deadline{}).wait();
    if (!connection) return fail(verb, connection.error(), where);
    if (is_at_a_terminal()) say(fmt::format("connected to {}; Ctrl-D ends your side", where));
    Result<app::Piped> piped = network.run(app::pipe(network, network.terminal(), std::move(*connection),
                                                     {.transport = target.transport, .patience = timeout}));
    return piped ? report(*piped, where) : fail(verb, piped.error(), where);
}

int connect(const Options& options) {
    const Result<Target> target = Target::parse(options.address);
    if (!target) return fail_usage(verb, target.error().detail());
    if (target->path.empty() && target->port == 0)
        return fail_usage(verb, fmt::format("{}: nobody can listen on port 0", options.address));
    if (options.timeout.empty()) return talk(*target, std::nullopt);
    const Result<Duration> timeout = parse_duration(options.timeout);
    if (!timeout) return fail_usage(verb, fmt::format("--timeout: {}", timeout.error().detail()));
    return talk(*target, *timeout);
}

}  // namespace

void add_connect(CLI::App& command, Action& chosen) {
    CLI::App* sub =
        command.add_subcommand(std::string{verb}, "talk to a server: a pipe to and from it")->group("Verbs");
    const auto options = std::make_shared<Options>();
    sub->add_option("ADDRESS", options->address, "tcp://HOST:PORT, HOST:PORT,\nudp://HOST:PORT or unix:/PATH")
        ->required()
        ->type_name("");
    sub->add_option(
           "--timeout", options->timeout,
           "give up connecting after that long; and after\nthe end of input, on a peer silent that long")
        ->type_name("TIME");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options] { return connect(*options); }; });
}

}  // namespace sockeye::cli
