#include "wire/text.hpp"

#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/ipv6_extension.hpp"
#include "wire/neighbour_discovery.hpp"
#include "wire/protocol.hpp"
#include "wire/udp.hpp"

namespace sockeye::wire {
namespace {

using Octets = std::span<const std::byte>;

constexpr int most_vlan_tags = 2;  // IEEE 802.1Q's provider bridges stack two

void mark_malformed(Summary& summary, std::string_view header, Malformed why) {
    summary.protocol = Summary::Protocol::malformed;
    summary.malformed = Summary::Fault{header, why};
}

void set_payload(Summary& summary, Octets payload) {
    summary.payload = payload;
    summary.payload_octets = payload.size();
}

void set_ports(Summary& summary, std::uint16_t source, std::uint16_t target) {
    summary.source = Address{summary.source.ip(), source};
    summary.target = Address{summary.target.ip(), target};
}

void read_tcp(Summary& summary, Octets bytes) {
    const auto segment = parse_tcp(bytes);
    if (!segment) return mark_malformed(summary, "TCP", segment.error());
    if (!verify_tcp_checksum(bytes, summary.source.ip(), summary.target.ip()))
        return mark_malformed(summary, "TCP", Malformed::bad_checksum);
    summary.protocol = Summary::Protocol::tcp;
    set_ports(summary, segment->header.source_port, segment->header.target_port);
    set_payload(summary, segment->payload);
    summary.tcp = segment->header;
}

void read_udp(Summary& summary, Octets bytes) {
    const auto datagram = parse_udp(bytes);
    if (!datagram) return mark_malformed(summary, "UDP", datagram.error());
    if (!verify_udp_checksum(bytes, summary.source.ip(), summary.target.ip()))
        return mark_malformed(summary, "UDP", Malformed::bad_checksum);
    summary.protocol = Summary::Protocol::udp;
    set_ports(summary, datagram->header.source_port, datagram->header.target_port);
    set_payload(summary, datagram->payload);
}

void read_icmp(Summary& summary, Octets bytes) {
    const auto message = parse_icmp(bytes);
    if (!message) return mark_malformed(summary, "ICMP", message.error());
    summary.protocol = Summary::Protocol::icmp;
    summary.icmp = message->header;
    set_payload(summary, message->payload);
}

/// What is wrong inside a message of neighbour discovery.
std::optional<Malformed> discovery_fault(const Icmpv6Message& message) {
    const auto fault = [](const auto& parsed) {
        return parsed ? std::nullopt : std::optional<Malformed>{parsed.error()};
    };
    switch (message.header.type) {
        case Icmpv6Type::router_solicitation: return fault(parse_router_solicitation(message));
        case Icmpv6Type::router_advertisement: return fault(parse_router_advertisement(message));
        case Icmpv6Type::neighbour_solicitation: return fault(parse_neighbour_solicitation(message));
        case Icmpv6Type::neighbour_advertisement: return fault(parse_neighbour_advertisement(message));
        default: return std::nullopt;
    }
}

void read_icmpv6(Summary& summary, Octets bytes) {
    const auto message = parse_icmpv6(bytes);
    if (!message) return mark_malformed(summary, "ICMPv6", message.error());
    if (!verify_icmpv6_checksum(bytes, summary.source.ip(), summary.target.ip()))
        return mark_malformed(summary, "ICMPv6", Malformed::bad_checksum);
    if (const auto fault = discovery_fault(*message)) return mark_malformed(summary, "ICMPv6", *fault);
    summary.protocol = Summary::Protocol::icmpv6;
    summary.icmpv6 = message->header;
    set_payload(summary, message->payload);
}

/// @pre family, addresses and protocol are set
void read_transport(Summary& summary, Octets payload) {
    summary.protocol = Summary::Protocol::ip_other;
    set_payload(summary, payload);
    if (summary.is_fragment) return;
    if (summary.ip_protocol == protocol::tcp) return read_tcp(summary, payload);
    if (summary.ip_protocol == protocol::udp) return read_udp(summary, payload);
    if (summary.ip_protocol == protocol::icmp && summary.family == Family::inet) read_icmp(summary, payload);
    if (summary.ip_protocol == protocol::icmpv6 && summary.family == Family::inet6)
        read_icmpv6(summary, payload);
}

void read_ipv4(Summary& summary, Octets bytes) {
    const auto packet = parse_ipv4(bytes);
    if (!packet) return mark_malformed(summary, "IPv4", packet.error());
    const Ipv4Header& header = packet->header;
    summary.family = Family::inet;
    summary.source = Address{header.source, 0};
    summary.target = Address{header.target, 0};
    summary.ip_protocol = header.protocol;
    summary.hop_limit = header.ttl;
    summary.is_fragment = header.is_fragment();
    summary.fragment_offset = header.fragment_offset;
    read_transport(summary, packet->payload);
}

void read_ipv6(Summary& summary, Octets bytes) {
    const auto packet = parse_ipv6(bytes);
    if (!packet) return mark_malformed(summary, "IPv6", packet.error());
    const Ipv6Header& header = packet->header;
    summary.family = Family::inet6;
    summary.source = Address{header.source, 0};
    summary.target = Address{header.target, 0};
    summary.hop_limit = header.hop_limit;
    const auto chain = parse_ipv6_chain(header.next_header, packet->payload);
    if (!chain) return mark_malformed(summary, "IPv6", chain.error());
    summary.ip_protocol = chain->protocol;
    summary.is_fragment = chain->fragment && chain->fragment->is_fragment();
    if (chain->fragment) summary.fragment_offset = chain->fragment->offset;
    read_transport(summary, chain->payload);
}

void read_arp(Summary& summary, Octets bytes) {
    const auto message = parse_arp(bytes);
    if (!message) return mark_malformed(summary, "ARP", message.error());
    summary.protocol = Summary::Protocol::arp;
    set_payload(summary, {});
    summary.arp = *message;
}

/// Whether a frame's type is a length, and all bridges its target (IEEE 802.3, 802.1D table 7-10).
bool is_to_bridges(const EthernetHeader& header) {
    constexpr unsigned longest = 1500;
    return header.target == Bpdu::group && static_cast<unsigned>(header.ethertype) <= longest;
}

void read_bpdu(Summary& summary, Octets bytes) {
    const std::size_t length = static_cast<std::size_t>(summary.ethernet.ethertype);
    if (length > bytes.size()) return mark_malformed(summary, "BPDU", Malformed::truncated);
    const auto bpdu = parse_bpdu(bytes.first(length));
    if (!bpdu) return mark_malformed(summary, "BPDU", bpdu.error());
    summary.protocol = Summary::Protocol::bpdu;
    set_payload(summary, {});
    summary.bpdu = *bpdu;
}

/// Takes tags off until something else is in front.
bool read_vlan_tags(Summary& summary) {
    for (int tags = 0; tags < most_vlan_tags && summary.ethernet.ethertype == EtherType::vlan; ++tags) {
        const auto frame = parse_vlan(summary.payload);
        if (!frame) {
            mark_malformed(summary, "VLAN", frame.error());
            return false;
        }
        if (!summary.vlan) summary.vlan = frame->tag;
        summary.ethernet.ethertype = frame->ethertype;
        set_payload(summary, frame->payload);
    }
    return true;
}

}  // namespace

Summary summarise(std::span<const std::byte> frame) {
    Summary summary;
    const auto ethernet = parse_ethernet(frame);
    if (!ethernet) {
        mark_malformed(summary, "Ethernet", ethernet.error());
        return summary;
    }
    summary.ethernet = ethernet->header;
    set_payload(summary, ethernet->payload);
    if (!read_vlan_tags(summary)) return summary;
    if (is_to_bridges(summary.ethernet)) {
        read_bpdu(summary, summary.payload);
        return summary;
    }
    switch (summary.ethernet.ethertype) {
        case EtherType::ipv4: read_ipv4(summary, summary.payload); break;
        case EtherType::ipv6: read_ipv6(summary, summary.payload); break;
        case EtherType::arp: read_arp(summary, summary.payload); break;
        case EtherType::vlan: break;
    }
    return summary;
}

std::string to_line(std::span<const std::byte> frame) {
    return to_line(summarise(frame));
}

}  // namespace sockeye::wire
