#include "wire/fields.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/reader.hpp"
#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::wire {
namespace {

constexpr std::array ethertypes{NamedValue{0x0800, "IPv4"}, NamedValue{0x0806, "ARP"},
                                NamedValue{0x8100, "VLAN tag"}, NamedValue{0x86dd, "IPv6"}};
constexpr std::array arp_hardware{NamedValue{1, "Ethernet"}};
constexpr std::array arp_operations{NamedValue{1, "request"}, NamedValue{2, "reply"}};
constexpr std::array protocols{NamedValue{0, "hop-by-hop options"},
                               NamedValue{1, "ICMP"},
                               NamedValue{6, "TCP"},
                               NamedValue{17, "UDP"},
                               NamedValue{43, "routing header"},
                               NamedValue{44, "fragment header"},
                               NamedValue{58, "ICMPv6"},
                               NamedValue{59, "no next header"},
                               NamedValue{60, "destination options"}};
constexpr std::array ecn{NamedValue{0, "not ECN-capable"}, NamedValue{1, "ECT(1)"}, NamedValue{2, "ECT(0)"},
                         NamedValue{3, "congestion experienced"}};
constexpr std::array ipv4_flags{NamedValue{4, "reserved"}, NamedValue{2, "don't fragment"},
                                NamedValue{1, "more fragments"}};
constexpr std::array tcp_flags{NamedValue{0x80, "CWR"}, NamedValue{0x40, "ECE"}, NamedValue{0x20, "URG"},
                               NamedValue{0x10, "ACK"}, NamedValue{0x08, "PSH"}, NamedValue{0x04, "RST"},
                               NamedValue{0x02, "SYN"}, NamedValue{0x01, "FIN"}};
constexpr std::array icmp_types{
    NamedValue{0, "echo reply"},
    NamedValue{3, "destination unreachable"},
    NamedValue{4, "source quench"},
    NamedValue{5, "redirect"},
    NamedValue{8, "echo"},
    NamedValue{11, "time exceeded"},
    NamedValue{12, "parameter problem"},
};
constexpr std::array icmpv6_types{
    NamedValue{1, "destination unreachable"},
    NamedValue{2, "packet too big"},
    NamedValue{3, "time exceeded"},
    NamedValue{4, "parameter problem"},
    NamedValue{128, "echo request"},
    NamedValue{129, "echo reply"},
    NamedValue{133, "router solicitation"},
    NamedValue{134, "router advertisement"},
    NamedValue{135, "neighbour solicitation"},
    NamedValue{136, "neighbour advertisement"},
};
constexpr std::array neighbour_flags{NamedValue{4, "router"}, NamedValue{2, "solicited"},
                                     NamedValue{1, "override"}};
constexpr std::array dns_flags{NamedValue{0x40, "AA"}, NamedValue{0x20, "TC"}, NamedValue{0x10, "RD"},
                               NamedValue{0x08, "RA"}, NamedValue{0x02, "AD"}, NamedValue{0x01, "CD"}};
constexpr std::array dns_qr{NamedValue{0, "query"}, NamedValue{1, "response"}};
constexpr std::array dns_opcodes{NamedValue{0, "query"}, NamedValue{2, "status"}, NamedValue{4, "notify"},
                                 NamedValue{5, "update"}};
constexpr std::array dns_codes{NamedValue{0, "no error"},        NamedValue{1, "format error"},
                               NamedValue{2, "server failure"},  NamedValue{3, "name error"},
                               NamedValue{4, "not implemented"}, NamedValue{5, "refused"}};
constexpr std::array dhcp_operations{NamedValue{1, "request"}, NamedValue{2, "reply"}};
constexpr std::array dhcp_flags{NamedValue{0x8000, "broadcast"}};
constexpr std::array bpdu_types{NamedValue{0x00, "configuration"}, NamedValue{0x02, "rapid"},
                                NamedValue{0x80, "topology change"}};

using enum Reading;

constexpr std::array ethernet_table{
    FieldSpec{"Destination Address", 0, 48, mac},
    FieldSpec{"Source Address", 48, 48, mac},
    FieldSpec{"EtherType", 96, 16, names, ethertypes, "IEEE 802"},
};
constexpr std::array vlan_table{
    FieldSpec{"Priority Code Point", 0, 3},
    FieldSpec{"Drop Eligible Indicator", 3, 1},
    FieldSpec{"VLAN Identifier", 4, 12},
    FieldSpec{"EtherType", 16, 16, names, ethertypes},
};
constexpr std::array arp_table{
    FieldSpec{"Hardware Type (ar$hrd)", 0, 16, names, arp_hardware},
    FieldSpec{"Protocol Type (ar$pro)", 16, 16, names, ethertypes},
    FieldSpec{"Hardware Length (ar$hln)", 32, 8},
    FieldSpec{"Protocol Length (ar$pln)", 40, 8},
    FieldSpec{"Operation (ar$op)", 48, 16, names, arp_operations},
    FieldSpec{"Sender Hardware (ar$sha)", 64, 48, mac},
    FieldSpec{"Sender Protocol (ar$spa)", 112, 32, ipv4},
    FieldSpec{"Target Hardware (ar$tha)", 144, 48, mac},
    FieldSpec{"Target Protocol (ar$tpa)", 192, 32, ipv4},
};
constexpr std::array ipv4_table{
    FieldSpec{"Version", 0, 4},
    FieldSpec{"Internet Header Length", 4, 4},
    FieldSpec{"DSCP", 8, 6, decimal, {}, "RFC 2474"},
    FieldSpec{"ECN", 14, 2, names, ecn, "RFC 3168"},
    FieldSpec{"Total Length", 16, 16},
    FieldSpec{"Identification", 32, 16, hexadecimal, {}, "RFC 6864"},
    FieldSpec{"Flags", 48, 3, flags, ipv4_flags},
    FieldSpec{"Fragment Offset", 51, 13},
    FieldSpec{"Time to Live", 64, 8},
    FieldSpec{"Protocol", 72, 8, names, protocols, "IANA"},
    FieldSpec{"Header Checksum", 80, 16, hexadecimal},
    FieldSpec{"Source Address", 96, 32, ipv4},
    FieldSpec{"Destination Address", 128, 32, ipv4},
};
constexpr std::array ipv6_table{
    FieldSpec{"Version", 0, 4},
    FieldSpec{"DSCP", 4, 6, decimal, {}, "RFC 2474"},
    FieldSpec{"ECN", 10, 2, names, ecn, "RFC 3168"},
    FieldSpec{"Flow Label", 12, 20, hexadecimal, {}, "RFC 6437"},
    FieldSpec{"Payload Length", 32, 16},
    FieldSpec{"Next Header", 48, 8, names, protocols, "IANA"},
    FieldSpec{"Hop Limit", 56, 8},
    FieldSpec{"Source Address", 64, 128, ipv6},
    FieldSpec{"Destination Address", 192, 128, ipv6},
};
constexpr std::array ipv6_fragment_table{
    FieldSpec{"Next Header", 0, 8, names, protocols, "IANA"},
    FieldSpec{"Fragment Offset", 16, 13},
    FieldSpec{"M flag", 31, 1},
    FieldSpec{"Identification", 32, 32, hexadecimal},
};
constexpr std::array udp_table{
    FieldSpec{"Source Port", 0, 16},
    FieldSpec{"Destination Port", 16, 16},
    FieldSpec{"Length", 32, 16},
    FieldSpec{"Checksum", 48, 16, hexadecimal},
};
constexpr std::array tcp_table{
    FieldSpec{"Source Port", 0, 16},
    FieldSpec{"Destination Port", 16, 16},
    FieldSpec{"Sequence Number", 32, 32},
    FieldSpec{"Acknowledgment Number", 64, 32},
    FieldSpec{"Data Offset", 96, 4},
    FieldSpec{"Reserved", 100, 4},
    FieldSpec{"Control Bits", 104, 8, flags, tcp_flags},
    FieldSpec{"Window", 112, 16},
    FieldSpec{"Checksum", 128, 16, hexadecimal},
    FieldSpec{"Urgent Pointer", 144, 16},
};
constexpr std::array icmp_table{
    FieldSpec{"Type", 0, 8, names, icmp_types},
    FieldSpec{"Code", 8, 8},
    FieldSpec{"Checksum", 16, 16, hexadecimal},
};
constexpr std::array icmp_echo_table{
    FieldSpec{"Identifier", 32, 16},
    FieldSpec{"Sequence Number", 48, 16},
};
constexpr std::array icmpv6_table{
    FieldSpec{"Type", 0, 8, names, icmpv6_types},
    FieldSpec{"Code", 8, 8},
    FieldSpec{"Checksum", 16, 16, hexadecimal},
};
constexpr std::array router_advertisement_flags{
    NamedValue{0x80, "M"},
    NamedValue{0x40, "O"},
};
/// Behind the type, the code and the checksum.
constexpr std::array router_advertisement_table{
    FieldSpec{"Cur Hop Limit", 32, 8, decimal, {}, "RFC 4861"},
    FieldSpec{"Flags", 40, 8, flags, router_advertisement_flags, "RFC 4861"},
    FieldSpec{"Router Lifetime", 48, 16, decimal, {}, "RFC 4861"},
    FieldSpec{"Reachable Time", 64, 32, decimal, {}, "RFC 4861"},
    FieldSpec{"Retrans Timer", 96, 32, decimal, {}, "RFC 4861"},
};
constexpr std::array neighbour_table{
    FieldSpec{"R, S and O flags", 32, 3, flags, neighbour_flags, "RFC 4861"},
    FieldSpec{"Target Address", 64, 128, ipv6, {}, "RFC 4861"},
};
constexpr std::array dns_table{
    FieldSpec{"ID", 0, 16, hexadecimal},
    FieldSpec{"QR", 16, 1, names, dns_qr},
    FieldSpec{"Opcode", 17, 4, names, dns_opcodes},
    FieldSpec{"AA to CD", 21, 7, flags, dns_flags},
    FieldSpec{"RCODE", 28, 4, names, dns_codes},
    FieldSpec{"QDCOUNT", 32, 16},
    FieldSpec{"ANCOUNT", 48, 16},
    FieldSpec{"NSCOUNT", 64, 16},
    FieldSpec{"ARCOUNT", 80, 16},
};
constexpr std::array dhcp_table{
    FieldSpec{"op", 0, 8, names, dhcp_operations},
    FieldSpec{"htype", 8, 8, names, arp_hardware},
    FieldSpec{"hlen", 16, 8},
    FieldSpec{"hops", 24, 8},
    FieldSpec{"xid", 32, 32, hexadecimal},
    FieldSpec{"secs", 64, 16},
    FieldSpec{"flags", 80, 16, flags, dhcp_flags},
    FieldSpec{"ciaddr", 96, 32, ipv4},
    FieldSpec{"yiaddr", 128, 32, ipv4},
    FieldSpec{"siaddr", 160, 32, ipv4},
    FieldSpec{"giaddr", 192, 32, ipv4},
    FieldSpec{"chaddr", 224, 48, mac},
};
constexpr std::array bpdu_table{
    FieldSpec{"Protocol Identifier", 0, 16},
    FieldSpec{"Protocol Version", 16, 8},
    FieldSpec{"BPDU Type", 24, 8, names, bpdu_types},
    FieldSpec{"Flags", 32, 8, hexadecimal},
    FieldSpec{"Root Priority", 40, 16, hexadecimal},
    FieldSpec{"Root Address", 56, 48, mac},
    FieldSpec{"Root Path Cost", 104, 32},
    FieldSpec{"Bridge Priority", 136, 16, hexadecimal},
    FieldSpec{"Bridge Address", 152, 48, mac},
    FieldSpec{"Port Identifier", 200, 16, hexadecimal},
    FieldSpec{"Message Age (1/256 s)", 216, 16},
    FieldSpec{"Max Age (1/256 s)", 232, 16},
    FieldSpec{"Hello Time (1/256 s)", 248, 16},
    FieldSpec{"Forward Delay (1/256 s)", 264, 16},
};

/// A number of up to 32 bits, wherever it begins. @pre the bits are in `octets`
std::uint32_t bits_at(std::span<const std::byte> octets, std::size_t bit, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = bit; i < bit + count; ++i) {
        const auto octet = std::to_integer<unsigned>(octets[i / 8]);
        value = value << 1 | (octet >> (7 - i % 8) & 1u);
    }
    return static_cast<std::uint32_t>(value);
}

