#include "network/ip_header.hpp"

#include <cassert>
#include <utility>

#include "wire/icmpv6.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/ipv6_extension.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

using Kind = IcmpNotice::Kind;

std::size_t offset_in(std::span<const std::byte> part, const Packet& whole) {
    return static_cast<std::size_t>(part.data() - whole.bytes().data());
}

std::expected<Arrival, wire::Malformed> read_ipv4(Packet packet) {
    const auto read = wire::parse_ipv4(packet.bytes());
    if (!read) return std::unexpected{read.error()};
    const wire::Ipv4Header& header = read->header;
    Arrival arrival{.header = {.source = header.source,
                               .target = header.target,
                               .protocol = header.protocol,
                               .hop_limit = header.ttl,
                               .traffic_class = header.traffic_class},
                    .whole = std::move(packet),
                    .payload_at = 0,
                    .may_fragment = !header.dont_fragment,
                    .identification = header.identification,
                    .fragment = std::nullopt};
    arrival.payload_at = offset_in(read->payload, arrival.whole);
    arrival.whole.truncate(header.total_length);
    if (header.is_fragment())
        arrival.fragment = Fragment{.identification = header.identification,
                                    .offset = header.fragment_offset,
                                    .more = header.more_fragments};
    return arrival;
}

std::expected<Arrival, wire::Malformed> read_ipv6(Packet packet) {
    const auto read = wire::parse_ipv6(packet.bytes());
    if (!read) return std::unexpected{read.error()};
    const wire::Ipv6Header& header = read->header;
    Arrival arrival{.header = {.source = header.source,
                               .target = header.target,
                               .protocol = header.next_header,
                               .hop_limit = header.hop_limit,
                               .traffic_class = header.traffic_class},
                    .whole = std::move(packet),
                    .payload_at = wire::Ipv6Header::size,
                    .may_fragment = false,
                    .identification = 0,
                    .fragment = std::nullopt};
    arrival.whole.truncate(wire::Ipv6Header::size + header.payload_length);
    return arrival;
}

/// RFC 8200 §4.2, §4.4 and §4: what the receiver must complain about, in a chain that can be read.
std::optional<IcmpError> complaint(const wire::Ipv6Chain& chain) {
    namespace problem = wire::icmpv6_parameter_problem;
    const auto at = [](std::size_t offset) {
        return static_cast<std::uint32_t>(wire::Ipv6Header::size + offset);
    };
    if (chain.unknown_option)
        return IcmpError{Kind::parameter_problem, at(chain.unknown_option->offset), problem::option};
    constexpr std::size_t type_offset = 2;
    if (chain.routing && chain.routing->segments_left != 0)
        return IcmpError{Kind::parameter_problem, at(chain.routing_at + type_offset), problem::header_field};
    return std::nullopt;
}

void open_chain(Opened& opened) {
    using enum wire::Ipv6OptionAction;
    const auto chain = wire::parse_ipv6_chain(opened.packet.header.protocol, opened.packet.payload.bytes());
    if (!chain) {
        opened.drop = true;
        return;
    }
    opened.problem = complaint(*chain);
    if (opened.problem) {
        opened.drop = true;
        const bool group = opened.packet.header.target.is_multicast();
        const bool silent =
            chain->unknown_option && (chain->unknown_option->action == discard ||
                                      (chain->unknown_option->action == discard_and_report_unicast && group));
        if (silent) opened.problem.reset();
        return;
    }
    if (chain->fragment && chain->fragment->is_fragment())
        opened.fragment = Fragment{.identification = chain->fragment->identification,
                                   .offset = chain->fragment->offset,
                                   .more = chain->fragment->more_fragments};
    opened.packet.header.protocol = chain->protocol;
    const std::size_t skipped = offset_in(chain->payload, opened.packet.payload);
    opened.packet.header_octets += skipped;
    opened.packet.payload.trim_front(skipped);
}

IpHeader header_of(const wire::Ipv4Header& header) {
    return {.source = header.source,
            .target = header.target,
            .protocol = header.protocol,
            .hop_limit = header.ttl,
            .traffic_class = header.traffic_class};
}

}  // namespace

std::expected<Arrival, wire::Malformed> read_ip(Packet packet) {
    if (packet.empty()) return std::unexpected{wire::Malformed::truncated};
    const auto version = std::to_integer<unsigned>(packet.bytes().front()) >> 4;
    return version == 6 ? read_ipv6(std::move(packet)) : read_ipv4(std::move(packet));
}

Opened open_ip(Arrival arrival) {
    Opened opened{.packet = {.header = arrival.header,
                             .payload = std::move(arrival.whole),
                             .header_octets = arrival.payload_at},
                  .fragment = arrival.fragment,
                  .problem = std::nullopt};
    opened.packet.payload.trim_front(arrival.payload_at);
    if (arrival.header.target.family() == Family::inet6) open_chain(opened);
    return opened;
}

