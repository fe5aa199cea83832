#include "network/interface.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/arp.hpp"
#include "wire/ipv4.hpp"

namespace sockeye::network {

bool Interface::owns(const IpAddress& ip) const {
    return std::ranges::any_of(addresses_, [&](const Prefix& own) { return own.address == ip; });
}

bool Interface::is_broadcast(const IpAddress& ip) const {
    if (ip.is_broadcast()) return true;
    if (ip.family() != Family::inet) return false;
    constexpr std::uint8_t point_to_point = 31;  // RFC 3021: no broadcast address from here on
    return std::ranges::any_of(addresses_, [&](const Prefix& own) {
        return own.address.family() == Family::inet && own.bits < point_to_point && own.broadcast() == ip;
    });
}

const Prefix* Interface::address_for(const IpAddress& ip) const {
    auto found = std::ranges::find_if(addresses_, [&](const Prefix& own) { return own.contains(ip); });
    if (found == addresses_.end()) {
        found = std::ranges::find_if(addresses_,
                                     [&](const Prefix& own) { return own.address.family() == ip.family(); });
    }
    return found == addresses_.end() ? nullptr : &*found;
}

void Interface::send(IpPacket packet, const IpAddress& next_hop, Instant now) {
    if (const auto mac = neighbours_.find(next_hop, now)) {
        transmit(std::move(packet), *mac);
    } else {
        neighbours_.wait(next_hop, std::move(packet), now);
    }
    poll(now);
}

void Interface::broadcast(IpPacket packet) {
    transmit(std::move(packet), wire::MacAddress::broadcast());
}

/// RFC 826 "Packet Reception": the sender is learned where it is known already or speaks to us.
void Interface::receive_arp(std::span<const std::byte> message, Instant now) {
    const auto arp = wire::parse_arp(message);
    if (!arp || arp->sender_mac.is_multicast()) return;
    const bool to_us = owns(arp->target_ip);
    const bool is_neighbour =
        !owns(arp->sender_ip) && !is_broadcast(arp->sender_ip) && !arp->sender_ip.is_unspecified() &&
        std::ranges::any_of(addresses_, [&](const Prefix& own) { return own.contains(arp->sender_ip); });
    if (is_neighbour) {
        const auto unknown = to_us ? Neighbours::Unknown::add : Neighbours::Unknown::ignore;
        for (IpPacket& packet : neighbours_.learn(arp->sender_ip, arp->sender_mac, unknown, now))
            transmit(std::move(packet), arp->sender_mac);
    }
    if (!to_us || arp->operation != wire::ArpOperation::request) return;
    Packet reply = wire::make_arp({.operation = wire::ArpOperation::reply,
                                   .sender_mac = device_->mac(),
                                   .sender_ip = arp->target_ip,
                                   .target_mac = arp->sender_mac,
                                   .target_ip = arp->sender_ip});
    wire::prepend_ethernet(
        reply, {.target = arp->sender_mac, .source = device_->mac(), .ethertype = wire::EtherType::arp});
    device_->transmit(std::move(reply));
}

void Interface::poll(Instant now) {
    while (const auto due = neighbours_.next_request(now)) request(*due);
}

void Interface::request(const Neighbours::Request& request) {
    const Prefix* own = address_for(request.ip);
    if (own == nullptr) return;
    Packet message = wire::make_arp({.operation = wire::ArpOperation::request,
                                     .sender_mac = device_->mac(),
                                     .sender_ip = own->address,
                                     .target_mac = request.mac.value_or(wire::MacAddress{}),
                                     .target_ip = request.ip});
    wire::prepend_ethernet(message, {.target = request.mac.value_or(wire::MacAddress::broadcast()),
                                     .source = device_->mac(),
                                     .ethertype = wire::EtherType::arp});
    device_->transmit(std::move(message));
}

/// The one place where the family matters: which header goes in front. IPv6 joins here.
void Interface::transmit(IpPacket packet, const wire::MacAddress& target) {
    const IpHeader& header = packet.header;
    assert(header.target.family() == Family::inet);
    // Never fragmented: the identification may be anything (RFC 6864 §4.1).
    wire::prepend_ipv4(packet.payload, {.traffic_class = header.traffic_class,
                                        .dont_fragment = true,
                                        .ttl = header.hop_limit,
                                        .protocol = header.protocol,
                                        .source = header.source,
                                        .target = header.target});
    wire::prepend_ethernet(packet.payload,
                           {.target = target, .source = device_->mac(), .ethertype = wire::EtherType::ipv4});
    device_->transmit(std::move(packet.payload));
}

}  // namespace sockeye::network
