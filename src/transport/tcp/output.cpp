#include "transport/tcp/output.hpp"

#include <algorithm>
#include <utility>

#include "transport/tcp/offered_window.hpp"
#include "transport/tcp/plan.hpp"

namespace sockeye::transport::tcp {
namespace {

// ---- the window we offer

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
    header.ack = acknowledge_all(tcb);
}

std::optional<wire::TcpTimestamps> timestamps(const Tcb& tcb, Instant now) {
    if (!tcb.options.timestamps) return std::nullopt;
    return wire::TcpTimestamps{tcb.timestamps.value(now), tcb.timestamps.echo()};
}

/// In whole seconds, and never 0, which says nothing (RFC 5482 §3.2).
std::optional<std::uint32_t> user_timeout(const Tcb& tcb) {
    if (!tcb.options.user_timeout || !tcb.settings->user_timeout) return std::nullopt;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*tcb.settings->user_timeout).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, UINT32_MAX));
}

wire::TcpHeader header_at(Tcb& tcb, Sequence seq, Instant now) {
    wire::TcpHeader header{.seq = seq};
    acknowledge(tcb, header);
    header.flags.ece = tcb.ecn.echoes();
    move_window(tcb);
    header.window = static_cast<std::uint16_t>(tcb.rcv_wnd() >> tcb.rcv_shift);
    header.timestamps = timestamps(tcb, now);
    if (std::exchange(tcb.user_timeout_due, false)) header.user_timeout = user_timeout(tcb);
    if (tcb.sack_report.is_changed()) {
        header.sack = tcb.sack_report.change().take();
        if (tcb.sack_report->empty()) tcb.sack_report.reset();
    }
    return header;
}

/// RFC 6298 §5.1 and §5.6: the timer runs while something is on its way, from the first of it on.
void start_timer(Tcb& tcb, Sequence from, Instant now) {
    if (from == tcb.snd_una || tcb.retransmit_at == Instant::never()) tcb.restart_retransmission(now);
}

/// The cursor moves over `length` new sequence numbers that leave now.
void mark_sent(Tcb& tcb, std::uint32_t length, Instant now) {
    const Sequence from = tcb.cursor;
    const bool is_new = from == tcb.snd_nxt;  // but a SYN that is sent again
    if (!is_new) ++tcb.sent_again;
    tcb.cursor += length;
    tcb.snd_nxt = std::max(tcb.snd_nxt, tcb.cursor);
    tcb.last_sent = now;
    if (is_new) tcb.retransmission.start_timing(tcb.cursor, now);
    if (is_new && from == tcb.snd_una) tcb.waiting_since = now;
    start_timer(tcb, from, now);
}

// ---- SYN

std::optional<Outgoing> next_syn(Tcb& tcb, Instant now) {
    if (tcb.cursor != tcb.iss) return std::nullopt;
    wire::TcpHeader header{.seq = tcb.iss};
    if (tcb.state == State::syn_sent) {
        header.flags.ece = header.flags.cwr = tcb.ecn.offers(tcb.config.ecn, tcb.snd_nxt == tcb.iss);
    } else {
        acknowledge(tcb, header);
        header.flags.ece = tcb.ecn.answers(tcb.config.ecn);
    }
    header.flags.syn = true;
    header.window = static_cast<std::uint16_t>(syn_window(tcb));
    header.mss =
        std::min(tcb.segment_limits.path, tcb.settings->maximum_segment.value_or(tcb.segment_limits.path));
    if (tcb.options.window_scaling) {
        if (tcb.snd_nxt == tcb.iss) tcb.rcv_shift = window_shift(tcb.config, *tcb.settings);
        header.window_scale = tcb.rcv_shift;
    }
    header.sack_permitted = tcb.options.sack;
    header.timestamps = timestamps(tcb, now);
    header.user_timeout = user_timeout(tcb);  // and once more behind the SYN (RFC 5482 §3)
    mark_sent(tcb, 1, now);
    return Outgoing{.header = header};
}

// ---- text and FIN

void mark_left(Tcb& tcb, const Plan& plan, Instant now) {
    const bool is_probe = tcb.recovery.is_probe_due();
    if (plan.kind == Plan::Kind::fresh) {
        mark_sent(tcb, plan.length(), now);
        tcb.recovery.sent(plan.range(), tcb.srtt(), tcb.retransmit_at, now);
        if (is_probe) tcb.recovery.probe_sent(std::nullopt, now);
        return;
    }
    tcb.last_sent = now;
    ++tcb.sent_again;
    tcb.retransmission.stop_timing();  // Karn (RFC 6298 §3)
    start_timer(tcb, plan.from, now);
    if (plan.kind == Plan::Kind::tail_probe)
        tcb.recovery.probe_sent(plan.range(), now);
    else
        tcb.recovery.sent_again(plan.range(), now);
}

/// A queue may mark new text, but nothing of which a mark could not be told from a loss or from an
/// attack: what leaves again, and probes of a closed window (RFC 3168 §6.1.5, §6.1.6).
bool is_markable(const Tcb& tcb, const Plan& plan) {
    return tcb.ecn.marks_text() && plan.kind == Plan::Kind::fresh && plan.text > 0 && !tcb.probe_due;
}

std::optional<Outgoing> next_text(Tcb& tcb, Instant now) {
    const bool idle = tcb.in_flight() == 0 && now - tcb.last_sent > tcb.retransmission.timeout();
    if (idle) tcb.congestion.restart_after_idle();

    const auto plan = plan_text(tcb);
    if (!plan) return std::nullopt;
    const bool may_be_marked = is_markable(tcb, *plan);
    tcb.probe_due = false;
    wire::TcpHeader header = header_at(tcb, plan->from, now);
    header.flags.cwr = may_be_marked && tcb.recovery.take_reduction();
    header.flags.fin = plan->fin;
    // MUST-61: PSH where the buffer ends, for peers that wait for it.
    header.flags.psh = plan->text > 0 && plan->from + plan->text == tcb.outgoing.end();
    mark_left(tcb, *plan, now);
    return Outgoing{
        .header = header, .text = plan->text, .ecn = may_be_marked ? wire::Ecn::ect0 : wire::Ecn::not_ect};
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
    const int most =
        handshake ? tcb.settings->syn_retries.value_or(tcb.config.syn_retries) : tcb.config.data_retries;
    const bool too_long = tcb.settings->user_timeout
                              ? now >= tcb.give_up_at()
                              : tcb.retries >= most && (handshake || now >= tcb.patient_until());
    if (too_long) {  // R2 (RFC 9293 §3.8.3); ICMP may have said why
        tcb.close(tcb.soft_error.value_or(Errc::timed_out));
        return;
    }
    const bool first = tcb.retries++ == 0;
    tcb.retransmission.expired();
    if (handshake) {
        tcb.cursor = tcb.snd_una;
        return;
    }
    tcb.probe_due = tcb.snd_wnd == 0 || tcb.snd_una == tcb.snd_nxt;
    if (tcb.probe_due) return;
    tcb.recovery.timed_out(tcb.congestion);
    if (first) tcb.congestion.timed_out(tcb.recovery.scoreboard().outstanding());
}

}  // namespace

void run_timers(Tcb& tcb, Instant now) {
    if (now >= tcb.linger_at) tcb.close(std::nullopt);
    tcb.recovery.run_timers(tcb.congestion, tcb.srtt(), now);
    if (tcb.recovery.is_probe_due()) tcb.restart_retransmission(now);
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
