// Which ports of a host answer.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/check.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/port_words.hpp"
#include "cli/probe.hpp"
#include "cli/resolve.hpp"
#include "cli/table.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

using app::Finding;
using app::PortState;
using Findings = std::map<std::uint16_t, Finding>;  // in the order of ports

constexpr std::string_view verb = "check";
constexpr std::size_t most_lines = 16;  // before closed ports are only counted

/// Enough that a /24 of silence passes soon, and half of what this process may open.
std::size_t sockets_at_once() {
    constexpr std::size_t most = 512;
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return most / 2;
    return std::clamp<std::size_t>(limit.rlim_cur / 2, 1, most);
}

/// One line that is written over, on a terminal, while it takes long.
class Progress {
public:
    Progress(Network& network, std::size_t total)
        : network_{network}, total_{total}, next_{network.now() + first_after} {}
    ~Progress() {
        if (shown_) std::fputs("\r\033[K", stderr);
    }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void one_more(PortState state) {
        ++done_;
        open_ += state == PortState::open ? 1 : 0;
        // The clock costs more than counting does.
        if (done_ % 64 != 0 || !is_terminal_ || network_.now() < next_) return;
        next_ = network_.now() + every;
        shown_ = true;
        std::fprintf(stderr, "\r%zu of %zu ports asked, %zu open", done_, total_, open_);
    }

private:
    static constexpr Duration first_after = 500ms;
    static constexpr Duration every = 100ms;

    Network& network_;
    std::size_t total_;
    std::size_t done_ = 0;
    std::size_t open_ = 0;
    Instant next_;
    bool shown_ = false;
    bool is_terminal_ = isatty(STDERR_FILENO) == 1;
};

struct Asked {
    Address host;
    std::vector<PortRange> ports;
    app::ScanOptions scan;
};

Result<void> scan_into(Findings& findings, Network& network, const Asked& asked) {
    Progress* told = nullptr;
    app::Scan scan{network, asked.host, asked.ports, asked.scan, [&](const Finding& finding) {
                       // As a rule in the order of ports.
                       findings.insert_or_assign(findings.end(), finding.port, finding);
                       told->one_more(finding.state);
                   }};
    Progress progress{network, scan.total()};
    told = &progress;
    scan.start();
    return network.run();
}

std::vector<PortRange> not_open(const Findings& findings) {
    std::vector<PortRange> ports;
    for (const auto& [port, finding] : findings)
        if (finding.state != PortState::open) ports.push_back({port, port});
    return ports;
}

/// Asks once, or until all are open or `wait` has passed.
Result<Findings> ask(Network& network, Asked asked, std::optional<Duration> wait) {
    constexpr Duration pause = 100ms;
    const Instant until = network.now() + wait.value_or(Duration::zero());
    Findings findings;
    for (;;) {
        const Result<void> ran = scan_into(findings, network, asked);
        if (!ran) return std::unexpected{ran.error()};
        asked.ports = not_open(findings);
        if (asked.ports.empty() || network.now() + pause >= until) return findings;
        const Result<void> slept = network.sleep(pause).wait();
        if (!slept) return std::unexpected{slept.error()};
    }
}

std::string about_it(const Finding& finding, const CheckOptions& options) {
    switch (finding.state) {
        case PortState::open:
        case PortState::closed: return about(finding.took);
        case PortState::filtered: return fmt::format("silent for {}", about(options.timeout));
        case PortState::no_answer: return "open or filtered: UDP does not tell";
        case PortState::unreachable:
        case PortState::failed: break;
    }
    if (!finding.error) return "";
    return std::string{finding.error->detail().empty() ? describe(finding.error->code())
                                                       : finding.error->detail()};
}

struct Told {
    Transport transport;
    const Address& host;
    const CheckOptions& options;

    Address at(std::uint16_t port) const { return {host.ip(), port, host.scope()}; }
    std::string service(std::uint16_t port) const {
        return service_at(port, transport == Transport::udp ? "udp" : "tcp");
    }
    std::string text(const Findings& findings) const;
    std::string json(const Findings& findings) const;
};

std::string Told::text(const Findings& findings) const {
    std::vector<Row> rows;
    for (const auto& [port, finding] : findings)
        if (findings.size() <= most_lines || finding.state != PortState::closed)
            rows.push_back({url(transport, at(port)), std::string{to_string(finding.state)}, service(port),
                            about_it(finding, options)});
    return table(rows);
}

std::string Told::json(const Findings& findings) const {
    std::string lines;
    for (const auto& [port, finding] : findings)
        lines += json_line({{"kind", "port"},
                            {"transport", transport == Transport::udp ? "udp" : "tcp"},
                            {"host", host.ip().to_string()},
                            {"port", port},
                            {"state", to_string(finding.state)},
                            {"service", service(port)},
                            {"took_us", finding.took / 1us}});
    return lines;
}

std::string summary(const Findings& findings, Duration took) {
    std::map<PortState, std::size_t> counts;
    for (const auto& [port, finding] : findings) ++counts[finding.state];
    std::string text;
    for (const auto& [state, count] : counts)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, to_string(state));
    return fmt::format("{} in {}", text, about(took));
}

Exit exit_of(const Findings& findings, bool waited) {
    const auto any = [&](auto... states) {
        return std::ranges::any_of(findings,
                                   [&](const auto& one) { return ((one.second.state == states) || ...); });
    };
    if (not_open(findings).empty()) return Exit::ok;
    if (waited) return Exit::timed_out;
    if (any(PortState::closed)) return Exit::refused;
    if (any(PortState::filtered, PortState::no_answer)) return Exit::timed_out;
    return any(PortState::unreachable) ? Exit::unreachable : Exit::other;
}

}  // namespace

int check_host(const CheckQuestion& question, const CheckOptions& options, const On& on) {
    Result<Ground> ground = on.open();
    if (!ground) return fail(verb, ground.error());
    Network& network = ground->network();
    const Result<Address> host = resolve(network, {*question.host, 0});
    if (!host) return fail(verb, host.error());
    const Transport transport = options.transport.value_or(question.transport.value_or(Transport::tcp));
    const Instant began = network.now();
    const Result<Findings> findings = ask(network,
                                          {*host,
                                           question.ports,
                                           {.transport = transport,
                                            .timeout = options.timeout,
                                            .at_once = sockets_at_once(),
                                            .question = udp_question}},
                                          options.wait);
    if (!findings) return fail(verb, findings.error());
    const Told told{transport, *host, options};
    tell(options.json ? told.json(*findings) : told.text(*findings));
    if (!options.json && findings->size() > most_lines) say(summary(*findings, network.now() - began));
    return static_cast<int>(exit_of(*findings, options.wait.has_value()));
}

}  // namespace sockeye::cli
