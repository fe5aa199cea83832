#include "network/scope.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

namespace sockeye::network {
namespace {

using V4 = std::array<std::uint8_t, 4>;
using V6 = std::array<std::uint8_t, 16>;

/// ff02::number.
IpAddress link_group(std::uint8_t number) {
    V6 octets{0xff, 0x02};
    octets.back() = number;
    return IpAddress{octets};
}

}  // namespace

Scope scope_of(const IpAddress& ip) {
    const auto octets = ip.octets();
    if (ip.is_loopback() || is_link_local(ip)) return Scope::link;  // RFC 6724 §3.1 and §3.2
    if (ip.family() == Family::inet6)
        return ip.is_multicast() ? static_cast<Scope>(octets[1] & 0x0f) : Scope::global;
    const bool link_only = (octets[0] == 169 && octets[1] == 254) ||                  // RFC 3927
                           (octets[0] == 224 && octets[1] == 0 && octets[2] == 0) ||  // RFC 5771 §4
                           ip.is_broadcast();
    return link_only ? Scope::link : Scope::global;
}

bool is_link_local(const IpAddress& ip) {
    return ip.family() == Family::inet6 && ip.octets()[0] == 0xfe && (ip.octets()[1] & 0xc0) == 0x80;
}

bool is_unicast(const IpAddress& ip) {
    return !ip.is_unspecified() && !ip.is_multicast() && !ip.is_broadcast();
}

bool is_v4_mapped(const IpAddress& ip) {
    constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return ip.family() == Family::inet6 && std::ranges::equal(ip.octets().first(prefix.size()), prefix);
}

IpAddress v4_mapped(const IpAddress& ip) {
    assert(ip.family() == Family::inet);
    V6 octets{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    std::ranges::copy(ip.octets(), octets.begin() + 12);
    return IpAddress{octets};
}

std::size_t common_prefix(const IpAddress& a, const IpAddress& b) {
    std::size_t bits = 0;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        const auto differing = static_cast<std::uint8_t>(a.octets()[i] ^ b.octets()[i]);
        bits += static_cast<std::size_t>(std::countl_zero(differing));
        if (differing != 0) break;
    }
    return bits;
}

Prefix with_interface_identifier(const IpAddress& network, const wire::MacAddress& mac) {
    assert(network.family() == Family::inet6);
    constexpr std::uint8_t universal_bit = 0x02;
    V6 octets{};
    std::ranges::copy(network.octets().first(8), octets.begin());
    const auto& m = mac.octets();
    const std::array<std::uint8_t, 8> identifier{
        static_cast<std::uint8_t>(m[0] ^ universal_bit), m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]};
    std::ranges::copy(identifier, octets.begin() + 8);
    return {.address = IpAddress{octets}, .bits = 64};
}

Prefix link_local(const wire::MacAddress& mac) {
    return with_interface_identifier(IpAddress{V6{0xfe, 0x80}}, mac);
}

IpAddress solicited_node(const IpAddress& ip) {
    assert(ip.family() == Family::inet6);
    V6 octets{0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0xff};
    std::ranges::copy(ip.octets().last(3), octets.begin() + 13);
    return IpAddress{octets};
}

IpAddress all_nodes(Family family) {
    return family == Family::inet ? IpAddress{V4{224, 0, 0, 1}} : link_group(1);
}

IpAddress all_routers(Family family) {
    return family == Family::inet ? IpAddress{V4{224, 0, 0, 2}} : link_group(2);
}

wire::MacAddress multicast_mac(const IpAddress& group) {
    assert(group.is_multicast());
    const auto octets = group.octets().last(4);
    if (group.family() == Family::inet6)
        return wire::MacAddress{{0x33, 0x33, octets[0], octets[1], octets[2], octets[3]}};
    return wire::MacAddress{
        {0x01, 0x00, 0x5e, static_cast<std::uint8_t>(octets[1] & 0x7f), octets[2], octets[3]}};
}

}  // namespace sockeye::network
