// What a connection sends next, and what its timers do.
#pragma once

#include <cstdint>
#include <optional>

#include "sockeye/time.hpp"
#include "transport/tcp/tcb.hpp"
#include "wire/ecn.hpp"
#include "wire/tcp.hpp"

namespace sockeye::transport::tcp {

/// A segment to be sent: its header, ports aside, how much of the send buffer it carries from
/// header.seq on, and whether a queue may mark it (RFC 3168 §5).
struct Outgoing {
    wire::TcpHeader header;
    std::uint32_t text = 0;  ///< octets
    wire::Ecn ecn = wire::Ecn::not_ect;
};

/// Does what the timers that have run out ask for.
void run_timers(Tcb& tcb, Instant now);

/// The next segment that may leave now; nullopt: nothing until something arrives, the user sends
/// or reads, or a timer runs out.
std::optional<Outgoing> next_segment(Tcb& tcb, Instant now);

/// The RST that ABORT sends (RFC 9293 §3.10.5); nullopt where the state has nobody to tell.
std::optional<Outgoing> abort_segment(const Tcb& tcb);

}  // namespace sockeye::transport::tcp
