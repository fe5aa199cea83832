#include "network/router_message.hpp"

#include <utility>

#include "network/ip_header.hpp"
#include "network/scope.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

constexpr std::uint8_t on_link_hop_limit = 255;  // RFC 4861 §3.1: no router passed it on

/// The message, if it is of that type and has not left its link.
std::optional<wire::Icmpv6Message> read(const IpPacket& packet, wire::Icmpv6Type type) {
    if (packet.header.hop_limit != on_link_hop_limit) return std::nullopt;
    const auto icmp = wire::parse_icmpv6(packet.payload.bytes());
    if (!icmp || icmp->header.type != type) return std::nullopt;
    return *icmp;
}

bool is_group(const std::optional<wire::MacAddress>& mac) {
    return mac && mac->is_multicast();
}

Packet frame_to(const IpAddress& group, Packet message, const wire::MacAddress& own) {
    write_ip(message, {.source = link_local(own).address,
                       .target = group,
                       .protocol = wire::protocol::icmpv6,
                       .hop_limit = on_link_hop_limit});
    wire::prepend_ethernet(
        message, {.target = multicast_mac(group), .source = own, .ethertype = wire::EtherType::ipv6});
    return message;
}

}  // namespace

std::optional<HeardSolicitation> read_router_solicitation(const IpPacket& packet) {
    const auto icmp = read(packet, wire::Icmpv6Type::router_solicitation);
    if (!icmp) return std::nullopt;
    const auto message = wire::parse_router_solicitation(*icmp);
    const bool is_nobody = packet.header.source.is_unspecified();
    if (!message || (is_nobody && message->source_mac) || is_group(message->source_mac)) return std::nullopt;
    return HeardSolicitation{.sender = packet.header.source, .mac = message->source_mac};
}

std::optional<HeardAdvertisement> read_router_advertisement(const IpPacket& packet) {
    const auto icmp = read(packet, wire::Icmpv6Type::router_advertisement);
    if (!icmp || !is_link_local(packet.header.source)) return std::nullopt;
    auto message = wire::parse_router_advertisement(*icmp);
    if (!message || is_group(message->source_mac)) return std::nullopt;
    return HeardAdvertisement{.router = packet.header.source, .says = *std::move(message)};
}

bool is_discovery(const IpPacket& packet) {
    const auto icmp = wire::parse_icmpv6(packet.payload.bytes());
    return icmp && icmp->header.type >= wire::Icmpv6Type::router_solicitation &&
           icmp->header.type <= wire::Icmpv6Type::neighbour_advertisement;
}

Packet write_router_solicitation(const wire::MacAddress& own) {
    const IpAddress group = all_routers(Family::inet6);
    return frame_to(group, wire::make_router_solicitation({own}, link_local(own).address, group), own);
}

Packet write_router_advertisement(const wire::RouterAdvertisement& message, const wire::MacAddress& own) {
    const IpAddress group = all_nodes(Family::inet6);
    return frame_to(group, wire::make_router_advertisement(message, link_local(own).address, group), own);
}

}  // namespace sockeye::network
