// sockeye connect ADDRESS: joins standard input and output to a server.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>

#include "app/patient_connection.hpp"
#include "app/pipe.hpp"
#include "cli/exit_code.hpp"
#include "cli/on.hpp"
#include "cli/piped.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

constexpr std::string_view verb = "connect";

constexpr const char* examples = R"(Examples:
  sockeye connect 127.0.0.1:9001                     type; Ctrl-D ends your side
  echo hello | sockeye connect 127.0.0.1:9001        prints the answer and ends
  echo hello | sockeye connect udp://127.0.0.1:9001  each read is one datagram
  sockeye connect 127.0.0.1:25 --crlf --hex          for SMTP; octets shown
  sockeye connect 127.0.0.1:9001 --retry 10s         waits for the server

At the end of its input it says FIN and still prints late answers. It ends when
the peer closes, even if you could go on typing. UDP has no end: it stops 1 s,
or --timeout, after the end of input, counted from the last answer.)";

struct Options {
    std::string address;
    std::optional<std::string> timeout;
    std::optional<std::string> retry;
    std::string source;
    bool crlf = false;
    bool hex = false;
};

/// The options, understood.
struct Plan {
    Target target;
    app::Patience patience;
    std::optional<Duration> timeout;
    app::Filters filters;
};

Result<std::optional<Duration>> duration_of(const char* option, const std::optional<std::string>& text) {
    if (!text) return std::nullopt;
    const Result<Duration> duration = parse_duration(*text);
    if (duration) return *duration;
    return std::unexpected{
        Error{Errc::invalid_argument, "parse", fmt::format("{}: {}", option, duration.error().detail())}};
}

app::Filters filters_for(const Options& options) {
    std::shared_ptr<app::Filter> outgoing;
    if (options.crlf) outgoing = std::make_shared<app::Crlf>();
    return options.hex ? app::hex_dump(std::move(outgoing)) : app::Filters{std::move(outgoing), nullptr};
}

/// "10.0.0.1", or "10.0.0.1:4000" where the port matters.
Result<Address> source_of(const std::string& text) {
    if (const Result<IpAddress> ip = IpAddress::parse(text)) return Address{*ip, 0};
    return Address::parse(text);
}

Result<Plan> plan_of(const Options& options) {
    Plan plan;
    Result<Target> target = parse_peer(options.address);
    if (!target) return std::unexpected{target.error()};
    plan.target = std::move(*target);
    const Result<std::optional<Duration>> timeout = duration_of("--timeout", options.timeout);
    const Result<std::optional<Duration>> retry = duration_of("--retry", options.retry);
    if (!timeout) return std::unexpected{timeout.error()};
    if (!retry) return std::unexpected{retry.error()};
    plan.timeout = *timeout;
    plan.patience.one_attempt = *timeout;
    plan.patience.all_attempts = *retry;
    if (!options.source.empty()) {
        Result<Address> source = source_of(options.source);
        if (!source) return std::unexpected{source.error()};
        plan.patience.source = std::move(*source);
    }
    plan.filters = filters_for(options);
    return plan;
}

int connect(const Options& options, const On& on) {
    const Result<Plan> plan = plan_of(options);
    if (!plan) return fail_usage(verb, plan.error().detail());
    Result<Ground> ground = on.open();
    if (!ground) return fail(verb, ground.error());
    Network& network = ground->network();
    const std::string where = plan->target.to_string();
    Result<Result<Socket>> connection =
        network.run(app::connect_patiently(network, plan->target, plan->patience));
    if (!connection) return fail(verb, connection.error(), where);
    if (!*connection) return fail(verb, connection->error(), where);
    if (is_interactive()) say(fmt::format("connected to {}; Ctrl-D ends your side", where));
    Result<app::Piped> piped = network.run(
        app::pipe(network, ground->machine().terminal(), std::move(**connection),
                  {.transport = plan->target.transport, .patience = plan->timeout}, plan->filters));
    return piped ? report(verb, *piped, where) : fail(verb, piped.error(), where);
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
    sub->add_option("--retry", options->retry, "while nobody listens there, try again for that long")
        ->type_name("TIME");
    sub->add_option("--source", options->source, "connect from this address of the machine")
        ->type_name("ADDRESS");
    sub->add_flag("--crlf", options->crlf, "send CR LF for LF");
    sub->add_flag("--hex", options->hex, "print the octets of both directions in hexadecimal");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options](const On& on) { return connect(*options, on); }; });
}

}  // namespace sockeye::cli
