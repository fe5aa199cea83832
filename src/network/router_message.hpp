// What hosts and routers say about a link's routers (RFC 4861 §4.1, §4.2), with what §6.1 asks of the IP
// header around it.
#pragma once

#include <optional>

#include "base/packet.hpp"
#include "network/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"
#include "wire/neighbour_discovery.hpp"

namespace sockeye::network {

struct HeardSolicitation {
    IpAddress sender;                       ///< unspecified: a host without any address
    std::optional<wire::MacAddress> mac{};  ///< its own
};

struct HeardAdvertisement {
    IpAddress router;  ///< link-local
    wire::RouterAdvertisement says;
};

// @param packet  with an ICMPv6 message whose checksum is right
// @returns nullopt: another message, or not as RFC 4861 §6.1.1 and §6.1.2 ask
std::optional<HeardSolicitation> read_router_solicitation(const IpPacket& packet);
std::optional<HeardAdvertisement> read_router_advertisement(const IpPacket& packet);

/// Whether it is a message of RFC 4861's (a redirect is not looked at), valid or not.
bool is_discovery(const IpPacket& packet);

/// Whole frames, to all routers and to all nodes, from the card's link-local address.
Packet write_router_solicitation(const wire::MacAddress& own);
Packet write_router_advertisement(const wire::RouterAdvertisement& message, const wire::MacAddress& own);

}  // namespace sockeye::network
