// Neighbour discovery on Ethernet (RFC 4861 §4): who is there, and which routers and prefixes are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <vector>

#include "base/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"
#include "wire/icmpv6.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

/// A node that does not know itself yet (source address ::) leaves its MAC address out.
struct RouterSolicitation {
    std::optional<MacAddress> source_mac{};

    friend bool operator==(const RouterSolicitation&, const RouterSolicitation&) = default;
};

/// RFC 4861 §4.6.2.
struct PrefixInformation {
    static constexpr std::uint32_t infinite = 0xffffffff;

    Prefix prefix{};
    bool on_link = false;
    bool autonomous = false;               ///< may be used for SLAAC (RFC 4862)
    std::uint32_t valid_lifetime = 0;      ///< seconds
    std::uint32_t preferred_lifetime = 0;  ///< seconds

    friend bool operator==(const PrefixInformation&, const PrefixInformation&) = default;
};

/// Name servers that hosts may ask (RFC 8106 §5.1).
struct RecursiveDnsServers {
    static constexpr std::size_t maximum = 16;

    std::uint32_t lifetime = 0;  ///< seconds; 0: no longer
    std::vector<IpAddress> addresses{};

    friend bool operator==(const RecursiveDnsServers&, const RecursiveDnsServers&) = default;
};

struct RouterAdvertisement {
    // Of each, those behind them are skipped.
    static constexpr std::size_t maximum_prefixes = 16;
    static constexpr std::size_t maximum_dns_options = 4;

    std::uint8_t hop_limit = 0;              ///< what hosts should send with; 0: not said
    bool managed = false;                    ///< addresses by DHCPv6
    bool other = false;                      ///< other things by DHCPv6
    std::uint16_t lifetime = 0;              ///< seconds; 0: not a default router
    std::uint32_t reachable_time = 0;        ///< milliseconds; 0: not said
    std::uint32_t retransmission_timer = 0;  ///< milliseconds; 0: not said
    std::optional<MacAddress> source_mac{};
    std::optional<std::uint32_t> mtu{};  ///< octets
    std::vector<PrefixInformation> prefixes{};
    std::vector<RecursiveDnsServers> dns_servers{};

    friend bool operator==(const RouterAdvertisement&, const RouterAdvertisement&) = default;
};

struct NeighbourSolicitation {
    IpAddress target{std::array<std::uint8_t, 16>{}};
    std::optional<MacAddress> source_mac{};

    friend bool operator==(const NeighbourSolicitation&, const NeighbourSolicitation&) = default;
};

struct NeighbourAdvertisement {
    bool router = false;
    bool solicited = false;
    bool override_cache = false;  ///< the override flag: what the cache holds is wrong
    IpAddress target{std::array<std::uint8_t, 16>{}};
    std::optional<MacAddress> target_mac{};

    friend bool operator==(const NeighbourAdvertisement&, const NeighbourAdvertisement&) = default;
};

// Each parser checks what RFC 4861 §6.1 and §7.1 ask of the message itself: code 0, its length,
// options of a length that is not 0, a target that is no multicast address. Options that are not
// known are skipped, and so are name servers whose list has no whole number of addresses (RFC 8106 §5.3.1).
// The rules about the IPv6 header (hop limit 255, source address) are the receiver's. @pre
// message.header.type is the one the parser is named after
std::expected<RouterSolicitation, Malformed> parse_router_solicitation(const Icmpv6Message& message);
std::expected<RouterAdvertisement, Malformed> parse_router_advertisement(const Icmpv6Message& message);
std::expected<NeighbourSolicitation, Malformed> parse_neighbour_solicitation(const Icmpv6Message& message);
std::expected<NeighbourAdvertisement, Malformed> parse_neighbour_advertisement(const Icmpv6Message& message);

// Each makes the payload of an IPv6 packet between these addresses, with headroom for its header;
// its hop limit must be 255.
Packet make_router_solicitation(const RouterSolicitation& message, const IpAddress& source,
                                const IpAddress& target);
Packet make_router_advertisement(const RouterAdvertisement& message, const IpAddress& source,
                                 const IpAddress& target);
Packet make_neighbour_solicitation(const NeighbourSolicitation& message, const IpAddress& source,
                                   const IpAddress& target);
Packet make_neighbour_advertisement(const NeighbourAdvertisement& message, const IpAddress& source,
                                    const IpAddress& target);

}  // namespace sockeye::wire
