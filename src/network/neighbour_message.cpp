#include "network/neighbour_message.hpp"

#include <cassert>
#include <utility>

#include "network/ip_header.hpp"
#include "network/scope.hpp"
#include "wire/arp.hpp"
#include "wire/neighbour_discovery.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

using Kind = NeighbourMessage::Kind;

constexpr std::uint8_t on_link_hop_limit = 255;  // RFC 4861 §3.1: no router passed it on

std::optional<NeighbourMessage> read_solicitation(const IpPacket& packet, const wire::Icmpv6Message& icmp) {
    const auto read = wire::parse_neighbour_solicitation(icmp);
    if (!read) return std::nullopt;
    const IpHeader& header = packet.header;
    const bool is_probe = header.source.is_unspecified();
    if (is_probe && (read->source_mac || header.target != solicited_node(read->target))) return std::nullopt;
    if (read->source_mac && read->source_mac->is_multicast()) return std::nullopt;
    return NeighbourMessage{
        .kind = Kind::solicitation, .target = read->target, .sender = header.source, .mac = read->source_mac};
}

std::optional<NeighbourMessage> read_advertisement(const IpPacket& packet, const wire::Icmpv6Message& icmp) {
    const auto read = wire::parse_neighbour_advertisement(icmp);
    if (!read || (packet.header.target.is_multicast() && read->solicited)) return std::nullopt;
    if (read->target_mac && read->target_mac->is_multicast()) return std::nullopt;
    return NeighbourMessage{.kind = Kind::advertisement,
                            .target = read->target,
                            .sender = packet.header.source,
                            .mac = read->target_mac,
                            .solicited = read->solicited,
                            .override_cache = read->override_cache,
                            .router = read->router};
}

Packet write_arp(const NeighbourMessage& message, const wire::MacAddress& own,
                 const std::optional<wire::MacAddress>& to, const IpAddress& to_ip) {
    const bool asks = message.kind == Kind::solicitation;
    // An announcement is a request for the own address (RFC 5227 §2.3).
    const bool announces = !asks && !to;
    const bool is_request = asks || announces;
    return wire::make_arp({.operation = is_request ? wire::ArpOperation::request : wire::ArpOperation::reply,
                           .sender_mac = own,
                           .sender_ip = asks ? message.sender : message.target,
                           .target_mac = to.value_or(wire::MacAddress{}),
                           .target_ip = is_request ? message.target : to_ip});
}

Packet write_neighbour_discovery(const NeighbourMessage& message, const wire::MacAddress& own,
                                 const std::optional<wire::MacAddress>& to, const IpAddress& to_ip) {
    IpHeader header;
    header.protocol = wire::protocol::icmpv6;
    header.hop_limit = on_link_hop_limit;
    Packet packet;
    if (message.kind == Kind::solicitation) {
        header.source = message.sender;
        header.target = to ? message.target : solicited_node(message.target);
        const bool is_probe = message.sender.is_unspecified();
        packet = wire::make_neighbour_solicitation(
            {.target = message.target, .source_mac = is_probe ? std::nullopt : std::optional{own}},
            header.source, header.target);
    } else {
        header.source = message.target;
        header.target = to ? to_ip : all_nodes(Family::inet6);
        packet = wire::make_neighbour_advertisement({.router = message.router,
                                                     .solicited = message.solicited,
                                                     .override_cache = message.override_cache,
                                                     .target = message.target,
                                                     .target_mac = own},
                                                    header.source, header.target);
    }
    write_ip(packet, header);
    return packet;
}

wire::MacAddress everybody(const NeighbourMessage& message) {
    if (message.target.family() == Family::inet) return wire::MacAddress::broadcast();
    return multicast_mac(message.kind == Kind::solicitation ? solicited_node(message.target)
                                                            : all_nodes(Family::inet6));
}

}  // namespace

std::optional<NeighbourMessage> read_arp(std::span<const std::byte> message) {
    const auto arp = wire::parse_arp(message);
    if (!arp || arp->sender_mac.is_multicast()) return std::nullopt;
    const bool is_reply = arp->operation == wire::ArpOperation::reply;
    if (!is_reply && arp->operation != wire::ArpOperation::request) return std::nullopt;
    // A request for the sender's own address announces it (RFC 5227 §3).
    if (is_reply || arp->sender_ip == arp->target_ip)
        return NeighbourMessage{.kind = Kind::advertisement,
                                .target = arp->sender_ip,
                                .sender = arp->sender_ip,
                                .mac = arp->sender_mac,
                                .solicited = is_reply && arp->sender_ip != arp->target_ip,
                                .override_cache = true};
    return NeighbourMessage{.kind = Kind::solicitation,
                            .target = arp->target_ip,
                            .sender = arp->sender_ip,
                            .mac = arp->sender_mac};
}

std::optional<NeighbourMessage> read_neighbour_discovery(const IpPacket& packet) {
    if (packet.header.hop_limit != on_link_hop_limit) return std::nullopt;
    const auto icmp = wire::parse_icmpv6(packet.payload.bytes());
    if (!icmp) return std::nullopt;
    switch (icmp->header.type) {
        case wire::Icmpv6Type::neighbour_solicitation: return read_solicitation(packet, *icmp);
        case wire::Icmpv6Type::neighbour_advertisement: return read_advertisement(packet, *icmp);
        default: return std::nullopt;
    }
}

Packet write_neighbour_message(const NeighbourMessage& message, const wire::MacAddress& own,
                               const std::optional<wire::MacAddress>& to, const IpAddress& to_ip) {
    const Family family = message.target.family();
    const bool is_arp = family == Family::inet;
    Packet frame =
        is_arp ? write_arp(message, own, to, to_ip) : write_neighbour_discovery(message, own, to, to_ip);
    wire::prepend_ethernet(frame, {.target = to.value_or(everybody(message)),
                                   .source = own,
                                   .ethertype = is_arp ? wire::EtherType::arp : wire::EtherType::ipv6});
    return frame;
}

}  // namespace sockeye::network