std::string hexadecimal_text(std::uint32_t value, std::size_t bits) {
    std::string text = "0x";
    for (std::size_t shift = (bits + 3) / 4 * 4; shift > 0; shift -= 4)
        text += "0123456789abcdef"[value >> (shift - 4) & 0x0f];
    return text;
}

std::string flags_text(std::uint32_t value, const FieldSpec& spec) {
    std::string text = hexadecimal_text(value, spec.bits);
    for (const NamedValue& flag : spec.names)
        if ((value & flag.value) != 0) text.append(" ").append(flag.name);
    return text;
}

/// "6 TCP"; hexadecimal where that is how the number is known.
std::string named_text(std::uint32_t value, const FieldSpec& spec) {
    std::string text =
        spec.bits == 16 && value >= 0x0600 ? hexadecimal_text(value, 16) : std::to_string(value);
    const auto known = std::ranges::find(spec.names, value, &NamedValue::value);
    if (known != spec.names.end()) text.append(" ").append(known->name);
    return text;
}

/// @pre the field lies within the header, on whole octets where it is an address
std::string text_of(std::span<const std::byte> header, const FieldSpec& spec) {
    Reader address{header.subspan(spec.bit / 8)};
    switch (spec.reading) {
        case mac: return MacAddress{address.array<6>()}.to_string();
        case ipv4: return IpAddress{address.array<4>()}.to_string();
        case ipv6: return IpAddress{address.array<16>()}.to_string();
        default: break;
    }
    const std::uint32_t value = bits_at(header, spec.bit, spec.bits);
    switch (spec.reading) {
        case hexadecimal: return hexadecimal_text(value, spec.bits);
        case names: return named_text(value, spec);
        case flags: return flags_text(value, spec);
        default: return std::to_string(value);
    }
}

}  // namespace

