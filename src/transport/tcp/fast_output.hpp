// The segment that a stream consists of, seen from its sender: full, new, and the next of several.
#pragma once

#include <optional>

#include "network/packet.hpp"
#include "sockeye/time.hpp"
#include "transport/flow.hpp"
#include "transport/tcp/tcb.hpp"

namespace sockeye::transport::tcp {

/// As next_segment() would make it, and in its packet. nullopt: what may leave now, if anything, is
/// something else, for next_segment(), and nothing has happened yet.
std::optional<network::IpPacket> next_expected(const Flow& flow, Tcb& tcb, Instant now);

}  // namespace sockeye::transport::tcp
