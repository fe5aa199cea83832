// Initial sequence numbers and timestamps that an outsider cannot predict (RFC 6528, RFC 7323 §7.1).
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

/// Where a flow's timestamps start: the same for every connection of it, so that what is left of an
/// older one is older by its timestamps too.
inline std::uint32_t timestamp_offset(const HashKey& secret, const Flow& flow) {
    return static_cast<std::uint32_t>(keyed_hash(secret, flow) >> 32);
}

}  // namespace sockeye::transport::tcp
