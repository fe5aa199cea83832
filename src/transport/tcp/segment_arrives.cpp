// RFC 9293 §3.10.7: one function for each numbered check, run in the RFC's order from a table.
#include "transport/tcp/segment_arrives.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>
#include <string_view>

#include "transport/tcp/keepalive.hpp"
#include "transport/tcp/text_arrives.hpp"

namespace sockeye::transport::tcp {
namespace {

/// A segment on its way through the checks, which cut off what they have dealt with.
struct Arrival {
    wire::TcpHeader header;
    std::span<const std::byte> text;
    wire::Ecn ecn;
    Instant now;
    std::string_view dropped{};

    std::uint32_t length() const {
        return static_cast<std::uint32_t>(text.size()) + (header.flags.syn ? 1u : 0u) +
               (header.flags.fin ? 1u : 0u);
    }
    Sequence text_end() const { return header.seq + static_cast<std::uint32_t>(text.size()); }
};

enum class Verdict : std::uint8_t {
    carry_on,  ///< with the next check
    finished,
    reset,  ///< finished, and the peer gets a RST
};

using Check = Verdict (*)(Tcb&, Arrival&);

Outcome run(std::span<const Check> checks, Tcb& tcb, Arrival& arrival) {
    Verdict verdict = Verdict::carry_on;
    for (const Check check : checks)
        if (verdict = check(tcb, arrival); verdict != Verdict::carry_on) break;
    return {verdict == Verdict::reset ? Reply::reset : Reply::none, arrival.dropped};
}

/// Nothing of the segment is taken.
Verdict drop(Arrival& arrival, std::string_view why, Verdict verdict = Verdict::finished) {
    arrival.dropped = why;
    return verdict;
}

// ---- what several checks do

constexpr std::string_view acks_the_unsent = "ACK of what was never sent";

/// RFC 5961 §7: not more often than the interval, lest two ends answer each other for ever.
void challenge(Tcb& tcb, Instant now) {
    if (now >= tcb.next_challenge) {
        tcb.challenges = 0;
        tcb.next_challenge = now + tcb.config.challenge_interval;
    }
    if (tcb.challenges >= tcb.config.challenge_burst) return;
    ++tcb.challenges;
    acknowledge_now(tcb);
}

/// RFC 2883 §4: octets that came once more are named once.
void report_duplicate(Tcb& tcb, const Arrival& arrival) {
    if (!tcb.options.sack || arrival.text.empty()) return;
    if (const auto known = tcb.incoming.known_part({arrival.header.seq, arrival.text_end()}))
        tcb.sack_report.change().duplicate(*known);
}

void start_time_wait(Tcb& tcb, Instant now) {
    tcb.stop_timers();
    tcb.linger_at = now + tcb.config.time_wait;
}

/// The window of a SYN is never scaled (RFC 7323 §2.2).
void take_window(Tcb& tcb, const wire::TcpHeader& header) {
    const int shift = header.flags.syn ? 0 : tcb.snd_shift;
    tcb.snd_wnd = std::uint32_t{header.window} << shift;
    tcb.max_snd_wnd = std::max(tcb.max_snd_wnd, tcb.snd_wnd);
    tcb.snd_wl1 = header.seq;
    tcb.snd_wl2 = header.flags.ack ? header.ack : Sequence{};
}

/// Round-trip time measurement (RFC 7323 §4.1): how old what the segment echoes is.
std::optional<Duration> echoed_age(const Tcb& tcb, const Arrival& arrival) {
    if (!tcb.options.timestamps || !arrival.header.timestamps) return std::nullopt;
    return tcb.timestamps.age(arrival.header.timestamps->echo, arrival.now);
}

/// RFC 7323 §4.3 (2): only from a segment that the last ACK left room for, so that what is echoed
/// is the time of the first one that a delayed ACK covers.
void note_timestamp(Tcb& tcb, const Arrival& arrival) {
    if (!tcb.options.timestamps || !arrival.header.timestamps) return;
    if (arrival.header.seq <= tcb.last_ack_sent)
        tcb.timestamps.note(arrival.header.timestamps->value, arrival.now);
}

/// Zero says nothing (RFC 5482 §3.2).
void note_user_timeout(Tcb& tcb, const wire::TcpHeader& header) {
    if (!tcb.options.user_timeout || header.user_timeout.value_or(0) == 0) return;
    tcb.peer_user_timeout = *header.user_timeout;
}

/// Not acceptable, so its sender learns where we are (RFC 9293 §3.10.7.4, first).
void refuse(Tcb& tcb, const Arrival& arrival) {
    if (arrival.length() == 0 || arrival.header.flags.syn)
        return challenge(tcb, arrival.now);  // RFC 5961 §4.2
    report_duplicate(tcb, arrival);
    acknowledge_now(tcb);
}

/// Our SYN is acknowledged.
void complete_handshake(Tcb& tcb, const Arrival& arrival) {
    const Sequence ack = arrival.header.ack;
    tcb.retransmission.acknowledged(ack, arrival.now, echoed_age(tcb, arrival));
    if (tcb.retries > 0) {
        tcb.retransmission.handshake_was_lossy();
        tcb.congestion.handshake_was_lossy();
    }
    tcb.retries = 0;
    tcb.snd_una = tcb.cursor = ack;
    tcb.recovery = Recovery{tcb.options.sack ? Sack::permitted : Sack::absent, ack, tcb.snd_mss,
                            tcb.retransmission.smoothed()};
    tcb.retransmit_at = Instant::never();
    tcb.last_received = arrival.now;
    if (tcb.settings->keepalive) tcb.keepalive_at = arrival.now + tcb.settings->keepalive->idle;
    if (tcb.fin_queued) tcb.state = next(tcb.state, Event::close);  // RFC 9293 §3.10.4, SYN-RECEIVED
}

// ---- RFC 9293 §3.10.7.3: SYN-SENT

Verdict syn_sent_first_check_ack(Tcb& tcb, Arrival& arrival) {
    const wire::TcpHeader& header = arrival.header;
    if (!header.flags.ack || (tcb.iss < header.ack && header.ack <= tcb.snd_nxt)) return Verdict::carry_on;
    return drop(arrival, acks_the_unsent, header.flags.rst ? Verdict::finished : Verdict::reset);
}

Verdict syn_sent_second_check_rst(Tcb& tcb, Arrival& arrival) {
    if (!arrival.header.flags.rst) return Verdict::carry_on;
    if (!arrival.header.flags.ack) return drop(arrival, "RST that proves nothing: it has no ACK");
    tcb.close(Errc::refused);
    return Verdict::finished;
}

Verdict syn_sent_fourth_check_syn(Tcb& tcb, Arrival& arrival) {
    if (!arrival.header.flags.syn) return drop(arrival, "no SYN, which SYN-SENT waits for");
    take_syn(tcb, arrival.header, arrival.now);
    if (!arrival.header.flags.ack) {  // simultaneous open: our SYN goes out again, with an ACK
        tcb.state = next(State::syn_sent, Event::syn_received);
        tcb.cursor = tcb.iss;
        tcb.retransmission.stop_timing();
        return Verdict::finished;  // the peer sends its text again once this end is ESTABLISHED
    }
    tcb.state = next(State::syn_sent, Event::syn_ack_received);
    complete_handshake(tcb, arrival);
    acknowledge_now(tcb);
    arrival.header.flags.syn = false;
    arrival.header.seq += 1;
    return Verdict::carry_on;
}

// ---- RFC 9293 §3.10.7.4: the other states

/// Before the first check: the peer's SYN once more, which the sequence check would refuse.
/// With an ACK it is figure 8's simultaneous open; without, our SYN,ACK was lost.
Verdict before_all_repeated_syn(Tcb& tcb, Arrival& arrival) {
    wire::TcpHeader& header = arrival.header;
    const bool repeated = header.flags.syn && !header.flags.rst && header.seq == tcb.irs;
    if (tcb.state != State::syn_received || !repeated) return Verdict::carry_on;
    note_timestamp(tcb, arrival);
    tcb.ecn.heard(header.flags);
    if (!header.flags.ack) {
        tcb.cursor = tcb.iss;
        tcb.retransmission.stop_timing();
        return Verdict::finished;
    }
    header.flags.syn = false;
    header.seq += 1;
    return Verdict::carry_on;
}

/// RFC 7323 §5.3 (R1), and §3.2 for one that lacks the option. A RST is exempt.
Verdict before_all_timestamps(Tcb& tcb, Arrival& arrival) {
    if (!tcb.options.timestamps || arrival.header.flags.rst) return Verdict::carry_on;
    if (!arrival.header.timestamps) return drop(arrival, "no timestamp");
    if (!tcb.timestamps.is_old(arrival.header.timestamps->value, arrival.now)) return Verdict::carry_on;
    refuse(tcb, arrival);
    return drop(arrival, "old by its timestamp (PAWS)");
}

/// Table 6 of §3.10.7.4. A segment that hangs over the window on both sides has octets inside
/// it and counts too, which the table forgets.
bool is_acceptable(const Tcb& tcb, const Arrival& arrival) {
    const Sequence seq = arrival.header.seq;
    const std::uint32_t window = tcb.rcv_wnd();
    if (arrival.length() == 0) return window == 0 ? seq == tcb.rcv_nxt() : seq.within(tcb.rcv_nxt(), window);
    return window > 0 && seq < tcb.rcv_nxt() + window && seq + arrival.length() > tcb.rcv_nxt();
}

/// A keepalive, or an octet that probes a window: what is wanted of it is the answer.
bool is_probe(const Tcb& tcb, const Arrival& arrival) {
    return arrival.header.seq == tcb.rcv_nxt() - 1 && arrival.length() <= 1 && !arrival.header.flags.fin;
}

std::string_view why_unacceptable(const Tcb& tcb, const Arrival& arrival) {
    const bool is_old = arrival.length() > 0 && arrival.header.seq + arrival.length() <= tcb.rcv_nxt();
    return is_old ? "received before" : "outside the window";
}

Verdict first_check_sequence(Tcb& tcb, Arrival& arrival) {
    if (arrival.header.flags.rst) {  // what it carries explains it to people (SHLD-2)
        arrival.text = {};
        arrival.header.flags.syn = arrival.header.flags.fin = false;
    }
    if (is_acceptable(tcb, arrival)) return Verdict::carry_on;
    const bool restarts_time_wait = tcb.state == State::time_wait && arrival.header.flags.fin;
    if (arrival.header.flags.rst) return drop(arrival, "RST outside the window");
    if (arrival.header.seq == tcb.rcv_nxt()) {  // no window, but its ACK and RST count (MUST-66)
        arrival.text = {};
        arrival.header.flags.fin = false;
        acknowledge_now(tcb);
        return Verdict::carry_on;
    }
    if (restarts_time_wait) start_time_wait(tcb, arrival.now);  // the peer missed our last ACK
    refuse(tcb, arrival);
    return is_probe(tcb, arrival) ? Verdict::finished : drop(arrival, why_unacceptable(tcb, arrival));
}

/// RFC 5961 §3.2: only the exact sequence number resets.
Verdict second_check_rst(Tcb& tcb, Arrival& arrival) {
    if (!arrival.header.flags.rst) return Verdict::carry_on;
    if (arrival.header.seq != tcb.rcv_nxt()) {
        challenge(tcb, arrival.now);
        return drop(arrival, "RST not at the next number: challenged");
    }
    switch (tcb.state) {
        case State::syn_received:
            // A passive open returns to LISTEN, where nobody is told (the listener lives elsewhere).
            tcb.close(tcb.opened == Opened::actively ? std::optional{Errc::refused} : std::nullopt);
            break;
        case State::established:
        case State::fin_wait_1:
        case State::fin_wait_2:
        case State::close_wait: tcb.close(Errc::reset); break;
        default: tcb.close(std::nullopt);
    }
    return Verdict::finished;
}

Verdict fourth_check_syn(Tcb& tcb, Arrival& arrival) {
    if (!arrival.header.flags.syn) return Verdict::carry_on;
    if (tcb.state == State::syn_received && tcb.opened == Opened::passively) {
        tcb.close(std::nullopt);  // "return this connection to the LISTEN state"
        return Verdict::finished;
    }
    challenge(tcb, arrival.now);  // RFC 5961 §4.2
    return drop(arrival, "SYN in an open connection: challenged");
}

// ---- fifth, the ACK

/// RFC 5961 §5.2: what the peer can have seen, and not long ago.
bool is_ack_plausible(const Tcb& tcb, Sequence ack) {
    return tcb.snd_una - tcb.max_snd_wnd <= ack && ack <= tcb.snd_nxt;
}

/// RFC 5681 §2: it repeats what the last one said.
bool is_duplicate(const Tcb& tcb, const Arrival& arrival) {
    const wire::TcpHeader& header = arrival.header;
    return header.ack == tcb.snd_una && arrival.length() == 0 &&
           std::uint32_t{header.window} << tcb.snd_shift == tcb.snd_wnd;
}

/// Room for what is in flight and for as much again, while that is acknowledged.
void grow_send_buffer(Tcb& tcb) {
    const std::size_t wanted =
        std::min<std::size_t>(2 * std::size_t{tcb.congestion.window()}, tcb.config.send_buffer.maximum);
    if (!tcb.settings->send_buffer && wanted > tcb.outgoing.limit()) tcb.outgoing.set_limit(wanted);
}

void take_acknowledgment(Tcb& tcb, const Arrival& arrival) {
    const Sequence ack = arrival.header.ack;
    const Instant now = arrival.now;
    if (ack < tcb.snd_una) return;
    const bool advanced = ack > tcb.snd_una;
    Acknowledgment told{.ack = ack,
                        .blocks = arrival.header.sack,
                        .is_duplicate = is_duplicate(tcb, arrival),
                        .echoes_mark = arrival.header.flags.ece && tcb.ecn.marks_text(),
                        .echoed = echoed_age(tcb, arrival),
                        .now = now};
    if (advanced) {
        tcb.retransmission.acknowledged(ack, now, told.echoed);
        tcb.outgoing.acknowledge(ack);
        tcb.snd_una = ack;
        tcb.retries = 0;
        // RFC 6298 §5.2 and §5.3
        tcb.retransmit_at = Instant::never();
        tcb.waiting_since = now;
        if (tcb.snd_una != tcb.snd_nxt) tcb.restart_retransmission(now);
    }
    told.srtt = tcb.srtt();
    tcb.recovery.acknowledged(told, tcb.congestion, tcb.retransmit_at);
    if (advanced) grow_send_buffer(tcb);
}

void update_window(Tcb& tcb, const Arrival& arrival) {
    const wire::TcpHeader& header = arrival.header;
    if (header.ack < tcb.snd_una) return;
    const bool newer = tcb.snd_wl1 < header.seq || (tcb.snd_wl1 == header.seq && tcb.snd_wl2 <= header.ack);
    if (!newer) return;
    const bool was_closed = tcb.snd_wnd == 0;
    take_window(tcb, header);
    if (!was_closed) return;
    tcb.retries = 0;  // the peer answers its probes: it may keep its window shut for ever (MUST-37)
    if (tcb.snd_wnd == 0) return;
    tcb.recovery.resend_all();  // what was sent into the closed window was dropped
    tcb.probe_due = false;
    tcb.retransmission.forget_backoff();
    tcb.retransmit_at = Instant::never();
}

Verdict note_fin_acknowledged(Tcb& tcb, Instant now) {
    if (!tcb.is_fin_acked()) return Verdict::carry_on;
    const State before = tcb.state;
    tcb.state = next(before, Event::fin_acked);
    if (tcb.state == before) return Verdict::carry_on;
    if (tcb.state == State::closed) {
        tcb.close(std::nullopt);
        return Verdict::finished;
    }
    if (tcb.state == State::time_wait) start_time_wait(tcb, now);
    if (tcb.state == State::fin_wait_2 && tcb.reader == Reader::gone)
        tcb.linger_at = now + tcb.config.orphan_timeout;
    return Verdict::carry_on;
}

Verdict fifth_check_ack(Tcb& tcb, Arrival& arrival) {
    if (!arrival.header.flags.ack) return drop(arrival, "no ACK");
    const Sequence ack = arrival.header.ack;
    if (tcb.state == State::syn_received) {
        if (ack <= tcb.snd_una || ack > tcb.snd_nxt) return drop(arrival, acks_the_unsent, Verdict::reset);
        tcb.state = next(tcb.state, Event::syn_acked);
        take_window(tcb, arrival.header);
        note_timestamp(tcb, arrival);
        note_user_timeout(tcb, arrival.header);
        complete_handshake(tcb, arrival);
        return Verdict::carry_on;
    }
    if (!is_ack_plausible(tcb, ack)) {
        challenge(tcb, arrival.now);
        return drop(arrival, "ACK of what was never sent: challenged");
    }
    note_timestamp(tcb, arrival);
    note_user_timeout(tcb, arrival.header);
    note_alive(tcb, arrival.now);
    take_acknowledgment(tcb, arrival);
    update_window(tcb, arrival);
    return note_fin_acknowledged(tcb, arrival.now);
}

// The sixth, URG: urgent data are read in line (RFC 6093 §3), so there is nothing to do.

// ---- seventh and eighth, the text and the FIN

/// Cuts off what lies behind the window or behind a FIN, and then the FIN too.
void fit_into_window(const Tcb& tcb, Arrival& arrival) {
    const Sequence edge = tcb.fin_at ? std::min(tcb.rcv_edge, *tcb.fin_at) : tcb.rcv_edge;
    const std::int32_t excess = arrival.text_end() - edge;
    if (excess > 0) {
        const auto octets = std::min<std::size_t>(static_cast<std::size_t>(excess), arrival.text.size());
        arrival.text = arrival.text.first(arrival.text.size() - octets);
        arrival.header.flags.fin = false;
    }
    if (arrival.text_end() == tcb.rcv_edge) arrival.header.flags.fin = false;
}

void report_ahead(Tcb& tcb, Sequence at) {
    if (!tcb.options.sack) return;
    if (const auto range = tcb.incoming.ahead_at(at)) tcb.sack_report.change().arrived(*range);
    if (tcb.sack_report.is_changed()) tcb.sack_report.change().advance(tcb.incoming.next());
}

Verdict seventh_take_text(Tcb& tcb, Arrival& arrival) {
    if (peer_has_finished(tcb.state)) return Verdict::carry_on;
    fit_into_window(tcb, arrival);
    if (arrival.text.empty()) return Verdict::carry_on;
    if (tcb.reader == Reader::gone && arrival.text_end() > tcb.rcv_nxt()) {
        tcb.close(std::nullopt);  // nobody will read it, and the peer must learn that (RFC 2525 §2.17)
        return drop(arrival, "its reader is gone", Verdict::reset);
    }
    note_segment_size(tcb, arrival.text.size());
    const bool had_gap = tcb.incoming.has_gap();
    const Sequence before = tcb.incoming.next();
    report_duplicate(tcb, arrival);
    tcb.incoming.insert(arrival.header.seq, arrival.text);
    report_ahead(tcb, arrival.header.seq);
    grow_receive_buffer(tcb, arrival.now);
    const bool ecn_changes = tcb.ecn.text_arrived(arrival.ecn, arrival.header.flags);
    if (had_gap || tcb.incoming.next() == before || ecn_changes) {
        acknowledge_now(tcb);  // RFC 5681 §4.2: out of order, or filling a gap
    } else {
        acknowledge_soon(tcb, arrival.now);
    }
    return Verdict::carry_on;
}

Verdict eighth_check_fin(Tcb& tcb, Arrival& arrival) {
    if (peer_has_finished(tcb.state)) return Verdict::finished;
    if (arrival.header.flags.fin && !tcb.fin_at) tcb.fin_at = arrival.text_end();
    if (!tcb.fin_at) return Verdict::finished;
    if (tcb.incoming.next() != *tcb.fin_at) {
        acknowledge_now(tcb);
        return Verdict::finished;
    }
    tcb.state = next(tcb.state, Event::fin_received);
    if (tcb.state == State::time_wait) start_time_wait(tcb, arrival.now);
    if (tcb.state == State::close_wait && tcb.config.fin_ack == FinAck::may_wait) {
        acknowledge_soon(tcb, arrival.now);
    } else {
        acknowledge_now(tcb);
    }
    return Verdict::finished;
}

constexpr std::array<Check, 5> syn_sent_checks{
    syn_sent_first_check_ack, syn_sent_second_check_rst, syn_sent_fourth_check_syn,
    seventh_take_text,        eighth_check_fin,
};

constexpr std::array<Check, 8> other_checks{
    before_all_repeated_syn, before_all_timestamps, first_check_sequence, second_check_rst,
    fourth_check_syn,        fifth_check_ack,       seventh_take_text,    eighth_check_fin,
};

// ---- the options of a SYN

void take_options(Tcb& tcb, const wire::TcpHeader& syn, Instant now) {
    tcb.options.window_scaling &= syn.window_scale.has_value();
    tcb.options.timestamps &= syn.timestamps.has_value();
    tcb.options.sack &= syn.sack_permitted;

    constexpr std::uint8_t largest_shift = 14;  // RFC 7323 §2.3
    if (tcb.options.window_scaling) {
        tcb.snd_shift = std::min(*syn.window_scale, largest_shift);
    } else {
        tcb.rcv_shift = 0;
    }
    if (tcb.options.timestamps) tcb.timestamps.start(syn.timestamps->value, now);
    tcb.ecn.heard(syn.flags);
    note_user_timeout(tcb, syn);

    constexpr std::uint16_t smallest_mss = 64;  // one octet a segment would be an attack (CVE-2019-11479)
    const std::uint16_t told = syn.mss.value_or(tcb.segment_limits.unless_told);
    tcb.snd_mss = std::min({std::max(told, smallest_mss), tcb.segment_limits.path,
                            tcb.settings->maximum_segment.value_or(tcb.segment_limits.path)});
    if (tcb.options.timestamps) tcb.snd_mss -= timestamps_size;  // RFC 9293 MUST-16
}

}  // namespace

Outcome segment_arrives(Tcb& tcb, const wire::TcpSegment& segment, wire::Ecn ecn, Instant now) {
    assert(tcb.state != State::listen && tcb.state != State::closed);
    Arrival arrival{.header = segment.header, .text = segment.payload, .ecn = ecn, .now = now};
    if (tcb.state == State::syn_sent) return run(syn_sent_checks, tcb, arrival);
    return run(other_checks, tcb, arrival);
}

void take_syn(Tcb& tcb, const wire::TcpHeader& syn, Instant now) {
    take_options(tcb, syn, now);
    tcb.congestion = Congestion{tcb.snd_mss, tcb.config.congestion, tcb.config.slow_start};
    tcb.irs = syn.seq;
    tcb.incoming.start(syn.seq + 1);
    tcb.rcv_edge = tcb.incoming.next() + syn_window(tcb);
    tcb.max_rcv_wnd = syn_window(tcb);
    tcb.last_ack_sent = tcb.incoming.next();
    take_window(tcb, syn);
}

}  // namespace sockeye::transport::tcp
