#include "test/packetdrill/packet_text.hpp"

#include <array>
#include <cstdlib>
#include <optional>
#include <regex>
#include <stdexcept>

#include "network/ip_header.hpp"
#include "wire/ecn.hpp"
#include "wire/icmp.hpp"
#include "wire/icmpv6.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"
#include "wire/udp.hpp"

namespace sockeye::packetdrill::test {
namespace {

using transport::tcp::test::Segment;

bool is_ipv6(const Conversation& c) {
    return c.local.family() == Family::inet6;
}

void wrap(Packet& payload, std::uint8_t protocol, const IpAddress& source, const IpAddress& target,
          std::uint8_t traffic_class = 0) {
    network::write_ip(
        payload, {.source = source, .target = target, .protocol = protocol, .traffic_class = traffic_class});
}

/// "[ce] . 1:1001(1000) ack 1": what queues made of the packet, or its sender lets them make.
struct NamedEcn {
    std::string_view name;
    wire::Ecn ecn;
};
constexpr std::array codepoints{
    NamedEcn{"[noecn] ", wire::Ecn::not_ect},
    NamedEcn{"[ect0] ", wire::Ecn::ect0},
    NamedEcn{"[ect1] ", wire::Ecn::ect1},
    NamedEcn{"[ce] ", wire::Ecn::ce},
};

/// Takes it off. @returns nullopt: nothing is said of it
std::optional<wire::Ecn> take_codepoint(std::string_view& text) {
    for (const NamedEcn& each : codepoints) {
        if (!text.starts_with(each.name)) continue;
        text.remove_prefix(each.name.size());
        return each.ecn;
    }
    return std::nullopt;
}

/// `text` as segment_text() and read_segment() have it: an option each block, and no padding.
std::string plain(std::string text) {
    static const std::regex filler_before{"(nop|eol),"};
    static const std::regex filler_behind{",(nop|eol)"};
    static const std::regex spaces{" +"};
    text = std::regex_replace(text, filler_before, "");
    text = std::regex_replace(text, filler_behind, "");
    text = std::regex_replace(text, spaces, " ");
    static const std::regex second_block{"(sack \\d+:\\d+) (\\d+:\\d+)"};
    for (std::string before; before != text;) {
        before = text;
        text = std::regex_replace(text, second_block, "$1,sack $2");
    }
    return text;
}

wire::TcpHeader header_of(const Segment& segment, const Conversation& c) {
    wire::TcpHeader header{.source_port = c.remote.port(),
                           .target_port = c.local.port(),
                           .seq = c.origins.other + segment.seq,
                           .ack = segment.flags.ack ? c.origins.own + segment.ack : Sequence{},
                           .flags = segment.flags,
                           .window = segment.window,
                           .mss = segment.mss,
                           .window_scale = segment.window_scale,
                           .sack_permitted = segment.sack_permitted,
                           .timestamps = segment.timestamps,
                           .sack = {}};
    if (header.timestamps && header.timestamps->echo != 0) header.timestamps->echo += c.origins.clock;
    for (const wire::SackBlock& block : segment.sack)
        header.sack.push_back({block.left + c.origins.own.raw(), block.right + c.origins.own.raw()});
    return header;
}

Packet read_tcp(std::string_view text, const Conversation& c) {
    const wire::Ecn ecn = take_codepoint(text).value_or(wire::Ecn::not_ect);
    const Segment segment = transport::tcp::test::read_segment(plain(std::string{text}));
    const std::vector<std::byte> zeros(segment.text.size());
    Packet packet{zeros};
    wire::prepend_tcp(packet, header_of(segment, c), c.remote.ip(), c.local.ip());
    wrap(packet, wire::protocol::tcp, c.remote.ip(), c.local.ip(), static_cast<std::uint8_t>(ecn));
    return packet;
}

// ---- ICMP

/// A destination that cannot be reached, in both families.
struct Unreachable {
    std::string_view name;
    std::uint8_t code;
    std::uint8_t code_ipv6;
};
constexpr std::array unreachables{
    Unreachable{"net_unreachable", wire::icmp_unreachable::network, wire::icmpv6_unreachable::no_route},
    Unreachable{"host_unreachable", wire::icmp_unreachable::host, wire::icmpv6_unreachable::address},
    Unreachable{"port_unreachable", wire::icmp_unreachable::port, wire::icmpv6_unreachable::port},
    Unreachable{"admin_prohibited", wire::icmp_unreachable::prohibited, wire::icmpv6_unreachable::prohibited},
};

/// The stack's own segment from `first` on, as far as an error quotes it.
Packet quoted(std::uint32_t first, std::uint32_t octets, const Conversation& c) {
    const std::vector<std::byte> zeros(octets);
    Packet packet{zeros};
    wire::TcpHeader header{.source_port = c.local.port(), .target_port = c.remote.port()};
    header.seq = c.origins.own + first;
    wire::prepend_tcp(packet, header, c.local.ip(), c.remote.ip());
    wrap(packet, wire::protocol::tcp, c.local.ip(), c.remote.ip());
    constexpr std::size_t beyond_ports_and_number = 8;  // RFC 792
    packet.truncate(network::header_size(c.local.family()) + beyond_ports_and_number);
    return packet;
}

Packet read_icmp(const std::string& text, const Conversation& c) {
    std::smatch place;
    if (!std::regex_search(text, place, std::regex{"\\[(\\d+):\\d+\\((\\d+)\\)\\]"}))
        throw std::invalid_argument{"an ICMP error quotes a segment: [1:11(10)]"};
    const auto number = [&](int i) { return static_cast<std::uint32_t>(std::stoul(place[i].str())); };
    Packet packet = quoted(number(1), number(2), c);
    std::smatch mtu;
    const bool too_big = std::regex_search(text, mtu, std::regex{"frag_needed mtu (\\d+)"});
    const auto* code = std::ranges::find_if(
        unreachables, [&](const Unreachable& each) { return text.find(each.name) != std::string::npos; });
    if (!too_big && code == unreachables.end()) throw std::invalid_argument{"no such ICMP error"};
    if (!is_ipv6(c)) {
        wire::IcmpHeader header{.type = wire::IcmpType::destination_unreachable};
        if (too_big)
            header = wire::IcmpHeader::make_fragmentation_needed(
                static_cast<std::uint16_t>(std::stoul(mtu[1].str())));
        else
            header.code = code->code;
        wire::prepend_icmp(packet, header);
        wrap(packet, wire::protocol::icmp, c.remote.ip(), c.local.ip());
        return packet;
    }
    wire::Icmpv6Header header{.type = wire::Icmpv6Type::destination_unreachable};
    constexpr std::uint32_t longer_header = 20;
    if (too_big)
        header = wire::Icmpv6Header::make_packet_too_big(
            static_cast<std::uint32_t>(std::stoul(mtu[1].str())) + longer_header);
    else
        header.code = code->code_ipv6;
    wire::prepend_icmpv6(packet, header, c.remote.ip(), c.local.ip());
    wrap(packet, wire::protocol::icmpv6, c.remote.ip(), c.local.ip());
    return packet;
}

// ---- UDP

Packet read_udp(const std::string& text, const Conversation& c) {
    std::smatch length;
    static const std::regex octets{"\\((\\d+)\\)"};
    if (!std::regex_search(text, length, octets)) throw std::invalid_argument{"udp (LENGTH)"};
    const std::vector<std::byte> zeros(std::stoul(length[1].str()));
    Packet packet{zeros};
    wire::prepend_udp(packet, {.source_port = c.remote.port(), .target_port = c.local.port()}, c.remote.ip(),
                      c.local.ip());
    wrap(packet, wire::protocol::udp, c.remote.ip(), c.local.ip());
    return packet;
}

std::string other_text(const network::IpPacket& packet) {
    if (packet.header.protocol == wire::protocol::udp)
        return "udp (" + std::to_string(packet.payload.size() - wire::UdpHeader::size) + ")";
    return "protocol " + std::to_string(packet.header.protocol);
}

/// A clock in ticks of a millisecond may be a few off.
std::string with_near_clock(std::string actual, const std::string& expected) {
    static const std::regex value{"TS val (\\d+)"};
    std::smatch is;
    std::smatch should;
    if (!std::regex_search(actual, is, value) || !std::regex_search(expected, should, value)) return actual;
    constexpr long tolerance = 5;
    if (std::labs(std::stol(is[1].str()) - std::stol(should[1].str())) > tolerance) return actual;
    return std::regex_replace(actual, value, should[0].str());
}

}  // namespace

Packet read_packet(std::string_view text, const Conversation& conversation) {
    const std::string whole{text};
    if (whole.find("icmp ") != std::string::npos) return read_icmp(whole, conversation);
    if (whole.starts_with("udp ")) return read_udp(whole, conversation);
    return read_tcp(text, conversation);
}

std::string compare(std::span<const std::byte> packet, std::string_view expected, Conversation& c) {
    auto arrival = network::read_ip(Packet{packet});
    if (!arrival) return "this is no IP packet";
    const network::IpPacket opened = network::open_ip(*std::move(arrival)).packet;
    if (opened.header.protocol != wire::protocol::tcp) {
        const std::string actual = other_text(opened);
        return actual == expected ? "" : actual;
    }
    const auto segment = wire::parse_tcp(opened.payload.bytes());
    if (!segment ||
        !wire::verify_tcp_checksum(opened.payload.bytes(), opened.header.source, opened.header.target))
        return "a malformed segment";
    const wire::TcpHeader& header = segment->header;
    c.local = {opened.header.source, header.source_port};
    if (header.flags.syn) c.origins.own = header.seq;
    const wire::Ecn ecn = wire::ecn_of(opened.header.traffic_class);
    if (const auto should_be = take_codepoint(expected); should_be && ecn != *should_be)
        return "marked with the codepoint " + std::to_string(static_cast<int>(ecn));
    std::string wanted = plain(std::string{expected});
    if (is_ipv6(c)) wanted = std::regex_replace(wanted, std::regex{"mss 1460"}, "mss 1440");
    std::smatch clock;
    if (header.timestamps && !c.knows_clock &&
        std::regex_search(wanted, clock, std::regex{"TS val (\\d+)"})) {
        c.origins.clock = header.timestamps->value - static_cast<std::uint32_t>(std::stoul(clock[1].str()));
        c.knows_clock = true;
    }
    const std::string actual =
        with_near_clock(transport::tcp::test::segment_text(*segment, c.origins), wanted);
    return transport::tcp::test::fits(actual, wanted) ? "" : actual;
}

}  // namespace sockeye::packetdrill::test
