// An IP packet as the transport floor sees it: one header for both families.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/packet.hpp"
#include "sockeye/address.hpp"

namespace sockeye::network {

/// What IPv4 (RFC 791) and IPv6 (RFC 8200) have in common, under IPv6's names where they differ.
struct IpHeader {
    IpAddress source{};
    IpAddress target{};
    std::uint8_t protocol = 0;       ///< IANA "Assigned Internet Protocol Numbers": 6 TCP, 17 UDP
    std::uint8_t hop_limit = 64;     ///< IPv4's TTL
    std::uint8_t traffic_class = 0;  ///< IPv4's DSCP and ECN

    friend bool operator==(const IpHeader&, const IpHeader&) = default;
};

struct IpPacket {
    IpHeader header;
    Packet payload;  ///< from the transport header on
    /// Of a packet that was received: the number of the interface (1, 2, …), an Address's scope.
    std::uint32_t interface = 0;
    /// Likewise: it was sent to every host of a network, or to one that has no address yet.
    bool is_broadcast = false;
    /// Likewise: octets of IP header in front of the payload, in the same block.
    std::size_t header_octets = 0;
};

/// That a packet of this host did not get where it was meant to go: what an ICMP error says, or what
/// the host found out itself (no neighbour answered, no route). RFC 5461 tells soft from hard errors.
struct IcmpNotice {
    enum class Kind : std::uint8_t {
        network_unreachable,   ///< soft
        host_unreachable,      ///< soft
        prohibited,            ///< soft: a filter on the way
        protocol_unreachable,  ///< hard
        port_unreachable,      ///< hard
        too_big,               ///< `mtu` says what fits (RFC 1191, RFC 8201)
        hop_limit_exceeded,    ///< soft
        reassembly_exceeded,   ///< soft: a fragment was lost
        parameter_problem,     ///< soft
    };

    Kind kind{};
    IpHeader about;       ///< of the packet, as it was sent
    Packet quoted;        ///< its first octets behind the IP header; a TCP or UDP header's first 8 are there
    IpAddress reporter;   ///< who says so; unspecified: this host itself
    std::size_t mtu = 0;  ///< of too_big: octets of IP packet that the way takes

    /// RFC 1122 §4.2.3.9: whether trying again is of no use. Transport protocols may know better.
    bool is_hard() const { return kind == Kind::protocol_unreachable || kind == Kind::port_unreachable; }
};

}  // namespace sockeye::network
