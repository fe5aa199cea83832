#include "network/ip.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/ethernet.hpp"
#include "wire/ipv4.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

std::size_t packet_size(const IpPacket& packet) {
    constexpr std::size_t ipv6_header = 40;
    const bool is_ipv4 = packet.header.target.family() == Family::inet;
    return packet.payload.size() + (is_ipv4 ? wire::Ipv4Header::minimum_size : ipv6_header);
}

/// The packet in `frame` behind its Ethernet header; nullopt where it is malformed or a fragment.
std::optional<IpPacket> parse(Packet frame) {
    frame.trim_front(wire::EthernetHeader::size);
    const auto packet = wire::parse_ipv4(frame.bytes());
    if (!packet || packet->header.is_fragment()) return std::nullopt;
    const auto header_size = static_cast<std::size_t>(packet->payload.data() - frame.bytes().data());
    const std::size_t payload_size = packet->payload.size();
    IpPacket result{.header = {.source = packet->header.source,
                               .target = packet->header.target,
                               .protocol = packet->header.protocol,
                               .hop_limit = packet->header.ttl,
                               .traffic_class = packet->header.traffic_class},
                    .payload = std::move(frame)};
    result.payload.trim_front(header_size);
    result.payload.truncate(payload_size);
    return result;
}

}  // namespace

Interface& Ip::add_interface(link::Device& device, std::span<const Prefix> addresses) {
    Interface& interface = interfaces_.emplace_back(device, neighbours_);
    for (const Prefix& address : addresses) add_address(interface, address);
    return interface;
}

void Ip::add_address(Interface& interface, const Prefix& address) {
    const auto number =
        std::ranges::find(interfaces_, &interface, [](const Interface& each) { return &each; });
    assert(number != interfaces_.end());
    interface.add_address(address);
    routes_.add({.target = {.address = address.network(), .bits = address.bits},
                 .gateway = std::nullopt,
                 .interface = static_cast<std::size_t>(number - interfaces_.begin())});
}

Result<void> Ip::add_route(const Prefix& target, const IpAddress& gateway) {
    const Route* on_link = routes_.find(gateway);
    if (on_link == nullptr || on_link->gateway) return std::unexpected{Error{Errc::unreachable, "add_route"}};
    routes_.add({.target = target, .gateway = gateway, .interface = on_link->interface});
    return {};
}

std::optional<IpPacket> Ip::receive(link::Device& device, Packet frame, Instant now) {
    Interface* interface = find(device);
    const auto parsed = wire::parse_ethernet(frame.bytes());
    if (interface == nullptr || !parsed) return std::nullopt;
    const wire::EthernetHeader ethernet = parsed->header;
    if (ethernet.target != device.mac() && !ethernet.target.is_broadcast()) return std::nullopt;

    if (ethernet.ethertype == wire::EtherType::arp) interface->receive_arp(parsed->payload, now);
    if (ethernet.ethertype != wire::EtherType::ipv4) return std::nullopt;
    auto packet = parse(std::move(frame));
    if (!packet || !is_for_us(*interface, packet->header, ethernet.target)) return std::nullopt;
    return packet;
}

/// RFC 1122 §3.2.1.3, and §3.3.6 for broadcasts.
bool Ip::is_for_us(const Interface& interface, const IpHeader& header, const wire::MacAddress& frame) const {
    const auto& [source, target] = std::pair{header.source, header.target};
    if (source.is_multicast() || source.is_loopback() || target.is_loopback()) return false;
    if (interface.is_broadcast(source)) return false;
    if (interface.is_broadcast(target)) return header.protocol == wire::protocol::udp;
    const bool is_ours =
        std::ranges::any_of(interfaces_, [&](const auto& each) { return each.owns(target); });
    return is_ours && !frame.is_broadcast();
}

Result<void> Ip::send(IpPacket packet, Instant now) {
    const auto hop = next_hop(packet.header.target);
    if (!hop) return std::unexpected{hop.error()};
    if (packet_size(packet) > mtu_of(*hop)) return std::unexpected{Error{Errc::message_too_large, "send"}};
    switch (hop->scope) {
        case Scope::loopback: {
            constexpr std::size_t limit = 4096;  // packets; more is dropped, as by any full queue
            if (loopback_.size() < limit) loopback_.push_back(std::move(packet));
            break;
        }
        case Scope::broadcast: interfaces_[hop->interface].broadcast(std::move(packet)); break;
        case Scope::unicast: interfaces_[hop->interface].send(std::move(packet), hop->next, now); break;
    }
    return {};
}

Result<IpAddress> Ip::source_for(const IpAddress& target) const {
    const auto hop = next_hop(target);
    if (!hop) return std::unexpected{hop.error()};
    if (hop->scope == Scope::loopback)
        return target.is_loopback() ? IpAddress::loopback(target.family()) : target;
    const Prefix* own = interfaces_[hop->interface].address_for(hop->next);
    if (own == nullptr) return std::unexpected{Error{Errc::unreachable}};
    return own->address;
}

Result<std::size_t> Ip::path_mtu(const IpAddress& target) const {
    const auto hop = next_hop(target);
    if (!hop) return std::unexpected{hop.error()};
    return mtu_of(*hop);
}

bool Ip::is_local(const IpAddress& ip) const {
    if (ip.is_unspecified() || ip.is_loopback()) return true;
    return std::ranges::any_of(interfaces_, [&](const Interface& each) { return each.owns(ip); });
}

std::optional<IpPacket> Ip::poll(Instant now) {
    for (Interface& interface : interfaces_) interface.poll(now);
    if (loopback_.empty()) return std::nullopt;
    IpPacket packet = std::move(loopback_.front());
    loopback_.pop_front();
    return packet;
}

Instant Ip::next_wakeup() const {
    if (!loopback_.empty()) return Instant{};
    Instant earliest = Instant::never();
    for (const Interface& interface : interfaces_) earliest = std::min(earliest, interface.next_wakeup());
    return earliest;
}

std::optional<IpPacket> Ip::take_unreachable() {
    for (Interface& interface : interfaces_)
        if (auto packet = interface.take_unreachable()) return packet;
    return std::nullopt;
}

Result<Ip::Hop> Ip::next_hop(const IpAddress& target) const {
    const bool is_own = std::ranges::any_of(interfaces_, [&](const auto& each) { return each.owns(target); });
    if (target.is_loopback() || is_own) return Hop{.scope = Scope::loopback, .interface = 0, .next = target};
    for (std::size_t number = 0; number < interfaces_.size(); ++number) {
        if (interfaces_[number].is_broadcast(target))
            return Hop{.scope = Scope::broadcast, .interface = number, .next = target};
    }
    const Route* route = routes_.find(target);
    if (route == nullptr || target.is_multicast() || target.is_unspecified())
        return std::unexpected{Error{Errc::unreachable}};
    return Hop{
        .scope = Scope::unicast, .interface = route->interface, .next = route->gateway.value_or(target)};
}

std::size_t Ip::mtu_of(const Hop& hop) const {
    return hop.scope == Scope::loopback ? loopback_mtu : interfaces_[hop.interface].device().mtu();
}

Interface* Ip::find(const link::Device& device) {
    const auto found = std::ranges::find(interfaces_, &device, [](const Interface& each) {
        return static_cast<const link::Device*>(&each.device());
    });
    return found == interfaces_.end() ? nullptr : &*found;
}

}  // namespace sockeye::network
