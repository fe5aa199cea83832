#include "wire/text_icmp.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "base/reader.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/ipv6_extension.hpp"
#include "wire/neighbour_discovery.hpp"
#include "wire/protocol.hpp"

namespace sockeye::wire {
namespace {

struct ProtocolName {
    std::uint8_t number;
    std::string_view name;
};

constexpr std::array protocol_names{
    ProtocolName{protocol::icmp, "ICMP"},
    ProtocolName{protocol::tcp, "TCP"},
    ProtocolName{protocol::udp, "UDP"},
    ProtocolName{protocol::icmpv6, "ICMPv6"},
    ProtocolName{protocol::no_next_header, "no next header"},
};

/// The start of the packet that an error is about.
struct Quoted {
    IpAddress target{};
    std::uint8_t protocol = 0;
    std::optional<std::uint16_t> port{};  ///< of the target, where TCP's or UDP's octets are there
};

std::optional<std::uint16_t> target_port(std::uint8_t protocol, std::span<const std::byte> payload) {
    if (protocol != protocol::tcp && protocol != protocol::udp) return std::nullopt;
    Reader in{payload};
    in.skip(sizeof(std::uint16_t));
    const std::uint16_t port = in.u16();
    return in.ok() ? std::optional{port} : std::nullopt;
}

std::optional<Quoted> read_quoted_ipv4(std::span<const std::byte> bytes) {
    const auto packet = parse_quoted_ipv4(bytes);
    if (!packet) return std::nullopt;
    const Ipv4Header& header = packet->header;
    return Quoted{header.target, header.protocol, target_port(header.protocol, packet->payload)};
}

std::optional<Quoted> read_quoted_ipv6(std::span<const std::byte> bytes) {
    const auto packet = parse_quoted_ipv6(bytes);
    if (!packet) return std::nullopt;
    const Ipv6Header& header = packet->header;
    const auto chain = parse_ipv6_chain(header.next_header, packet->payload);
    if (!chain) return Quoted{header.target, header.next_header, std::nullopt};
    return Quoted{header.target, chain->protocol, target_port(chain->protocol, chain->payload)};
}

std::string number(std::uint64_t value) {
    return std::to_string(value);
}

/// "10.0.0.1 UDP port 9001", with as much of it as there is.
std::string port_text(const Quoted& quoted) {
    std::string text = quoted.target.to_string() + ' ' + protocol_text(quoted.protocol);
    if (quoted.port) text += " port " + number(*quoted.port);
    return text;
}

std::string unreachable_text(const IcmpHeader& header, const Quoted& quoted) {
    const std::string target = quoted.target.to_string();
    switch (header.code) {
        case icmp_unreachable::network: return "network " + target + " unreachable";
        case icmp_unreachable::host: return "host " + target + " unreachable";
        case icmp_unreachable::protocol:
            return target + ' ' + protocol_text(quoted.protocol) + " unreachable";
        case icmp_unreachable::port: return port_text(quoted) + " unreachable";
        case icmp_unreachable::fragmentation_needed:
            return target + " unreachable - need to frag (mtu " + number(header.next_hop_mtu()) + ')';
        case icmp_unreachable::prohibited: return target + " unreachable - admin prohibited";
        default: return target + " unreachable code " + number(header.code);
    }
}

std::string unreachable_text(const Icmpv6Header& header, const Quoted& quoted) {
    const std::string target = quoted.target.to_string();
    switch (header.code) {
        case icmpv6_unreachable::no_route: return "no route to " + target;
        case icmpv6_unreachable::prohibited: return target + " unreachable - admin prohibited";
        case icmpv6_unreachable::address: return "address " + target + " unreachable";
        case icmpv6_unreachable::port: return port_text(quoted) + " unreachable";
        default: return target + " unreachable code " + number(header.code);
    }
}

std::string echo_text(std::string_view kind, std::uint16_t identifier, std::uint16_t sequence,
                      std::size_t octets) {
    return "echo " + std::string{kind} + " id " + number(identifier) + " seq " + number(sequence) + ' ' +
           octets_text(octets);
}

std::string other_text(unsigned type, unsigned code, std::size_t octets) {
    return "type " + number(type) + " code " + number(code) + ' ' + octets_text(octets);
}

/// Codes 0 and 1 mean the same in both families.
std::string time_exceeded_text(std::uint8_t code) {
    return code == icmp_time_exceeded::reassembly ? "ip reassembly time exceeded"
                                                  : "time exceeded in-transit";
}

std::string solicitation_text(const Icmpv6Message& message) {
    const auto solicitation = parse_neighbour_solicitation(message);
    if (!solicitation) return "neighbour solicitation";
    std::string text = "neighbour solicitation who has " + solicitation->target.to_string() + '?';
    if (solicitation->source_mac) text += " tell " + solicitation->source_mac->to_string();
    return text;
}

std::string advertisement_text(const Icmpv6Message& message) {
    const auto advertisement = parse_neighbour_advertisement(message);
    if (!advertisement) return "neighbour advertisement";
    std::string text = "neighbour advertisement " + advertisement->target.to_string();
    if (advertisement->target_mac) text += " is at " + advertisement->target_mac->to_string();
    if (advertisement->router) text += " router";
    if (advertisement->solicited) text += " solicited";
    if (advertisement->override_cache) text += " override";
    return text;
}

std::string router_text(const Icmpv6Message& message) {
    const auto advertisement = parse_router_advertisement(message);
    if (!advertisement) return "router advertisement";
    std::string text = "router advertisement lifetime " + number(advertisement->lifetime) + " s";
    if (advertisement->managed) text += " managed";
    if (advertisement->other) text += " other";
    for (const PrefixInformation& information : advertisement->prefixes)
        text += " prefix " + information.prefix.to_string();
    if (advertisement->mtu) text += " mtu " + number(*advertisement->mtu);
    for (const RecursiveDnsServers& servers : advertisement->dns_servers)
        for (const IpAddress& server : servers.addresses) text += " dns " + server.to_string();
    return text;
}

}  // namespace

std::string octets_text(std::size_t count) {
    return number(count) + (count == 1 ? " octet" : " octets");
}

std::string protocol_text(std::uint8_t protocol) {
    const auto* known = std::ranges::find(protocol_names, protocol, &ProtocolName::number);
    return known != protocol_names.end() ? std::string{known->name} : "protocol " + number(protocol);
}

std::string icmp_text(const Summary& summary) {
    const IcmpHeader& header = *summary.icmp;
    const Quoted quoted = read_quoted_ipv4(summary.payload).value_or(Quoted{});
    switch (header.type) {
        case IcmpType::echo:
            return echo_text("request", header.identifier(), header.sequence(), summary.payload_octets);
        case IcmpType::echo_reply:
            return echo_text("reply", header.identifier(), header.sequence(), summary.payload_octets);
        case IcmpType::destination_unreachable: return unreachable_text(header, quoted);
        case IcmpType::redirect:
            return "redirect " + quoted.target.to_string() + " to " + header.gateway().to_string();
        case IcmpType::time_exceeded: return time_exceeded_text(header.code);
        case IcmpType::parameter_problem: return "parameter problem at octet " + number(header.pointer());
        case IcmpType::source_quench: break;
    }
    return other_text(static_cast<unsigned>(header.type), header.code, summary.payload_octets);
}

std::string icmpv6_text(const Summary& summary) {
    const Icmpv6Header& header = *summary.icmpv6;
    const Icmpv6Message message{header, summary.payload};
    switch (header.type) {
        case Icmpv6Type::echo_request:
            return echo_text("request", header.identifier(), header.sequence(), summary.payload_octets);
        case Icmpv6Type::echo_reply:
            return echo_text("reply", header.identifier(), header.sequence(), summary.payload_octets);
        case Icmpv6Type::destination_unreachable:
            return unreachable_text(header, read_quoted_ipv6(summary.payload).value_or(Quoted{}));
        case Icmpv6Type::packet_too_big: return "packet too big mtu " + number(header.mtu());
        case Icmpv6Type::time_exceeded: return time_exceeded_text(header.code);
        case Icmpv6Type::parameter_problem: return "parameter problem at octet " + number(header.pointer());
        case Icmpv6Type::router_solicitation: return "router solicitation";
        case Icmpv6Type::router_advertisement: return router_text(message);
        case Icmpv6Type::neighbour_solicitation: return solicitation_text(message);
        case Icmpv6Type::neighbour_advertisement: return advertisement_text(message);
    }
    return other_text(static_cast<unsigned>(header.type), header.code, summary.payload_octets);
}

}  // namespace sockeye::wire
