#include "network/icmp_message.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "wire/icmp.hpp"
#include "wire/icmpv6.hpp"
#include "wire/ipv6.hpp"
#include "wire/ipv6_extension.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

using Kind = IcmpNotice::Kind;
using wire::IcmpType;
using wire::Icmpv6Type;

/// One row a way to say it. The first row of a kind is what is written; others are read.
struct Row {
    std::uint8_t type;
    std::uint8_t code;
    Kind kind;
};

constexpr Row unreachable(std::uint8_t code, Kind kind) {
    return {static_cast<std::uint8_t>(IcmpType::destination_unreachable), code, kind};
}
// RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1.
constexpr std::array icmp_rows{
    unreachable(0, Kind::network_unreachable),
    unreachable(1, Kind::host_unreachable),
    unreachable(2, Kind::protocol_unreachable),
    unreachable(3, Kind::port_unreachable),
    unreachable(4, Kind::too_big),
    unreachable(13, Kind::prohibited),
    unreachable(5, Kind::network_unreachable),  // source route failed
    unreachable(6, Kind::network_unreachable),
    unreachable(7, Kind::host_unreachable),
    unreachable(8, Kind::host_unreachable),
    unreachable(9, Kind::prohibited),
    unreachable(10, Kind::prohibited),
    unreachable(11, Kind::network_unreachable),
    unreachable(12, Kind::host_unreachable),
    Row{static_cast<std::uint8_t>(IcmpType::time_exceeded), 0, Kind::hop_limit_exceeded},
    Row{static_cast<std::uint8_t>(IcmpType::time_exceeded), 1, Kind::reassembly_exceeded},
    Row{static_cast<std::uint8_t>(IcmpType::parameter_problem), 0, Kind::parameter_problem},
    Row{static_cast<std::uint8_t>(IcmpType::parameter_problem), 1, Kind::parameter_problem},
};

constexpr Row row6(Icmpv6Type type, std::uint8_t code, Kind kind) {
    return {static_cast<std::uint8_t>(type), code, kind};
}
// RFC 4443 §3. That a protocol is not known is a parameter problem there.
constexpr std::array icmpv6_rows{
    row6(Icmpv6Type::destination_unreachable, 0, Kind::network_unreachable),
    row6(Icmpv6Type::destination_unreachable, 3, Kind::host_unreachable),
    row6(Icmpv6Type::destination_unreachable, 4, Kind::port_unreachable),
    row6(Icmpv6Type::destination_unreachable, 1, Kind::prohibited),
    row6(Icmpv6Type::destination_unreachable, 2, Kind::network_unreachable),  // beyond the source's scope
    row6(Icmpv6Type::destination_unreachable, 5, Kind::prohibited),
    row6(Icmpv6Type::destination_unreachable, 6, Kind::prohibited),
    row6(Icmpv6Type::packet_too_big, 0, Kind::too_big),
    row6(Icmpv6Type::time_exceeded, 0, Kind::hop_limit_exceeded),
    row6(Icmpv6Type::time_exceeded, 1, Kind::reassembly_exceeded),
    row6(Icmpv6Type::parameter_problem, 1, Kind::protocol_unreachable),
    row6(Icmpv6Type::parameter_problem, 0, Kind::parameter_problem),
    row6(Icmpv6Type::parameter_problem, 2, Kind::parameter_problem),
};

template <class Rows>
const Row* find(const Rows& rows, std::uint8_t type, std::uint8_t code) {
    const auto found =
        std::ranges::find_if(rows, [&](const Row& row) { return row.type == type && row.code == code; });
    return found == rows.end() ? nullptr : &*found;
}

template <class Rows>
const Row& row_of(const Rows& rows, Kind kind) {
    return *std::ranges::find(rows, kind, &Row::kind);
}

std::optional<IcmpMessage> read_v4(const IpPacket& packet) {
    const auto read = wire::parse_icmp(packet.payload.bytes());
    if (!read) return std::nullopt;
    const wire::IcmpHeader& header = read->header;
    IcmpMessage message{.kind = IcmpMessage::Kind::other, .payload = read->payload};
    if (header.is_echo()) {
        message.kind =
            header.type == IcmpType::echo ? IcmpMessage::Kind::echo_request : IcmpMessage::Kind::echo_reply;
        message.identifier = header.identifier();
        message.sequence = header.sequence();
    } else if (const Row* row = find(icmp_rows, static_cast<std::uint8_t>(header.type), header.code)) {
        message.kind = IcmpMessage::Kind::error;
        message.error.kind = row->kind;
        if (row->kind == Kind::too_big) message.error.value = header.next_hop_mtu();
        if (row->kind == Kind::parameter_problem) message.error.value = header.pointer();
    }
    return message;
}

