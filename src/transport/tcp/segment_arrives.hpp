// The event SEGMENT ARRIVES (RFC 9293 §3.10.7) for a connection that has a TCB.
#pragma once

#include <cstdint>
#include <string_view>

#include "sockeye/time.hpp"
#include "transport/tcp/tcb.hpp"
#include "wire/ecn.hpp"
#include "wire/tcp.hpp"

namespace sockeye::transport::tcp {

/// What the checks ask for at once. ACKs are noted in the TCB and leave with next_segment().
enum class Reply : std::uint8_t { none, reset };

/// What became of a segment.
struct Outcome {
    Reply reply = Reply::none;
    std::string_view dropped{};  ///< why nothing of it was taken, a literal; empty: something was
};

/// Runs the checks of the connection's state in the RFC's order.
/// @param ecn  what queues on the way made of the packet that the segment came in
Outcome segment_arrives(Tcb& tcb, const wire::TcpSegment& segment, wire::Ecn ecn, Instant now);

/// What LISTEN makes of a segment (§3.10.7.2).
enum class Knock : std::uint8_t { ignore, reset, open };
Knock knock(const wire::TcpSegment& segment);

/// Fills in what a SYN says (§3.10.7.2, third check) and enters SYN-RECEIVED.
void take_syn(Tcb& tcb, const wire::TcpHeader& syn, Instant now);

/// SEG.LEN: octets of text, and one each for SYN and FIN.
std::uint32_t segment_length(const wire::TcpSegment& segment);

/// The RST that answers `segment` (§3.10.7.1), ports swapped.
wire::TcpHeader reset_for(const wire::TcpSegment& segment);

}  // namespace sockeye::transport::tcp
