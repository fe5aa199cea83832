#include "cli/transfer.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "app/printable.hpp"
#include "cli/congestion.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/progress.hpp"
#include "cli/resolve.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

using app::transfer::Summary;

constexpr Duration between_attempts = 500ms;

Result<Duration> duration_of(std::string_view option, const std::string& text, Duration otherwise) {
    if (text.empty()) return otherwise;
    Result<Duration> duration = parse_duration(text);
    if (duration) return duration;
    return std::unexpected{
        Error{Errc::invalid_argument, "", fmt::format("{}: {}", option, duration.error().detail())}};
}

}  // namespace

Result<TransferPlan> plan_of(const TransferOptions& options) {
    TransferPlan plan;
    const auto mistake = [](std::string words) {
        return std::unexpected{Error{Errc::invalid_argument, "", std::move(words)}};
    };
    Result<Target> target = Target::parse(options.address);
    if (!target) return std::unexpected{target.error()};
    plan.target = std::move(*target);
    if (plan.target.transport != Transport::tcp) return mistake("files need TCP: udp:// loses some of them");
    plan.listens = options.listen || (plan.target.host.empty() && plan.target.path.empty());
    if (!plan.listens && plan.target.path.empty() && plan.target.port == 0)
        return mistake(fmt::format("{}: nobody can listen on port 0", options.address));
    Result<Duration> patience = duration_of("--timeout", options.timeout, plan.patience);
    if (!patience) return std::unexpected{patience.error()};
    Result<Duration> retry = duration_of("--retry", options.retry, plan.retry);
    if (!retry) return std::unexpected{retry.error()};
    plan.patience = *patience;
    plan.retry = *retry;
    return plan;
}

namespace {

/// A connection ended, which says nothing about the files: the next one goes on.
bool is_worth_another(const Error& error) {
    switch (error.code()) {
        case Errc::reset:
        case Errc::closed:
        case Errc::timed_out:
        case Errc::refused:
        case Errc::unreachable: return true;
        default: return false;
    }
}

class Run {
public:
    Run(const TransferVerb& verb, Network& network, const TransferOptions& options, TransferPlan plan)
        : verb_{verb}, network_{network}, options_{options}, plan_{std::move(plan)} {}

    int operator()(const Transfer& transfer);

private:
    Result<void> open();
    Result<Socket> meet();
    void suit(Socket& connection);
    Result<Summary> attempt(const Transfer& transfer, Progress& progress);
    int report(const Summary& summary, const Progress& progress) const;
    int report(const Error& error) const;
    bool is_watched() const { return !options_.quiet && !options_.json && isatty(STDERR_FILENO) == 1; }

