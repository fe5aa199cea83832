#include "wire/text.hpp"
#include "wire/text_application.hpp"
#include "wire/text_icmp.hpp"

namespace sockeye::wire {
namespace {

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

/// In tcpdump's words, which are those of the RFCs.
std::string options_text(const TcpHeader& header) {
    std::string text;
    if (header.mss) text += " mss " + std::to_string(*header.mss);
    if (header.sack_permitted) text += " sackOK";
    if (header.timestamps)
        text += " TS val " + std::to_string(header.timestamps->value) + " ecr " +
                std::to_string(header.timestamps->echo);
    if (header.window_scale) text += " wscale " + std::to_string(*header.window_scale);
    if (header.user_timeout) text += " uto " + std::to_string(*header.user_timeout) + " s";
    if (!header.sack.empty()) text += " sack ";
    for (const SackBlock& block : header.sack)
        text += '{' + std::to_string(block.left.raw()) + ':' + std::to_string(block.right.raw()) + '}';
    return text;
}

std::string tcp_line(const Summary& summary) {
    const TcpHeader& header = *summary.tcp;
    std::string line = ports_line(summary) + to_string(header.flags);
    line += " seq " + std::to_string(header.seq.raw());
    if (header.flags.ack) line += " ack " + std::to_string(header.ack.raw());
    line += " win " + std::to_string(header.window);
    if (header.flags.urg) line += " urg " + std::to_string(header.urgent_pointer);
    line += options_text(header);
    if (summary.payload_octets > 0) line += ' ' + octets_text(summary.payload_octets);
    return line;
}

std::string udp_line(const Summary& summary) {
    const std::string application = application_text(summary);
    if (!application.empty()) return ports_line(summary) + application;
    return ports_line(summary) + "UDP " + octets_text(summary.payload_octets);
}

std::string arp_line(const ArpMessage& arp) {
    if (arp.operation == ArpOperation::request)
        return "ARP who has " + arp.target_ip.to_string() + "? tell " + arp.sender_ip.to_string();
    if (arp.operation == ArpOperation::reply)
        return "ARP " + arp.sender_ip.to_string() + " is at " + arp.sender_mac.to_string();
    return "ARP operation " + std::to_string(static_cast<unsigned>(arp.operation)) + " from " +
           arp.sender_mac.to_string();
}

std::string ip_line(const Summary& summary) {
    std::string line = ip_to_ip(summary) + ": " + protocol_text(summary.ip_protocol);
    if (summary.is_fragment) line += " fragment at " + std::to_string(summary.fragment_offset);
    return line + ' ' + octets_text(summary.payload_octets);
}

std::string other_line(const Summary& summary) {
    const auto number = static_cast<unsigned>(summary.ethernet.ethertype);
    std::string type = "0x";
    for (unsigned shift = 16; shift > 0; shift -= 4) type += "0123456789abcdef"[number >> (shift - 4) & 0x0f];
    return summary.ethernet.source.to_string() + " > " + summary.ethernet.target.to_string() +
           ": ethertype " + type + ' ' + octets_text(summary.payload_octets);
}

std::string malformed_line(const Summary& summary) {
    const Summary::Fault& fault = *summary.malformed;
    std::string line = "malformed " + std::string{fault.header};
    if (summary.family) line += ' ' + ip_to_ip(summary);
    return line.append(": ").append(to_string(fault.why));
}

std::string line_of(const Summary& summary) {
    switch (summary.protocol) {
        case Summary::Protocol::arp: return arp_line(*summary.arp);
        case Summary::Protocol::tcp: return tcp_line(summary);
        case Summary::Protocol::udp: return udp_line(summary);
        case Summary::Protocol::bpdu:
            return summary.ethernet.source.to_string() + ": " + bpdu_text(*summary.bpdu);
        case Summary::Protocol::icmp: return ip_to_ip(summary) + ": ICMP " + icmp_text(summary);
        case Summary::Protocol::icmpv6: return ip_to_ip(summary) + ": ICMPv6 " + icmpv6_text(summary);
        case Summary::Protocol::ip_other: return ip_line(summary);
        case Summary::Protocol::other: return other_line(summary);
        case Summary::Protocol::malformed: return malformed_line(summary);
    }
    return {};
}

}  // namespace

std::string to_line(const Summary& summary) {
    if (!summary.vlan) return line_of(summary);
    return "vlan " + std::to_string(summary.vlan->id) + ": " + line_of(summary);
}

}  // namespace sockeye::wire
