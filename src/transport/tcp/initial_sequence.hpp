// Initial sequence numbers that an outsider cannot predict (RFC 6528).
#pragma once

#include <cstdint>

#include "base/sequence.hpp"
#include "sockeye/time.hpp"
#include "transport/flow.hpp"

namespace sockeye::transport::tcp {

/// ISN = M + F(flow, secret): M ticks every 4 µs (RFC 9293 §3.4.1), so that a connection made again
/// starts beyond where its predecessor did.
inline Sequence initial_sequence(const HashKey& secret, const Flow& flow, Instant now) {
    const auto ticks = static_cast<std::uint64_t>(now.since_zero().count()) / 4000;
    return Sequence{static_cast<std::uint32_t>(ticks + keyed_hash(secret, flow))};
}

}  // namespace sockeye::transport::tcp