std::vector<Field> read_fields(std::span<const std::byte> header, std::span<const FieldSpec> table) {
    std::vector<Field> fields;
    for (const FieldSpec& spec : table) {
        if (spec.bit + spec.bits > header.size() * 8) continue;
        fields.push_back({.name = spec.name,
                          .value = text_of(header, spec),
                          .defined_in = spec.defined_in,
                          .bit = spec.bit,
                          .bits = spec.bits});
    }
    return fields;
}

std::span<const FieldSpec> ethernet_fields() {
    return ethernet_table;
}
std::span<const FieldSpec> vlan_fields() {
    return vlan_table;
}
std::span<const FieldSpec> arp_fields() {
    return arp_table;
}
std::span<const FieldSpec> ipv4_fields() {
    return ipv4_table;
}
std::span<const FieldSpec> ipv6_fields() {
    return ipv6_table;
}
std::span<const FieldSpec> ipv6_fragment_fields() {
    return ipv6_fragment_table;
}
std::span<const FieldSpec> udp_fields() {
    return udp_table;
}
std::span<const FieldSpec> tcp_fields() {
    return tcp_table;
}
std::span<const FieldSpec> icmp_fields() {
    return icmp_table;
}
std::span<const FieldSpec> icmp_echo_fields() {
    return icmp_echo_table;
}
std::span<const FieldSpec> icmpv6_fields() {
    return icmpv6_table;
}
std::span<const FieldSpec> neighbour_fields() {
    return neighbour_table;
}
std::span<const FieldSpec> router_advertisement_fields() {
    return router_advertisement_table;
}
std::span<const FieldSpec> dns_fields() {
    return dns_table;
}
std::span<const FieldSpec> dhcp_fields() {
    return dhcp_table;
}
std::span<const FieldSpec> bpdu_fields() {
    return bpdu_table;
}

}  // namespace sockeye::wire
