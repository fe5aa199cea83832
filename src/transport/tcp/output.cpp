#include "transport/tcp/output.hpp"

#include <algorithm>
#include <utility>

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
    tcb.max_rcv_wnd = std::max(tcb.max_rcv_wnd, tcb.rcv_wnd());
}

/// The window has fallen to half of what it was, and reading has at least doubled it again: worth a
/// segment of its own. Otherwise the next ACK carries it.
bool is_window_update_due(const Tcb& tcb) {
    if (!is_synchronized(tcb.state) || peer_has_finished(tcb.state)) return false;
    if (tcb.rcv_wnd() > tcb.max_rcv_wnd / 2) return false;
    const auto possible = static_cast<std::int32_t>(largest_window(tcb));
    const std::int32_t offered = tcb.rcv_edge - tcb.incoming.next();
    return possible >= 2 * offered && possible - offered >= worthwhile_move(tcb);
}

// ---- headers

/// What there is to acknowledge is acknowledged by this segment.
void acknowledge(Tcb& tcb, wire::TcpHeader& header) {
    header.flags.ack = true;
    header.ack = tcb.last_ack_sent = tcb.rcv_nxt();
    tcb.ack_due = AckDue::none;
    tcb.acknowledge_at = Instant::never();
}

std::optional<wire::TcpTimestamps> timestamps(const Tcb& tcb, Instant now) {
    if (!tcb.options.timestamps) return std::nullopt;
    return wire::TcpTimestamps{tcb.timestamps.value(now), tcb.timestamps.echo()};
}

wire::TcpHeader header_at(Tcb& tcb, Sequence seq, Instant now) {
    wire::TcpHeader header{.seq = seq};
    acknowledge(tcb, header);
    move_window(tcb);
    header.window = static_cast<std::uint16_t>(tcb.rcv_wnd() >> tcb.rcv_shift);
    header.timestamps = timestamps(tcb, now);
    header.sack = tcb.sack_report.take();
    return header;
}

/// Octets of payload that fit, beside the SACK blocks that are to be told (RFC 9293 MUST-16).
std::uint32_t segment_room(const Tcb& tcb) {
    if (tcb.sack_report.empty()) return tcb.snd_mss;
    const std::size_t blocks = std::min<std::size_t>(tcb.sack_report.size(), tcb.options.timestamps ? 3 : 4);
    return tcb.snd_mss - static_cast<std::uint32_t>(4 + 8 * blocks);
}

/// The cursor moves over `length` sequence numbers that leave now.
void mark_sent(Tcb& tcb, std::uint32_t length, Instant now) {
    const bool is_new = tcb.cursor == tcb.snd_nxt;
    const bool is_first = tcb.cursor == tcb.snd_una;
    tcb.cursor += length;
    tcb.snd_nxt = std::max(tcb.snd_nxt, tcb.cursor);
    tcb.last_sent = now;
    if (is_new) tcb.retransmission.start_timing(tcb.cursor, now);
    if (is_new && is_first) tcb.waiting_since = now;
    if (is_first || tcb.retransmit_at == Instant::never())  // RFC 6298 §5.1 and §5.6
        tcb.restart_retransmission(now);
}

// ---- SYN

std::optional<Outgoing> next_syn(Tcb& tcb, Instant now) {
    if (tcb.cursor != tcb.iss) return std::nullopt;
    wire::TcpHeader header{.seq = tcb.iss};
    if (tcb.state != State::syn_sent) acknowledge(tcb, header);
    header.flags.syn = true;
    header.window = static_cast<std::uint16_t>(syn_window(tcb));
    header.mss = tcb.segment_limits.path;
    if (tcb.options.window_scaling) {
        if (tcb.snd_nxt == tcb.iss) tcb.rcv_shift = window_shift(tcb.config, tcb.settings);
        header.window_scale = tcb.rcv_shift;
    }
    header.sack_permitted = tcb.options.sack;
    header.timestamps = timestamps(tcb, now);
    mark_sent(tcb, 1, now);
    return Outgoing{.header = header};
}

// ---- text and FIN

/// Sender's silly window avoidance (RFC 9293 §3.8.6.2.1) with Nagle's algorithm (§3.7.4).
bool is_worth_sending(const Tcb& tcb, const Plan& plan) {
    if (plan.text >= segment_room(tcb) || plan.fin) return true;
    if (tcb.settings.cork == Cork::in) return false;
    if (tcb.settings.nagle == Nagle::on && tcb.in_flight() > 0) return false;
    const bool everything = tcb.cursor + plan.text == tcb.outgoing.end();
    return everything || plan.text >= (tcb.max_snd_wnd + 1) / 2;
}

/// A zero-window probe carries one octet (RFC 9293 §3.8.6.1); where the window is merely small,
/// it is SWS avoidance's time that has run out, and everything goes that fits (§3.8.6.2.1 (4)).
Plan plan_probe(const Tcb& tcb, std::uint32_t text) {
    const std::uint32_t room = std::max<std::uint32_t>(tcb.snd_wnd, 1);
    Plan plan{.text = std::min({text, room, segment_room(tcb)})};
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

    Plan plan{.text = std::min({all, limit, usable, segment_room(tcb)})};
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
    wire::TcpHeader header = header_at(tcb, tcb.cursor, now);
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
    if (!waits || tcb.retransmit_at != Instant::never()) return;
    tcb.waiting_since = now;
    tcb.restart_retransmission(now);
}

bool sends_text(State state) {
    using enum State;
    return state == established || state == close_wait || state == fin_wait_1 || state == closing ||
           state == last_ack;
}

/// Has no text, and a number that the peer has acknowledged already, so that it answers (SHLD-12).
Outgoing keepalive_probe(Tcb& tcb, Instant now) {
    return {.header = header_at(tcb, tcb.snd_una - 1, now)};
}

// ---- timers

void retransmission_timeout(Tcb& tcb, Instant now) {
    tcb.retransmit_at = Instant::never();
    if (tcb.snd_una == tcb.stream_end()) return;
    const bool handshake = !is_synchronized(tcb.state);
    const int most = handshake ? tcb.config.syn_retries : tcb.config.data_retries;
    const bool too_long = tcb.settings.user_timeout ? now >= tcb.give_up_at() : tcb.retries >= most;
    if (too_long) {  // R2 (RFC 9293 §3.8.3); ICMP may have said why
        tcb.close(tcb.soft_error.value_or(Errc::timed_out));
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
    if (now >= tcb.retransmit_at) retransmission_timeout(tcb, now);
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
    if (std::exchange(tcb.keepalive_due, false)) return keepalive_probe(tcb, now);
    if (tcb.ack_due != AckDue::now && !is_window_update_due(tcb)) return std::nullopt;
    return Outgoing{.header = header_at(tcb, tcb.snd_nxt, now)};
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
