#include "lab/tables/sockets.hpp"

#include <algorithm>
#include <array>

#include "lab/host_node.hpp"
#include "lab/tables/nodes.hpp"

namespace sockeye::lab {
namespace {

using TcpConnection = transport::tcp::Connection;
using transport::tcp::Listener;
using transport::tcp::Recovery;
using transport::tcp::Tcb;

/// Connections that have ended may wait for their socket to be closed: they are nobody's peer any more.
bool is_shown(const TcpConnection& connection) {
    return connection.state() != TcpState::closed;
}

std::string_view phase_of(const Tcb& tcb) {
    if (tcb.recovery.phase() == Recovery::Phase::repairing) return "fast recovery";
    if (tcb.recovery.phase() == Recovery::Phase::timed_out) return "after a timeout";
    return tcb.congestion.is_slow_start() ? "slow start" : "congestion avoidance";
}

std::vector<TimerRow> timers_of(const Tcb& tcb, Instant now) {
    struct Timer {
        std::string_view name;
        Instant at;
    };
    const bool probes = tcb.snd_wnd == 0 && transport::tcp::is_synchronized(tcb.state);
    std::array timers{Timer{probes ? "persist" : "retransmission", tcb.retransmit_at},
                      Timer{"delayed ACK", tcb.acknowledge_at},
                      Timer{tcb.state == TcpState::time_wait ? "2 MSL" : "orphan", tcb.linger_at},
                      Timer{"keepalive", tcb.keepalive_at},
                      Timer{"reordering (RACK)", tcb.recovery.reorder_at()},
                      Timer{"tail loss probe", tcb.recovery.probe_at()}};
    std::ranges::stable_sort(timers, {}, &Timer::at);
    std::vector<TimerRow> armed;
    for (const Timer& timer : timers)
        if (timer.at != Instant::never())
            armed.push_back({timer.name, std::max(timer.at - now, Duration::zero())});
    return armed;
}

TcbRow row_of(const TcpConnection& connection, Instant now) {
    const Tcb& tcb = connection.status();
    const bool has_irs = tcb.state != TcpState::syn_sent;
    const std::uint32_t threshold = tcb.congestion.slow_start_threshold();
    return {.local = connection.local(),
            .peer = connection.peer(),
            .state = tcb.state,
            .is_active = tcb.opened == transport::tcp::Opened::actively,
            .iss = tcb.iss.raw(),
            .snd_una = (tcb.snd_una - tcb.iss.raw()).raw(),
            .snd_nxt = (tcb.snd_nxt - tcb.iss.raw()).raw(),
            .snd_wnd = tcb.snd_wnd,
            .snd_mss = tcb.snd_mss,
            .irs = has_irs ? std::optional{tcb.irs.raw()} : std::nullopt,
            .rcv_nxt = has_irs ? (tcb.rcv_nxt() - tcb.irs.raw()).raw() : 0,
            .rcv_wnd = has_irs ? tcb.rcv_wnd() : 0,
            .in_flight = tcb.in_flight(),
            .unsent = static_cast<std::size_t>(std::max(0, tcb.outgoing.end() - tcb.cursor)),
            .unread = tcb.incoming.readable(),
            .cwnd = tcb.congestion.window(),
            .ssthresh = threshold == UINT32_MAX ? std::nullopt : std::optional{threshold},
            .phase = phase_of(tcb),
            .sent_again = tcb.sent_again,
            .srtt = tcb.retransmission.smoothed(),
            .rttvar = tcb.retransmission.variation(),
            .rto = tcb.retransmission.timeout(),
            .timers = timers_of(tcb, now)};
}

}  // namespace

std::vector<SocketRow> socket_rows(const World& world, std::string_view host) {
    stack::StackNetwork& stack = require_host(world, host).stack();
    std::vector<SocketRow> rows;
    for (const Listener* listener : stack.tcp().listeners())
        rows.push_back({.protocol = "tcp",
                        .local = listener->local(),
                        .peer = std::nullopt,
                        .state = TcpState::listen,
                        .receive_queue = listener->waiting(),
                        .send_queue = listener->backlog()});
    for (const TcpConnection& connection : stack.tcp().list())
        if (is_shown(connection))
            rows.push_back({.protocol = "tcp",
                            .local = connection.local(),
                            .peer = connection.peer(),
                            .state = connection.state(),
                            .receive_queue = connection.readable(),
                            .send_queue = connection.unacknowledged()});
    for (const transport::UdpSocket* socket : stack.udp().list())
        rows.push_back({.protocol = "udp",
                        .local = socket->local(),
                        .peer = socket->peer(),
                        .state = std::nullopt,
                        .receive_queue = socket->queued()});
    return rows;
}

std::vector<BacklogRow> backlog_rows(const World& world, std::string_view host) {
    const transport::tcp::Tcp& tcp = require_host(world, host).stack().tcp();
    std::vector<BacklogRow> rows;
    for (const Listener* listener : tcp.listeners())
        rows.push_back({.listener = listener->local(),
                        .waiting = listener->waiting(),
                        .backlog = listener->backlog(),
                        .half_open = listener->half_open(),
                        .syn_backlog = tcp.syn_backlog()});
    return rows;
}

std::vector<TcbRow> tcb_rows(const World& world, std::string_view host) {
    std::vector<TcbRow> rows;
    for (const TcpConnection& connection : require_host(world, host).stack().tcp().list())
        if (is_shown(connection)) rows.push_back(row_of(connection, world.now()));
    return rows;
}

}  // namespace sockeye::lab
