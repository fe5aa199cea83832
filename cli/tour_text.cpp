// The tour for people: every value in it comes from the run.
#include <fmt/format.h>

#include "cli/tour.hpp"
#include "cli/words.hpp"

namespace sockeye::cli {
namespace {

std::string heading(std::string_view text) {
    return has_colour(stdout) ? fmt::format("\033[1m{}\033[0m", text) : std::string{text};
}

/// The columns of the lab's ladder.
std::string row(Duration at, std::string_view from, std::string_view to, std::string_view what,
                std::string_view tells) {
    return fmt::format("  {}  {:<6} → {:<11} {:<23}{}\n", to_string(Instant{at}), from, to, what, tells);
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t most = 20;
    return text.size() <= most ? fmt::format("\"{}\"", text)
                               : fmt::format("\"{}…\"", text.substr(0, most - 1));
}

std::string port_of(const Address& address) {
    return fmt::format("from port {}", address.port());
}

/// "1 Gbit/s" where it is whole.
std::string rate(std::uint64_t bits_per_second) {
    struct Scale {
        std::uint64_t unit;
        std::string_view name;
    };
    for (const Scale& scale :
         {Scale{1'000'000'000, "Gbit/s"}, Scale{1'000'000, "Mbit/s"}, Scale{1'000, "kbit/s"}})
        if (bits_per_second >= scale.unit && bits_per_second % scale.unit == 0)
            return fmt::format("{} {}", bits_per_second / scale.unit, scale.name);
    return fmt::format("{} bit/s", bits_per_second);
}

std::string exchange_rows(const app::Visit& visit, const app::Exchange& exchange, std::string_view note) {
    std::string rows = row(exchange.sent_at - visit.began, "client", "server", in_quotes(exchange.sent),
                           fmt::format("{} B{}", exchange.sent.size(), note));
    if (!exchange.received.empty())
        rows += row(exchange.received_at - visit.began, "server", "client", in_quotes(exchange.received),
                    fmt::format("{} B, after {}", exchange.received.size(),
                                about(exchange.received_at - exchange.sent_at)));
    return rows;
}

}  // namespace

std::string opening_text(const LabPlan& plan) {
    return fmt::format("{}  one program, two networks {:>45}\n", heading("Sockeye"),
                       fmt::format("seed {}", plan.seed)) +
           "A server that answers in upper case, and a client: on this machine, then in\n"
           "a lab. The programs cannot tell the one from the other.\n\n" +
           heading("THIS MACHINE") + "  the kernel's sockets; seconds since the client began\n" +
           "  time      from     to          what was sent          what it tells\n";
}

std::string machine_text(const MachineVisit& machine) {
    const app::Visit& visit = machine.visit;
    const bool tcp = machine.transport == Transport::tcp;
    std::string text =
        fmt::format("{}  {}\n", heading(tcp ? "TCP" : "UDP"), url(machine.transport, machine.server));
    if (tcp && !visit.error)
        text += row(visit.connected - visit.began, "client", "server", "connected", port_of(visit.local));
    std::string note = tcp ? "" : ", " + port_of(visit.local);
    for (const app::Exchange& exchange : visit.exchanges) text += exchange_rows(visit, exchange, note);
    if (visit.error)
        text += fmt::format("  failed: {}\n", visit.error->message());
    else if (tcp)
        text += row(visit.ended - visit.began, "server", "client", "closed", "FIN, both ways");
    return text;
}

std::string lab_text(const Lab& lab, const LabPlan& plan, const LabRun& run) {
    std::string text = fmt::format(
        "\n{}  two hosts, one switch, cables of {} and {}; seconds of its clock\n"
        "     The client's cable is cut from {} to {}.\n",
        heading("LAB"), rate(plan.cable.bits_per_second), about(plan.cable.delay), about(plan.cut_at),
        about(plan.heal_at));
    text += ladder(lab);
    std::size_t answered = 0;
    Duration slowest{};
    for (const app::Exchange& exchange : run.visit.exchanges) {
        if (exchange.received.size() != exchange.sent.size()) continue;
        ++answered;
        slowest = std::max(slowest, exchange.received_at - exchange.sent_at);
    }
    text += fmt::format("\n{} of {} lines answered, the slowest after {}. {} frames, {} lost.\n", answered,
                        run.visit.exchanges.size(), about(slowest), run.count.frames, run.count.lost);
    text += fmt::format("{} of virtual time ran in {}.  hash {}\n", about(lab.now().since_zero()),
                        about(run.took), lab.hash());
    if (run.visit.error) text += fmt::format("failed: {}\n", run.visit.error->message());
    return text;
}

std::string ending_text(const LabPlan& plan, const Aftermath& after) {
    const std::string& sockeye = after.command;
    const std::string host = after.server.ip().to_string();
    const std::uint16_t port = after.server.port();
    std::string text;
    if (after.recorded.empty())
        text += fmt::format(
            "\n  inspect  {} tour --seed {} --record lab.pcapng\n           wireshark lab.pcapng\n", sockeye,
            plan.seed);
    else
        text += fmt::format("\n  inspect  wireshark {}\n", after.recorded);
    if (!after.stays) text += fmt::format("  serve    {} listen {}:{} --upper\n", sockeye, host, port);
    text += fmt::format("  join     {} connect {}:{}\n", sockeye, host, port);
    text += fmt::format("           nc -N {0} {1}          (UDP: nc -u {0} {1})\n", host, port);
    text += fmt::format(
        "           python3 -c 'import socket; s = socket.create_connection((\n"
        "             \"{}\", {})); s.sendall(b\"hello\"); print(s.recv(99))'\n",
        host, port);
    text += after.stays ? "The server stays up. Ctrl-C ends it.\n"
                        : "This run's server has ended: serve starts it again, and --stay keeps it up.\n";
    return text;
}

}  // namespace sockeye::cli
