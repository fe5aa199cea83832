// Headers as tables of fields: which bits they are, what their RFC calls them, and how people read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockeye::wire {

/// One field of one packet, ready to be shown.
struct Field {
    std::string_view name{};        ///< as its RFC spells it: "Time to Live"
    std::string value{};            ///< "64", "0x1a2b", "10.0.0.1", "0x02 SYN"
    std::string_view defined_in{};  ///< where it is not the header's own RFC: "RFC 3168"; else empty
    std::size_t bit = 0;            ///< where it begins, counted from the header's first bit
    std::size_t bits = 0;           ///< how long it is; 0: put together from several places
};

enum class Reading : std::uint8_t {
    decimal,
    hexadecimal,
    mac,
    ipv4,
    ipv6,
    names,  ///< a number, and its name from FieldSpec::names
    flags,  ///< one bit each, named from the highest down
};

struct NamedValue {
    std::uint32_t value;
    std::string_view name;
};

/// A row of a header's table. Its names are static.
struct FieldSpec {
    std::string_view name;
    std::size_t bit;
    std::size_t bits;
    Reading reading = Reading::decimal;
    std::span<const NamedValue> names = {};
    std::string_view defined_in = {};
};

/// The fields of `table` that `header` is long enough for, in the table's order.
std::vector<Field> read_fields(std::span<const std::byte> header, std::span<const FieldSpec> table);

// The tables, each with the fixed part of its header.
std::span<const FieldSpec> ethernet_fields();
std::span<const FieldSpec> vlan_fields();
std::span<const FieldSpec> arp_fields();
std::span<const FieldSpec> ipv4_fields();
std::span<const FieldSpec> ipv6_fields();
std::span<const FieldSpec> ipv6_fragment_fields();
std::span<const FieldSpec> udp_fields();
std::span<const FieldSpec> tcp_fields();
std::span<const FieldSpec> icmp_fields();
std::span<const FieldSpec> icmp_echo_fields();
std::span<const FieldSpec> icmpv6_fields();
std::span<const FieldSpec> neighbour_fields();  ///< of a solicitation or an advertisement, behind ICMPv6's
std::span<const FieldSpec> router_advertisement_fields();
std::span<const FieldSpec> dns_fields();
std::span<const FieldSpec> dhcp_fields();
std::span<const FieldSpec> bpdu_fields();

}  // namespace sockeye::wire
