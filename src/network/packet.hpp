// An IP packet as the transport floor sees it: one header for both families.
#pragma once

#include <cstdint>

#include "base/packet.hpp"
#include "sockeye/address.hpp"

namespace sockeye::network {

/// What IPv4 (RFC 791) and IPv6 (RFC 8200) have in common, under IPv6's names where they differ.
struct IpHeader {
    IpAddress source;
    IpAddress target;
    std::uint8_t protocol = 0;       ///< IANA "Assigned Internet Protocol Numbers": 6 TCP, 17 UDP
    std::uint8_t hop_limit = 64;     ///< IPv4's TTL
    std::uint8_t traffic_class = 0;  ///< IPv4's DSCP and ECN

    friend bool operator==(const IpHeader&, const IpHeader&) = default;
};

struct IpPacket {
    IpHeader header;
    Packet payload;  ///< from the transport header on
};

}  // namespace sockeye::network
