#include "transport/tcp/output.hpp"

#include <algorithm>

namespace sockeye::transport::tcp {
namespace {

/// What of the stream goes out next.
struct Plan {
    std::uint32_t text = 0;  // octets
    bool fin = false;
};

// ---- the window we offer

std::int32_t worthwhile_move(const Tcb& tcb) {
    return static_cast<std::int32_t>(
        std::min<std::size_t>(tcb.incoming.limit() / 2, tcb.segment_limits.path));
}

/// Moves the right edge only where that is worth a segment, so that nobody sends a crumb into it:
/// receiver's silly window avoidance (RFC 9293 §3.8.6.2.2).
void move_window(Tcb& tcb) {
    const Sequence edge = tcb.incoming.next() + largest_window(tcb);
    if (edge - tcb.rcv_edge >= worthwhile_move(tcb)) tcb.rcv_edge = edge;
}

/// Reading has at least doubled the window: worth a segment of its own. Otherwise the next ACK
/// carries it.
bool is_window_update_due(const Tcb& tcb) {
    if (!is_synchronized(tcb.state) || peer_has_finished(tcb.state)) return false;
    const auto possible = static_cast<std::int32_t>(largest_window(tcb));
    const std::int32_t offered = tcb.rcv_edge - tcb.incoming.next();
    return possible >= 2 * offered && possible - offered >= worthwhile_move(tcb);
}

// ---- headers

wire::TcpHeader header_at(Tcb& tcb, Sequence seq) {
    wire::TcpHeader header{.seq = seq};
    if (tcb.state == State::syn_sent) {
        header.window = static_cast<std::uint16_t>(largest_window(tcb));
        return header;
    }
    move_window(tcb);
    header.flags.ack = true;
    header.ack = tcb.rcv_nxt();
    header.window = static_cast<std::uint16_t>(tcb.rcv_wnd());
    tcb.ack_due = AckDue::none;
    tcb.acknowledge_at = Instant::never();
    tcb.segments_to_acknowledge = 0;
    return header;
}

/// The cursor moves over `length` sequence numbers that leave now.
void mark_sent(Tcb& tcb, std::uint32_t length, Instant now) {
    const bool is_new = tcb.cursor == tcb.snd_nxt;
    const bool is_first = tcb.cursor == tcb.snd_una;
    tcb.cursor += length;
    tcb.snd_nxt = std::max(tcb.snd_nxt, tcb.cursor);
    tcb.last_sent = now;
    if (is_new) tcb.retransmission.start_timing(tcb.cursor, now);
    if (is_first || tcb.retransmit_at == Instant::never())  // RFC 6298 §5.1 and §5.6
        tcb.retransmit_at = now + tcb.retransmission.timeout();
}

// ---- SYN

std::optional<Outgoing> next_syn(Tcb& tcb, Instant now) {
    if (tcb.cursor != tcb.iss) return std::nullopt;
    wire::TcpHeader header = header_at(tcb, tcb.iss);
    header.flags.syn = true;
    header.mss = tcb.segment_limits.path;
    mark_sent(tcb, 1, now);
    return Outgoing{.header = header};
}

// ---- text and FIN

/// Sender's silly window avoidance (RFC 9293 §3.8.6.2.1) with Nagle's algorithm (§3.7.4).
bool is_worth_sending(const Tcb& tcb, const Plan& plan) {
    if (plan.text >= tcb.snd_mss || plan.fin) return true;
    if (tcb.nagle == Nagle::on && tcb.in_flight() > 0) return false;
    const bool everything = tcb.cursor + plan.text == tcb.outgoing.end();
    return everything || plan.text >= (tcb.max_snd_wnd + 1) / 2;
}

/// A zero-window probe carries one octet (RFC 9293 §3.8.6.1); where the window is merely small,
/// it is SWS avoidance's time that has run out, and everything goes that fits (§3.8.6.2.1 (4)).
Plan plan_probe(const Tcb& tcb, std::uint32_t text) {
    const std::uint32_t room = std::max<std::uint32_t>(tcb.snd_wnd, 1);
    Plan plan{.text = std::min({text, room, tcb.snd_mss})};
    plan.fin = tcb.fin_queued && plan.text == text && room > text;
    return plan;
}

std::optional<Plan> plan_text(const Tcb& tcb) {
    if (tcb.cursor == tcb.stream_end()) return std::nullopt;
    const auto all = static_cast<std::uint32_t>(std::max(0, tcb.outgoing.end() - tcb.cursor));
    if (tcb.probe_due) return plan_probe(tcb, all);

    const Sequence edge = tcb.snd_una + std::min(tcb.snd_wnd, tcb.congestion.window());
    if (edge <= tcb.cursor) return std::nullopt;
    const auto usable = static_cast<std::uint32_t>(edge - tcb.cursor);
    const bool again = tcb.cursor < tcb.snd_nxt;
    const std::uint32_t limit = again ? static_cast<std::uint32_t>(tcb.snd_nxt - tcb.cursor) : all;

    Plan plan{.text = std::min({all, limit, usable, tcb.snd_mss})};
    plan.fin = tcb.fin_queued && plan.text == all && usable > plan.text;
    if (plan.text == 0 && !plan.fin) return std::nullopt;
    if (!again && !is_worth_sending(tcb, plan)) return std::nullopt;
    return plan;
}

std::optional<Outgoing> next_text(Tcb& tcb, Instant now) {
    const bool idle = tcb.in_flight() == 0 && now - tcb.last_sent > tcb.retransmission.timeout();
    if (idle && tcb.cursor == tcb.snd_nxt) tcb.congestion.restart_after_idle();

    const auto plan = plan_text(tcb);
    if (!plan) return std::nullopt;
    tcb.probe_due = false;
    wire::TcpHeader header = header_at(tcb, tcb.cursor);
    header.flags.fin = plan->fin;
    // MUST-61: PSH where the buffer ends, for peers that wait for it.
    header.flags.psh = plan->text > 0 && tcb.cursor + plan->text == tcb.outgoing.end();
    mark_sent(tcb, plan->text + (plan->fin ? 1 : 0), now);
    return Outgoing{.header = header, .text = plan->text};
}

/// Nothing is on its way that the peer would answer, and yet there is something to send: the
/// window is closed, or too small to be worth it. The timer makes the probe (SHLD-29).
void start_persisting(Tcb& tcb, Instant now) {
    const bool waits = tcb.cursor != tcb.stream_end() && tcb.snd_una == tcb.snd_nxt;
    if (waits && tcb.retransmit_at == Instant::never())
        tcb.retransmit_at = now + tcb.retransmission.timeout();
}

bool sends_text(State state) {
    using enum State;
    return state == established || state == close_wait || state == fin_wait_1 || state == closing ||
           state == last_ack;
}

// ---- timers

void retransmission_timeout(Tcb& tcb) {
    tcb.retransmit_at = Instant::never();
    if (tcb.snd_una == tcb.stream_end()) return;
    const bool handshake = !is_synchronized(tcb.state);
    if (tcb.retries >= (handshake ? tcb.config.syn_retries : tcb.config.data_retries)) {
        tcb.close(Errc::timed_out);  // R2 (RFC 9293 §3.8.3)
        return;
    }
    const bool first = tcb.retries++ == 0;
    const bool probing = !handshake && (tcb.snd_wnd == 0 || tcb.snd_una == tcb.snd_nxt);
    if (!probing && first && !handshake)
        tcb.congestion.timed_out(static_cast<std::uint32_t>(tcb.snd_nxt - tcb.snd_una));
    tcb.retransmission.expired();
    tcb.probe_due = probing;
    tcb.cursor = tcb.snd_una;
}

}  // namespace

void run_timers(Tcb& tcb, Instant now) {
    if (now >= tcb.linger_at) tcb.close(std::nullopt);
    if (now >= tcb.retransmit_at) retransmission_timeout(tcb);
    if (now >= tcb.acknowledge_at) {
        tcb.acknowledge_at = Instant::never();
        tcb.ack_due = AckDue::now;
    }
}

std::optional<Outgoing> next_segment(Tcb& tcb, Instant now) {
    if (tcb.state == State::closed) return std::nullopt;
    if (auto syn = next_syn(tcb, now)) return syn;
    if (sends_text(tcb.state)) {
        if (auto text = next_text(tcb, now)) return text;
        start_persisting(tcb, now);
    }
    if (tcb.ack_due != AckDue::now && !is_window_update_due(tcb)) return std::nullopt;
    return Outgoing{.header = header_at(tcb, tcb.snd_nxt)};
}

std::optional<Outgoing> abort_segment(const Tcb& tcb) {
    if (tcb.state != State::syn_received && !is_synchronized(tcb.state)) return std::nullopt;
    using enum State;
    if (tcb.state == closing || tcb.state == last_ack || tcb.state == time_wait) return std::nullopt;
    wire::TcpHeader header{.seq = tcb.snd_nxt, .ack = tcb.rcv_nxt()};
    header.flags.rst = header.flags.ack = true;
    return Outgoing{.header = header};
}

}  // namespace sockeye::transport::tcp
