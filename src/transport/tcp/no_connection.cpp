// RFC 9293 §3.10.7.1 and §3.10.7.2: a segment arrives where there is no TCB, in CLOSED or LISTEN.
#include "transport/tcp/segment_arrives.hpp"

namespace sockeye::transport::tcp {

Knock knock(const wire::TcpSegment& segment) {
    const wire::TcpFlags& flags = segment.header.flags;
    if (flags.rst) return Knock::ignore;  // first check
    if (flags.ack) return Knock::reset;   // second: nothing was sent that it could acknowledge
    return flags.syn ? Knock::open : Knock::ignore;
}

std::uint32_t segment_length(const wire::TcpSegment& segment) {
    const wire::TcpFlags& flags = segment.header.flags;
    return static_cast<std::uint32_t>(segment.payload.size()) + (flags.syn ? 1u : 0u) + (flags.fin ? 1u : 0u);
}

wire::TcpHeader reset_for(const wire::TcpSegment& segment) {
    const wire::TcpHeader& header = segment.header;
    wire::TcpHeader reset{.source_port = header.target_port, .target_port = header.source_port};
    reset.flags.rst = true;
    if (header.flags.ack) {
        reset.seq = header.ack;
    } else {
        reset.flags.ack = true;
        reset.ack = header.seq + segment_length(segment);
    }
    return reset;
}

}  // namespace sockeye::transport::tcp
