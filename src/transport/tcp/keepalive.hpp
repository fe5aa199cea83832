// Keepalive (RFC 9293 §3.8.4): whether a peer that is silent is still there.
#pragma once

#include "transport/tcp/tcb.hpp"

namespace sockeye::transport::tcp {

/// The connection is open, or the user has just asked for probes, or for none any more.
inline void start_keepalive(Tcb& tcb, Instant now) {
    tcb.keepalive_probes = 0;
    tcb.keepalive_at = tcb.settings->keepalive && is_synchronized(tcb.state)
                           ? now + tcb.settings->keepalive->idle
                           : Instant::never();
}

/// The peer said something. The timer finds out when it fires: it is moved for the answer to a probe,
/// but not for each segment.
inline void note_alive(Tcb& tcb, Instant now) {
    tcb.last_received = now;
    if (tcb.keepalive_probes > 0) start_keepalive(tcb, now);
}

enum class Peer : std::uint8_t { may_be_there, given_up };

/// The timer ran out. Data that wait for their acknowledgment are probe enough.
inline Peer run_keepalive(Tcb& tcb, Instant now) {
    const Keepalive& keepalive = *tcb.settings->keepalive;
    const bool has_data = tcb.snd_una != tcb.stream_end();
    const Instant due = (has_data ? now : tcb.last_received) + keepalive.idle;
    if (tcb.keepalive_probes == 0 && now < due) {
        tcb.keepalive_at = due;
        return Peer::may_be_there;
    }
    const auto patience = tcb.settings->user_timeout;
    const bool too_long = patience ? now - tcb.last_received >= *patience && tcb.keepalive_probes > 0
                                   : tcb.keepalive_probes >= keepalive.count;
    if (too_long) return Peer::given_up;
    ++tcb.keepalive_probes;
    tcb.keepalive_due = true;
    tcb.keepalive_at = now + keepalive.interval;
    return Peer::may_be_there;
}

}  // namespace sockeye::transport::tcp
