// What text asks for once it has been taken: an acknowledgment, sooner or later, and room for more.
#pragma once

#include <algorithm>
#include <cstddef>

#include "transport/tcp/tcb.hpp"

namespace sockeye::transport::tcp {

inline void acknowledge_now(Tcb& tcb) {
    tcb.ack_due = AckDue::now;
}

/// At least every second full-sized segment, and none later than the delay (RFC 9293 §3.8.6.3).
inline void acknowledge_soon(Tcb& tcb, Instant now) {
    const auto waiting = static_cast<std::size_t>(tcb.rcv_nxt() - tcb.last_ack_sent);
    const std::size_t enough =
        tcb.config.ack_pace == AckPace::second_full_segment ? 2 * tcb.rcv_mss : tcb.rcv_mss + 1;
    const bool waits = tcb.settings->delayed_ack == DelayedAck::on &&
                       waiting < std::min<std::size_t>(enough, tcb.incoming.limit());
    if (!waits) return acknowledge_now(tcb);
    if (tcb.ack_due != AckDue::none) return;
    tcb.ack_due = AckDue::delayed;
    tcb.acknowledge_at = now + tcb.config.delayed_ack;
}

inline void grow_receive_buffer(Tcb& tcb, Instant now) {
    if (tcb.settings->receive_buffer) return;
    const Duration round_trip = tcb.retransmission.smoothed().value_or(Duration{1s});
    const std::size_t wanted =
        std::min(tcb.tuning.wanted(round_trip, now), tcb.config.receive_buffer.maximum);
    if (wanted > tcb.incoming.limit()) tcb.incoming.set_limit(wanted);
}

/// What counts as a full-sized segment of the peer's.
inline void note_segment_size(Tcb& tcb, std::size_t octets) {
    const auto size = static_cast<std::uint32_t>(octets);
    tcb.rcv_mss = std::max(tcb.rcv_mss, std::min<std::uint32_t>(size, tcb.segment_limits.path));
}

}  // namespace sockeye::transport::tcp