std::optional<IpPacket> read_quoted_ip(std::span<const std::byte> bytes) {
    if (bytes.empty()) return std::nullopt;
    if (std::to_integer<unsigned>(bytes.front()) >> 4 == 4) {
        const auto read = wire::parse_quoted_ipv4(bytes);
        if (!read || read->header.fragment_offset != 0) return std::nullopt;
        return IpPacket{.header = header_of(read->header), .payload = Packet{read->payload}};
    }
    const auto read = wire::parse_quoted_ipv6(bytes);
    if (!read) return std::nullopt;
    // A fragment's first part may itself be cut: what can be read of the chain is read.
    auto chain = wire::parse_ipv6_chain(read->header.next_header, read->payload);
    if (!chain || (chain->fragment && chain->fragment->offset != 0)) return std::nullopt;
    return IpPacket{.header = {.source = read->header.source,
                               .target = read->header.target,
                               .protocol = chain->protocol,
                               .hop_limit = read->header.hop_limit,
                               .traffic_class = read->header.traffic_class},
                    .payload = Packet{chain->payload}};
}

std::size_t total_length(std::span<const std::byte> quoted) {
    if (const auto v4 = wire::parse_quoted_ipv4(quoted)) return v4->header.total_length;
    const auto v6 = wire::parse_quoted_ipv6(quoted);
    return v6 ? wire::Ipv6Header::size + v6->header.payload_length : 0;
}

void write_ip(Packet& packet, const IpHeader& header, Fragmenting fragmenting) {
    if (header.target.family() == Family::inet6)
        return wire::prepend_ipv6(packet, {.traffic_class = header.traffic_class,
                                           .next_header = header.protocol,
                                           .hop_limit = header.hop_limit,
                                           .source = header.source,
                                           .target = header.target});
    // Whole packets: the identification may be anything (RFC 6864 §4.1).
    wire::prepend_ipv4(packet, {.traffic_class = header.traffic_class,
                                .dont_fragment = fragmenting == Fragmenting::refused,
                                .ttl = header.hop_limit,
                                .protocol = header.protocol,
                                .source = header.source,
                                .target = header.target});
}

void write_ip_fragment(Packet& packet, const IpHeader& header, const Fragment& fragment) {
    if (header.target.family() == Family::inet6) {
        wire::prepend_ipv6_fragment(packet, {.next_header = header.protocol,
                                             .offset = static_cast<std::uint16_t>(fragment.offset),
                                             .more_fragments = fragment.more,
                                             .identification = fragment.identification});
        IpHeader outer = header;
        outer.protocol = wire::protocol::ipv6_fragment;
        return write_ip(packet, outer);
    }
    wire::prepend_ipv4(packet, {.traffic_class = header.traffic_class,
                                .identification = static_cast<std::uint16_t>(fragment.identification),
                                .more_fragments = fragment.more,
                                .fragment_offset = static_cast<std::uint16_t>(fragment.offset),
                                .ttl = header.hop_limit,
                                .protocol = header.protocol,
                                .source = header.source,
                                .target = header.target});
}

std::size_t header_size(Family family) {
    return family == Family::inet ? wire::Ipv4Header::minimum_size : wire::Ipv6Header::size;
}

std::size_t fragment_header_size(Family family) {
    return header_size(family) + (family == Family::inet ? 0 : wire::Ipv6Fragment::size);
}

std::size_t minimum_mtu(Family family) {
    constexpr std::size_t ipv4_minimum = 68;
    return family == Family::inet ? ipv4_minimum : wire::Ipv6Header::minimum_mtu;
}

void decrement_hop_limit(Packet& whole) {
    const std::span<std::byte> octets = whole.writable();
    if (std::to_integer<unsigned>(octets.front()) >> 4 == 6) {
        constexpr std::size_t hop_limit_at = 7;
        octets[hop_limit_at] = static_cast<std::byte>(std::to_integer<unsigned>(octets[hop_limit_at]) - 1);
        return;
    }
    constexpr std::size_t ttl_at = 8;
    constexpr std::size_t checksum_at = 10;
    octets[ttl_at] = static_cast<std::byte>(std::to_integer<unsigned>(octets[ttl_at]) - 1);
    // RFC 1624: the sum grows by what the TTL's word lost.
    unsigned sum = std::to_integer<unsigned>(octets[checksum_at]) << 8 |
                   std::to_integer<unsigned>(octets[checksum_at + 1]);
    sum += 0x0100;
    sum = (sum & 0xffff) + (sum >> 16);
    octets[checksum_at] = static_cast<std::byte>(sum >> 8);
    octets[checksum_at + 1] = static_cast<std::byte>(sum & 0xff);
}

bool is_passed_on(std::span<const std::byte> earlier, std::span<const std::byte> later) {
    if (later.empty() || earlier.size() < later.size()) return false;  // a frame may have padding
    const bool is_v6 = std::to_integer<unsigned>(later.front()) >> 4 == 6;
    const auto may_differ = [&](std::size_t at) { return is_v6 ? at == 7 : at == 8 || at == 10 || at == 11; };
    for (std::size_t at = 0; at < later.size(); ++at)
        if (earlier[at] != later[at] && !may_differ(at)) return false;
    return true;
}

wire::EtherType ethertype_of(Family family) {
    return family == Family::inet ? wire::EtherType::ipv4 : wire::EtherType::ipv6;
}

}  // namespace sockeye::network
