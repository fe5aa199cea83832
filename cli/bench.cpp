// sockeye bench ADDRESS: how much goes through, how fast answers come, and how late.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <stop_token>

#include "app/bench.hpp"
#include "cli/bench_text.hpp"
#include "cli/congestion.hpp"
#include "cli/exit_code.hpp"
#include "cli/help.hpp"
#include "cli/interrupts.hpp"
#include "cli/on.hpp"
#include "cli/resolve.hpp"
#include "cli/verb.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

using app::Measure;

constexpr std::string_view verb = "bench";

constexpr const char* examples = R"(Examples:
  sockeye bench --serve :9001               the far end, for all that follows
  sockeye bench 127.0.0.1:9001 -P 4         throughput of four connections
  sockeye bench 127.0.0.1:9001 --both       in both directions at once
  sockeye bench 127.0.0.1:9001 --ping       one message, its answer, the next
  sockeye bench 127.0.0.1:9001 --rate 5000  latency at 5000 messages a second
  sockeye bench 127.0.0.1:9001 --connects   connections a second

Uploads go to whatever discards (nc -l >/dev/null), --ping and --rate to
whatever echoes (sockeye listen --echo); --reverse and --both need bench
--serve.

--rate times each message from the moment it was due, so that a server that
stalls is charged with all that it kept waiting. Percentiles are at most 1.6 %
too large.)";

struct Options {
    std::string address;
    std::vector<Measure> measures;
    app::BenchPlan plan;
    std::string time;
    bool serve = false;
    bool spin = false;
    bool json = false;

    KernelOptions network() const { return {.spin = spin ? usual_spin : Duration::zero()}; }
};

Duration cpu_used() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

int serve(const Target& target, KernelOptions options, const On& on) {
    Result<Ground> ground = on.open(options);
    if (!ground) return fail(verb, ground.error());
    Network& network = ground->network();
    const Result<Address> at = resolve(network, target);
    if (!at) return fail(verb, at.error());
    Result<Socket> server = create_server(network, *at);
    if (!server) return fail(verb, server.error(), on.at(url(Transport::tcp, *at)));
    const Interrupts interrupts{network};
    say(fmt::format("listening on {}", url(Transport::tcp, server->getsockname().value_or(*at))));
    const auto prepare = [](Socket& connection) {
        send_at_once(connection);
        (void)suit_local_peer(connection);
    };
    network.spawn(app::serve(network, std::move(*server), app::bench_sessions(network, prepare)));
    const Result<void> ran = network.run();
    return ran || ran.error() == Errc::cancelled ? static_cast<int>(Exit::ok) : fail(verb, ran.error());
}

int measure(app::BenchPlan plan, const Options& options, const On& on) {
    // A timer may be 50 us late unless said otherwise (prctl(2)): more than what is measured.
    ::prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    Congestion congestion;
    plan.prepare = [&](Socket& connection) {
        send_at_once(connection);
        congestion = suit_local_peer(connection);
        if (plan.measure == Measure::connects) reset_on_close(connection);
    };
    Result<Ground> ground = on.open(options.network());
    if (!ground) return fail(verb, ground.error());
    Network& network = ground->network();
    app::Bench bench{network, plan};
    const Duration before = cpu_used();
    bench.start();
    const Result<void> ran = network.run();
    if (!ran) return fail(verb, ran.error());
    const app::BenchResult& result = bench.result();
    const std::string where = plan.target.to_string();
    if (result.error && result.operations + result.sent + result.received == 0)
        return fail(verb, *result.error, where);
    const BenchReport report{.plan = plan,
                             .result = result,
                             .cpu = cpu_used() - before,
                             .congestion = congestion.used,
                             .instead_of = congestion.instead_of};
    tell(options.json ? bench_json(report) : bench_text(report));
    return result.error ? fail(verb, *result.error, where) : static_cast<int>(Exit::ok);
}

int bench(const Options& options, const On& on) {
    const Result<Target> target = Target::parse(options.address);
    if (!target) return fail_usage(verb, target.error().detail());
    if (target->transport == Transport::udp)
        return fail_usage(verb, "it measures connections: tcp://HOST:PORT or unix:/PATH");
    if (options.measures.size() > 1) return fail_usage(verb, "one measurement at a time");
    if (options.serve && !options.measures.empty())
        return fail_usage(verb, "what to measure is for the client to say");
    if (options.spin && !on.is_machine()) return fail_usage(verb, spin_elsewhere);
    if (options.serve) return serve(*target, options.network(), on);
    if (target->path.empty() && target->port == 0)
        return fail_usage(verb, fmt::format("{}: nobody can listen on port 0", options.address));
    app::BenchPlan plan = options.plan;
    plan.target = *target;
    if (!options.measures.empty()) plan.measure = options.measures.front();
    const Result<Duration> time = parse_duration(options.time);
    if (!time) return fail_usage(verb, fmt::format("--time: {}", time.error().detail()));
    plan.time = *time;
    return measure(std::move(plan), options, on);
}

}  // namespace

void add_bench(CLI::App& command, Action& chosen) {
    CLI::App* sub = command.add_subcommand(std::string{verb}, "throughput, latency, connections a second")
                        ->group("Verbs");
    const auto options = std::make_shared<Options>();
    options->time = "5s";
    sub->add_option("ADDRESS", options->address, "tcp://HOST:PORT, HOST:PORT or unix:/PATH")
        ->required()
        ->type_name("");
    const auto add_measure = [&](const char* flag, Measure measure, const char* does) {
        sub->add_flag_callback(flag, [options, measure] { options->measures.push_back(measure); }, does);
    };
    add_measure("-R,--reverse", Measure::download, "throughput from the peer to here");
    add_measure("--both", Measure::both, "throughput in both directions at once");
    add_measure("--ping", Measure::ping, "how long an answer takes");
    add_measure("--connects", Measure::connects, "connections made and dropped");
    sub->add_option_function<std::uint64_t>(
           "--rate",
           [options](const std::uint64_t& rate) {
               options->plan.rate = rate;
               options->measures.push_back(Measure::rate);
           },
           "how late answers are at that many messages\na second")
        ->check(unsaid(CLI::Range(1, 10'000'000)))
        ->type_name("N");
    sub->add_option("-P,--parallel", options->plan.connections, "that many connections (1)")
        ->check(unsaid(CLI::Range(1, 10'000)))
        ->type_name("N");
    sub->add_option("--size", options->plan.size, "octets a message (64)")
        ->check(unsaid(CLI::Range(1, 1'048'576)))
        ->type_name("N");
    sub->add_option("-t,--time", options->time, "how long it is measured (5s)")->type_name("TIME");
    sub->add_flag("--serve", options->serve, "be the far end, for many clients");
    sub->add_flag("--spin", options->spin, spin_help);
    sub->add_flag("--json", options->json, "JSON, an object a line");
    sub->footer(examples);
    sub->callback([options, &chosen] { chosen = [options](const On& on) { return bench(*options, on); }; });
}

}  // namespace sockeye::cli
