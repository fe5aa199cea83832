// Kinds of IP addresses, and those that follow from others (RFC 4291, RFC 1112, RFC 2464).
#pragma once

#include <cstddef>
#include <cstdint>

#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::network {

/// How far an address means something, in RFC 4291 §2.7's numbers; a unicast address by RFC 6724 §3.1.
enum class Scope : std::uint8_t {
    interface = 1,
    link = 2,
    admin = 4,
    site = 5,
    organisation = 8,
    global = 14
};

Scope scope_of(const IpAddress& ip);

/// fe80::/10: it names an interface only together with an Address's scope.
bool is_link_local(const IpAddress& ip);
/// May stand for one host: neither unspecified nor multicast nor 255.255.255.255.
bool is_unicast(const IpAddress& ip);

/// ::ffff:10.0.0.1, as an IPv6 socket shows 10.0.0.1 (RFC 4291 §2.5.5.2).
bool is_v4_mapped(const IpAddress& ip);
/// @pre an IPv4 address
IpAddress v4_mapped(const IpAddress& ip);

/// How many leading bits two addresses of one family share.
std::size_t common_prefix(const IpAddress& a, const IpAddress& b);

/// `network` with the MAC address as interface identifier: modified EUI-64 (RFC 4291 appendix A).
/// @pre an IPv6 prefix of 64 bits
Prefix with_interface_identifier(const IpAddress& network, const wire::MacAddress& mac);
/// fe80::/64 with that identifier: what an interface has from the start (RFC 4862 §5.3).
Prefix link_local(const wire::MacAddress& mac);

/// ff02::1:ffXX:XXXX, where whoever has `ip` listens for solicitations (RFC 4291 §2.7.1).
IpAddress solicited_node(const IpAddress& ip);
/// 224.0.0.1, ff02::1.
IpAddress all_nodes(Family family);
/// 224.0.0.2, ff02::2.
IpAddress all_routers(Family family);
/// The Ethernet address of a group (RFC 1112 §6.4, RFC 2464 §7). Several groups have the same.
wire::MacAddress multicast_mac(const IpAddress& group);

}  // namespace sockeye::network
