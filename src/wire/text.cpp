#include "wire/text.hpp"

#include <algorithm>
#include <array>

#include "wire/ipv4.hpp"
#include "wire/protocol.hpp"
#include "wire/udp.hpp"

namespace sockeye::wire {
namespace {

using Octets = std::span<const std::byte>;

void mark_malformed(Summary& summary, std::string_view header, Malformed why) {
    summary.protocol = Summary::Protocol::malformed;
    summary.malformed = Summary::Fault{header, why};
}

void read_tcp(Summary& summary, Octets bytes, const Ipv4Header& ip) {
    const auto segment = parse_tcp(bytes);
    if (!segment) return mark_malformed(summary, "TCP", segment.error());
    if (!verify_tcp_checksum(bytes, ip.source, ip.target))
        return mark_malformed(summary, "TCP", Malformed::bad_checksum);
    summary.protocol = Summary::Protocol::tcp;
    summary.source = Address{ip.source, segment->header.source_port};
    summary.target = Address{ip.target, segment->header.target_port};
    summary.payload_octets = segment->payload.size();
    summary.tcp = segment->header;
}

void read_udp(Summary& summary, Octets bytes, const Ipv4Header& ip) {
    const auto datagram = parse_udp(bytes);
    if (!datagram) return mark_malformed(summary, "UDP", datagram.error());
    if (!verify_udp_checksum(bytes, ip.source, ip.target))
        return mark_malformed(summary, "UDP", Malformed::bad_checksum);
    summary.protocol = Summary::Protocol::udp;
    summary.source = Address{ip.source, datagram->header.source_port};
    summary.target = Address{ip.target, datagram->header.target_port};
    summary.payload_octets = datagram->payload.size();
}

void read_ipv4(Summary& summary, Octets bytes) {
    const auto packet = parse_ipv4(bytes);
    if (!packet) return mark_malformed(summary, "IPv4", packet.error());
    const Ipv4Header& header = packet->header;
    summary.protocol = Summary::Protocol::ip_other;
    summary.source = Address{header.source, 0};
    summary.target = Address{header.target, 0};
    summary.ip_protocol = header.protocol;
    summary.hop_limit = header.ttl;
    summary.is_fragment = header.is_fragment();
    summary.fragment_offset = header.fragment_offset;
    summary.payload_octets = packet->payload.size();
    if (summary.is_fragment) return;
    if (header.protocol == protocol::tcp) read_tcp(summary, packet->payload, header);
    if (header.protocol == protocol::udp) read_udp(summary, packet->payload, header);
}

void read_arp(Summary& summary, Octets bytes) {
    const auto message = parse_arp(bytes);
    if (!message) return mark_malformed(summary, "ARP", message.error());
    summary.protocol = Summary::Protocol::arp;
    summary.payload_octets = 0;
    summary.arp = *message;
}

std::string octets(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " octet" : " octets");
}

/// tcpdump's "10.0.0.1.9001", which needs no brackets for IPv6.
std::string dotted(const Address& address) {
    return address.ip().to_string() + '.' + std::to_string(address.port());
}

std::string ip_to_ip(const Summary& summary) {
    return summary.source.ip().to_string() + " > " + summary.target.ip().to_string();
}

std::string ports_line(const Summary& summary) {
    return dotted(summary.source) + " > " + dotted(summary.target) + ": ";
}

std::string tcp_line(const Summary& summary) {
    const TcpHeader& header = *summary.tcp;
    std::string line = ports_line(summary) + to_string(header.flags);
    line += " seq " + std::to_string(header.seq.raw());
    if (header.flags.ack) line += " ack " + std::to_string(header.ack.raw());
    line += " win " + std::to_string(header.window);
    if (header.flags.urg) line += " urg " + std::to_string(header.urgent_pointer);
    if (header.mss) line += " mss " + std::to_string(*header.mss);
    if (summary.payload_octets > 0) line += ' ' + octets(summary.payload_octets);
    return line;
}

std::string arp_line(const ArpMessage& arp) {
    if (arp.operation == ArpOperation::request)
        return "ARP who has " + arp.target_ip.to_string() + "? tell " + arp.sender_ip.to_string();
    if (arp.operation == ArpOperation::reply)
        return "ARP " + arp.sender_ip.to_string() + " is at " + arp.sender_mac.to_string();
    return "ARP operation " + std::to_string(static_cast<unsigned>(arp.operation)) + " from " +
           arp.sender_mac.to_string();
}

struct ProtocolName {
    std::uint8_t number;
    std::string_view name;
};

constexpr std::array protocol_names{
    ProtocolName{protocol::icmp, "ICMP"},
    ProtocolName{protocol::tcp, "TCP"},
    ProtocolName{protocol::udp, "UDP"},
};

std::string protocol_name(std::uint8_t number) {
    const auto* known = std::ranges::find(protocol_names, number, &ProtocolName::number);
    return known != protocol_names.end() ? std::string{known->name} : "protocol " + std::to_string(number);
}

std::string ip_line(const Summary& summary) {
    std::string line = ip_to_ip(summary) + ": " + protocol_name(summary.ip_protocol);
    if (summary.is_fragment) line += " fragment at " + std::to_string(summary.fragment_offset);
    return line + ' ' + octets(summary.payload_octets);
}

std::string other_line(const Summary& summary) {
    const auto number = static_cast<unsigned>(summary.ethernet.ethertype);
    std::string type = "0x";
    for (unsigned shift = 16; shift > 0; shift -= 4) type += "0123456789abcdef"[number >> (shift - 4) & 0x0f];
    return summary.ethernet.source.to_string() + " > " + summary.ethernet.target.to_string() +
           ": ethertype " + type + ' ' + octets(summary.payload_octets);
}

std::string malformed_line(const Summary& summary) {
    const Summary::Fault& fault = *summary.malformed;
    std::string line = "malformed " + std::string{fault.header};
    if (summary.ip_protocol != 0) line += ' ' + ip_to_ip(summary);
    return line.append(": ").append(to_string(fault.why));
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
    summary.payload_octets = ethernet->payload.size();
    if (ethernet->header.ethertype == EtherType::ipv4) read_ipv4(summary, ethernet->payload);
    if (ethernet->header.ethertype == EtherType::arp) read_arp(summary, ethernet->payload);
    return summary;
}

std::string to_line(const Summary& summary) {
    switch (summary.protocol) {
        case Summary::Protocol::arp: return arp_line(*summary.arp);
        case Summary::Protocol::tcp: return tcp_line(summary);
        case Summary::Protocol::udp: return ports_line(summary) + "UDP " + octets(summary.payload_octets);
        case Summary::Protocol::ip_other: return ip_line(summary);
        case Summary::Protocol::other: return other_line(summary);
        case Summary::Protocol::malformed: return malformed_line(summary);
    }
    return {};
}

std::string to_line(std::span<const std::byte> frame) {
    return to_line(summarise(frame));
}

}  // namespace sockeye::wire
