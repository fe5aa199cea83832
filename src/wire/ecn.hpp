// Explicit congestion notification in IP's header (RFC 3168 §5), for both families.
#pragma once

#include <cstdint>

#include "base/packet.hpp"

namespace sockeye::wire {

/// The two low bits of the traffic class.
enum class Ecn : std::uint8_t {
    not_ect = 0,
    ect1 = 1,
    ect0 = 2,  ///< the sender understands marks; what RFC 3168 has it send
    ce = 3,    ///< congestion experienced
};

constexpr Ecn ecn_of(std::uint8_t traffic_class) {
    return static_cast<Ecn>(traffic_class & 3);
}

constexpr std::uint8_t with_ecn(std::uint8_t traffic_class, Ecn ecn) {
    return static_cast<std::uint8_t>((traffic_class & ~3U) | static_cast<unsigned>(ecn));
}

/// Marks the IP packet in an Ethernet frame as a congested queue does, IPv4's checksum included.
/// @returns false where it may not be marked (not ECT, or no IP packet) and is as before
bool mark_congestion(Packet& frame);

}  // namespace sockeye::wire