std::optional<IcmpMessage> read_v6(const IpPacket& packet) {
    const auto bytes = packet.payload.bytes();
    const auto read = wire::parse_icmpv6(bytes);
    if (!read || !wire::verify_icmpv6_checksum(bytes, packet.header.source, packet.header.target))
        return std::nullopt;
    const wire::Icmpv6Header& header = read->header;
    IcmpMessage message{.kind = IcmpMessage::Kind::other, .payload = read->payload};
    if (header.is_echo()) {
        message.kind = header.type == Icmpv6Type::echo_request ? IcmpMessage::Kind::echo_request
                                                               : IcmpMessage::Kind::echo_reply;
        message.identifier = header.identifier();
        message.sequence = header.sequence();
    } else if (const Row* row = find(icmpv6_rows, static_cast<std::uint8_t>(header.type), header.code)) {
        message.kind = IcmpMessage::Kind::error;
        message.error = {.kind = row->kind, .value = header.rest, .code = header.code};
    }
    return message;
}

/// Where in an IPv6 packet the number of the protocol stands that its target does not know.
std::uint32_t protocol_position(std::span<const std::byte> packet) {
    constexpr std::uint32_t next_header_at = 6;
    const auto read = wire::parse_quoted_ipv6(packet);
    if (!read) return next_header_at;
    const auto chain = wire::parse_ipv6_chain(read->header.next_header, read->payload);
    if (!chain || !chain->protocol_at) return next_header_at;
    return static_cast<std::uint32_t>(wire::Ipv6Header::size + *chain->protocol_at);
}

}  // namespace

bool is_icmp(const IpHeader& header) {
    return header.protocol == icmp_protocol(header.target.family());
}

std::uint8_t icmp_protocol(Family family) {
    return family == Family::inet ? wire::protocol::icmp : wire::protocol::icmpv6;
}

std::optional<IcmpMessage> read_icmp(const IpPacket& packet) {
    return packet.header.target.family() == Family::inet ? read_v4(packet) : read_v6(packet);
}

Packet write_echo(const IcmpMessage& echo, const IpAddress& source, const IpAddress& target) {
    const bool asks = echo.kind == IcmpMessage::Kind::echo_request;
    Packet packet{echo.payload};
    if (target.family() == Family::inet) {
        wire::prepend_icmp(packet, wire::IcmpHeader::make_echo(asks ? IcmpType::echo : IcmpType::echo_reply,
                                                               echo.identifier, echo.sequence));
    } else {
        const auto type = asks ? Icmpv6Type::echo_request : Icmpv6Type::echo_reply;
        wire::prepend_icmpv6(packet, wire::Icmpv6Header::make_echo(type, echo.identifier, echo.sequence),
                             source, target);
    }
    return packet;
}

Packet write_icmp_error(const IcmpError& error, const Packet& about, const IpAddress& source,
                        const IpAddress& target) {
    const bool is_v4 = target.family() == Family::inet;
    // RFC 1812 §4.3.2.3 and RFC 4443 §2.4(c): the whole message in 576 or 1280 octets.
    const std::size_t most =
        is_v4 ? 576 - 20 - wire::IcmpHeader::size
              : wire::Ipv6Header::minimum_mtu - wire::Ipv6Header::size - wire::Icmpv6Header::size;
    Packet packet{about.bytes().first(std::min(most, about.size()))};
    if (is_v4) {
        const Row& row = row_of(icmp_rows, error.kind);
        const bool pointer = error.kind == Kind::parameter_problem;
        const std::uint32_t value = error.kind == Kind::too_big || pointer ? error.value : 0;
        wire::prepend_icmp(packet, {.type = static_cast<IcmpType>(row.type),
                                    .code = row.code,
                                    .rest = pointer ? value << 24 : value});
        return packet;
    }
    const Row& row = row_of(icmpv6_rows, error.kind);
    wire::Icmpv6Header header{
        .type = static_cast<Icmpv6Type>(row.type), .code = row.code, .rest = error.value};
    if (error.kind == Kind::parameter_problem) header.code = error.code;
    if (error.kind == Kind::protocol_unreachable) header.rest = protocol_position(about.bytes());
    wire::prepend_icmpv6(packet, header, source, target);
    return packet;
}

}  // namespace sockeye::network