    TransferVerb verb_;
    Network& network_;
    const TransferOptions& options_;
    TransferPlan plan_;
    Socket server_;
    bool is_suited_ = false;
};

Result<void> Run::open() {
    if (!plan_.listens) return {};
    const Result<Address> at = resolve(network_, plan_.target);
    if (!at) return std::unexpected{at.error()};
    Result<Socket> server = create_server(network_, *at);
    if (!server) return std::unexpected{server.error()};
    server_ = std::move(*server);
    say(fmt::format("listening on {}", url(Transport::tcp, server_.getsockname().value_or(*at))));
    return {};
}

Result<Socket> Run::meet() {
    if (!plan_.listens) return create_connection(network_, plan_.target, plan_.patience).wait();
    Result<Accepted> accepted = server_.accept().wait();
    if (!accepted) return std::unexpected{accepted.error()};
    return std::move(accepted->socket);
}

void Run::suit(Socket& connection) {
    const Congestion chosen = suit_local_peer(connection);
    if (chosen.instead_of.empty() || std::exchange(is_suited_, true) || options_.quiet || options_.json)
        return;
    say(fmt::format("the other end is this machine: {} instead of {}, which would slow it down", chosen.used,
                    chosen.instead_of));
}

Result<Summary> Run::attempt(const Transfer& transfer, Progress& progress) {
    for (;;) {
        Result<Socket> connection = meet();
        if (!connection) return std::unexpected{connection.error()};
        suit(*connection);
        const std::size_t met = progress.met_so_far();
        Result<Result<Summary>> run = network_.run(
            transfer(std::move(*connection), {.patience = plan_.patience, .observer = &progress}));
        progress.erase();
        if (!run) return std::unexpected{run.error()};
        // Whoever listens hears from others, too: a port scanner is no reason to end.
        if (*run || !plan_.listens || progress.met_so_far() > met) return std::move(*run);
        say(fmt::format("{}; still waiting", app::printable(run->error().message())));
    }
}

int Run::operator()(const Transfer& transfer) {
    if (Result<void> opened = open(); !opened) return report(opened.error());
    Progress progress{network_, is_watched() ? Progress::Bar::drawn : Progress::Bar::left_out,
                      options_.quiet ? Progress::Words::left_out : Progress::Words::said};
    for (;;) {
        Result<Summary> done = attempt(transfer, progress);
        if (done) return report(*done, progress);
        const bool again = is_worth_another(done.error()) && network_.now() - progress.moved() < plan_.retry;
        if (!again) return report(done.error());
        if (!options_.quiet && done.error() != Errc::refused)
            say(fmt::format("{}; trying again", done.error().message()));
        if (Result<void> slept = network_.sleep(between_attempts).wait(); !slept)
            return report(slept.error());
    }
}

int Run::report(const Summary& summary, const Progress& progress) const {
    const double seconds = std::chrono::duration<double>{network_.now() - progress.began()}.count();
    if (options_.json) {
        tell(json_line({{"files", summary.all.files},
                        {"octets", summary.present.octets + progress.octets()},
                        {"present_files", summary.present.files},
                        {"present_octets", summary.present.octets},
                        {"seconds", seconds}}));
    } else if (!options_.quiet) {
        const double octets = static_cast<double>(progress.octets());
        std::string line = fmt::format("{} {} file{}: {} in {:.3g} s", verb_.done, summary.all.files,
                                       summary.all.files == 1 ? "" : "s", amount(octets), seconds);
        if (progress.octets() > 0) line += fmt::format(", {}/s", amount(octets / std::max(seconds, 1e-6)));
        if (summary.present.octets > 0 || summary.present.files > 0)
            line +=
                fmt::format("; {} were there already", amount(static_cast<double>(summary.present.octets)));
        say(line);
    }
    return static_cast<int>(Exit::ok);
}

int Run::report(const Error& error) const {
    const std::string detail = app::printable(error.detail());
    const std::string where = plan_.target.to_string();
    if (error == Errc::closed)
        return fail(verb_.name, Exit::closed_early,
                    fmt::format("closed early: {} (repeat both commands: the transfer goes on)",
                                detail.empty() ? where : detail));
    const Error shown = detail.empty() ? Error{error.code()} : Error{error.code(), "", detail};
    return fail(verb_.name, shown, where);
}

}  // namespace

void add_transfer_options(CLI::App& sub, TransferOptions& options) {
    sub.add_flag("-l,--listen", options.listen, "wait for the other end, at an address with a host too");
    sub.add_option("--timeout", options.timeout,
                   "give up when the other end is silent that long\n(60 s unless said)")
        ->type_name("TIME");
    sub.add_option(
           "--retry", options.retry,
           "when a connection breaks or none can be made, try\nagain until nothing has moved for that long")
        ->type_name("TIME");
    sub.add_flag("-q,--quiet", options.quiet, "no bar and no words but errors");
    sub.add_flag("--json", options.json, "say at the end what was done, as JSON on stdout");
}

int run_transfer(const TransferVerb& verb, Network& network, const TransferOptions& options,
                 TransferPlan plan, const Transfer& transfer) {
    return Run{verb, network, options, std::move(plan)}(transfer);
}

}  // namespace sockeye::cli
