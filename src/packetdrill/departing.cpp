#include "packetdrill/departing.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "base/writer.hpp"
#include "wire/checksum.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"

namespace sockeye::packetdrill {
namespace {

/// A TCP segment with the header in front of it, of either family.
struct Segment {
    std::optional<wire::Ipv4Header> ipv4{};
    std::optional<wire::Ipv6Header> ipv6{};
    std::span<const std::byte> octets{};  // TCP header, options and payload
    wire::TcpSegment tcp{};

    const IpAddress& source() const { return ipv4 ? ipv4->source : ipv6->source; }
    const IpAddress& target() const { return ipv4 ? ipv4->target : ipv6->target; }
};

std::optional<Segment> read(const Packet& packet) {
    Segment segment;
    if (const auto ipv4 = wire::parse_ipv4(packet.bytes())) {
        if (ipv4->header.is_fragment() || ipv4->header.protocol != wire::protocol::tcp) return std::nullopt;
        segment.ipv4 = ipv4->header;
        segment.octets = ipv4->payload;
    } else if (const auto ipv6 = wire::parse_ipv6(packet.bytes())) {
        if (ipv6->header.next_header != wire::protocol::tcp) return std::nullopt;
        segment.ipv6 = ipv6->header;
        segment.octets = ipv6->payload;
    } else {
        return std::nullopt;
    }
    const auto tcp = wire::parse_tcp(segment.octets);
    if (!tcp) return std::nullopt;
    segment.tcp = *tcp;
    return segment;
}

// Kinds of options that a SYN has, and their lengths.
constexpr std::uint8_t no_operation = 1;
constexpr std::uint8_t mss = 2;
constexpr std::uint8_t window_scale = 3;
constexpr std::uint8_t sack_permitted = 4;
constexpr std::uint8_t timestamps = 8;

/// The same options by their kinds' numbers, each with no-operations in front that put its value where a
/// machine likes to read it, and the end of options behind.
/// @param room  octets that they had
std::vector<std::byte> in_order(const wire::TcpHeader& header, std::size_t room) {
    std::vector<std::byte> options(room);  // 0 is the end of options
    Writer out{options};
    std::size_t at = 0;
    const auto begin = [&](std::uint8_t kind, std::uint8_t length, std::size_t grid, std::size_t place) {
        for (; at % grid != place; ++at) out.u8(no_operation);
        out.u8(kind);
        out.u8(length);
        at += length;
    };
    if (header.mss) {
        begin(mss, 4, 1, 0);
        out.u16(*header.mss);
    }
    if (header.window_scale) {
        begin(window_scale, 3, 2, 1);
        out.u8(*header.window_scale);
    }
    if (header.sack_permitted) begin(sack_permitted, 2, 2, 0);
    if (header.timestamps) {
        begin(timestamps, 10, 4, 2);
        out.u32(header.timestamps->value);
        out.u32(header.timestamps->echo);
    }
    return options;
}

bool same_but_for_place(const Segment& first, const Segment& next) {
    wire::TcpHeader expected = first.tcp.header;
    expected.seq = expected.seq + static_cast<std::uint32_t>(first.tcp.payload.size());
    expected.flags.psh = next.tcp.header.flags.psh;
    expected.flags.fin = next.tcp.header.flags.fin;
    return first.source() == next.source() && first.target() == next.target() && expected == next.tcp.header;
}

}  // namespace

std::size_t payload_octets(const Packet& packet) {
    const auto segment = read(packet);
    return segment ? segment->tcp.payload.size() : 0;
}

void order_options(Packet& packet) {
    const auto segment = read(packet);
    if (!segment || !segment->tcp.header.flags.syn) return;
    const std::size_t tcp_at = packet.size() - segment->octets.size();
    const std::size_t fixed = wire::TcpHeader::minimum_size;
    const std::size_t room = segment->octets.size() - segment->tcp.payload.size() - fixed;
    const std::vector<std::byte> options = in_order(segment->tcp.header, room);
    const IpAddress source = segment->source();
    const IpAddress target = segment->target();

    const std::span<std::byte> tcp = packet.writable().subspan(tcp_at);
    std::ranges::copy(options, tcp.subspan(fixed).begin());
    constexpr std::size_t checksum_at = 16;
    Writer{tcp.subspan(checksum_at)}.u16(0);
    wire::Checksum sum = wire::pseudo_header(source, target, wire::protocol::tcp, tcp.size());
    sum.add(tcp);
    Writer{tcp.subspan(checksum_at)}.u16(sum.value());
}

bool join(Packet& first, const Packet& next, std::size_t segment) {
    const auto before = read(first);
    const auto behind = read(next);
    if (!before || !behind || segment == 0) return false;
    const wire::TcpFlags& flags = before->tcp.header.flags;
    const bool goes_on = !flags.syn && !flags.fin && !flags.rst && !flags.psh;
    const bool is_full = before->tcp.payload.size() % segment == 0;
    const std::size_t added = behind->tcp.payload.size();
    constexpr std::size_t longest = 65535;  // what IP's length fields say
    if (!goes_on || !is_full || added == 0 || added > segment || first.size() + added > longest ||
        !same_but_for_place(*before, *behind))
        return false;

    Packet whole{before->tcp.payload.size() + added};
    const auto end = std::ranges::copy(before->tcp.payload, whole.writable().begin()).out;
    std::ranges::copy(behind->tcp.payload, end);
    wire::TcpHeader header = before->tcp.header;
    header.flags = behind->tcp.header.flags;
    wire::prepend_tcp(whole, header, before->source(), before->target());
    if (before->ipv4) wire::prepend_ipv4(whole, *before->ipv4);
    if (before->ipv6) wire::prepend_ipv6(whole, *before->ipv6);
    first = std::move(whole);
    return true;
}

}  // namespace sockeye::packetdrill
