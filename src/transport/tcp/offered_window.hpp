// What every segment tells the peer of what was received: how far it got, and how much more there is room
// for.
#pragma once

#include <algorithm>
#include <cstdint>

#include "transport/tcp/tcb.hpp"

namespace sockeye::transport::tcp {

/// What there is to acknowledge is acknowledged by a segment that leaves now. @returns its SEG.ACK
inline Sequence acknowledge_all(Tcb& tcb) {
    tcb.last_ack_sent = tcb.rcv_nxt();
    tcb.ack_due = AckDue::none;
    tcb.acknowledge_at = Instant::never();
    return tcb.last_ack_sent;
}

inline std::int32_t worthwhile_move(const Tcb& tcb) {
    return static_cast<std::int32_t>(
        std::min<std::size_t>(tcb.incoming.limit() / 2, tcb.segment_limits.path));
}

/// Moves the right edge only where that is worth a segment, so that nobody sends a crumb into it:
/// receiver's silly window avoidance (RFC 9293 §3.8.6.2.2).
inline void move_window(Tcb& tcb) {
    const Sequence edge = tcb.incoming.next() + largest_window(tcb);
    if (edge - tcb.rcv_edge >= worthwhile_move(tcb)) tcb.rcv_edge = edge;
    tcb.max_rcv_wnd = std::max(tcb.max_rcv_wnd, tcb.rcv_wnd());
}

}  // namespace sockeye::transport::tcp
