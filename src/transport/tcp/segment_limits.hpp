// How much a segment may carry over a path (RFC 9293 §3.7.1).
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>

#include "sockeye/address.hpp"
#include "wire/tcp.hpp"

namespace sockeye::transport::tcp {

/// Octets of every segment that has timestamps (RFC 7323, appendix A).
inline constexpr std::uint16_t timestamps_size = 12;
/// Octets of a segment that tells the user timeout (RFC 5482 §3.2).
inline constexpr std::uint16_t user_timeout_size = 4;

/// Octets of payload a segment may carry.
struct SegmentLimits {
    std::uint16_t path = 1460;        ///< what our own link takes; our MSS option says it
    std::uint16_t unless_told = 536;  ///< where the peer sends no MSS option (RFC 9293 MUST-15)
};

/// RFC 9293 §3.7.1: less both fixed headers; options reduce what a segment carries later.
inline SegmentLimits segment_limits(Family family, std::size_t path_mtu) {
    [[maybe_unused]] constexpr std::size_t smallest_mtu = 68;  // RFC 791 §3.2
    assert(path_mtu >= smallest_mtu);
    const std::size_t ip_header = family == Family::inet6 ? 40 : 20;
    const std::size_t headers = ip_header + wire::TcpHeader::minimum_size;
    const auto path = std::min<std::size_t>(path_mtu - headers, 65535);
    return {.path = static_cast<std::uint16_t>(path),
            .unless_told = static_cast<std::uint16_t>(family == Family::inet6 ? 1220 : 536)};
}

}  // namespace sockeye::transport::tcp
