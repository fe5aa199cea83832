// The connection's state diagram (RFC 9293 §3.3.2, figure 5) as a pure function.
#pragma once

#include <cstdint>

#include "sockeye/tcp_state.hpp"

namespace sockeye::transport::tcp {

using State = TcpState;

/// What moves a connection along the diagram's arrows.
enum class Event : std::uint8_t {
    passive_open,
    active_open,
    syn_received,      ///< SYN without an acceptable ACK: in SYN-SENT a simultaneous open
    syn_ack_received,  ///< SYN that acknowledges ours
    syn_acked,         ///< the ACK that completes the handshake
    close,             ///< the user has no more to send
    fin_received,      ///< every octet before it is here too
    fin_acked,
    linger_elapsed,  ///< 2 MSL in TIME-WAIT
    rst_received,
    abort,  ///< the user's ABORT, or retransmission gave up (R2)
};

/// No timers, no segments. A pair that the figure does not draw leaves the state as it is.
constexpr State next(State state, Event event) {
    using enum State;
    if (event == Event::abort) return closed;
    if (event == Event::rst_received) return state == listen ? listen : closed;
    switch (state) {
        case closed:
            if (event == Event::passive_open) return listen;
            return event == Event::active_open ? syn_sent : state;
        case listen:
            if (event == Event::syn_received) return syn_received;
            return event == Event::close ? closed : state;
        case syn_sent:
            if (event == Event::syn_ack_received) return established;
            if (event == Event::syn_received) return syn_received;  // simultaneous open (figure 8)
            return event == Event::close ? closed : state;
        case syn_received:
            if (event == Event::syn_acked) return established;
            return event == Event::close ? fin_wait_1 : state;
        case established:
            if (event == Event::close) return fin_wait_1;
            return event == Event::fin_received ? close_wait : state;
        case fin_wait_1:
            if (event == Event::fin_acked) return fin_wait_2;
            return event == Event::fin_received ? closing : state;  // simultaneous close (figure 13)
        case fin_wait_2: return event == Event::fin_received ? time_wait : state;
        case close_wait: return event == Event::close ? last_ack : state;
        case closing: return event == Event::fin_acked ? time_wait : state;
        case last_ack: return event == Event::fin_acked ? closed : state;
        case time_wait: return event == Event::linger_elapsed ? closed : state;
    }
    return state;  // no default above: the compiler names the state that was forgotten
}

static_assert(next(next(State::closed, Event::active_open), Event::syn_ack_received) == State::established);
static_assert(next(next(State::syn_sent, Event::syn_received), Event::syn_acked) == State::established);
static_assert(next(next(State::fin_wait_1, Event::fin_acked), Event::fin_received) == State::time_wait);
static_assert(next(next(State::fin_wait_1, Event::fin_received), Event::fin_acked) == State::time_wait);
static_assert(next(next(State::close_wait, Event::close), Event::fin_acked) == State::closed);
static_assert(next(State::listen, Event::rst_received) == State::listen);

/// Both ends have seen the other's SYN: RFC 9293's "synchronized states".
constexpr bool is_synchronized(State state) {
    return state != State::closed && state != State::listen && state != State::syn_sent &&
           state != State::syn_received;
}

/// The peer's FIN has been taken; nothing it could still send counts.
constexpr bool peer_has_finished(State state) {
    using enum State;
    return state == close_wait || state == closing || state == last_ack || state == time_wait;
}

}  // namespace sockeye::transport::tcp
