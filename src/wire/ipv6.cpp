#include "wire/ipv6.hpp"

#include <algorithm>
#include <cassert>

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace sockeye::wire {
namespace {

constexpr std::uint32_t version = 6;
constexpr std::uint32_t flow_label_mask = 0xfffff;

}  // namespace

std::expected<Ipv6Packet, Malformed> parse_quoted_ipv6(std::span<const std::byte> bytes) {
    if (!bytes.empty() && std::to_integer<std::uint32_t>(bytes.front()) >> 4 != version)
        return std::unexpected{Malformed::bad_version};
    Reader in{bytes};
    Ipv6Header header;
    const std::uint32_t first = in.u32();
    header.traffic_class = static_cast<std::uint8_t>(first >> 20);
    header.flow_label = first & flow_label_mask;
    header.payload_length = in.u16();
    header.next_header = in.u8();
    header.hop_limit = in.u8();
    header.source = IpAddress{in.array<16>()};
    header.target = IpAddress{in.array<16>()};

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    return Ipv6Packet{header, in.rest().first(std::min<std::size_t>(header.payload_length, in.remaining()))};
}

std::expected<Ipv6Packet, Malformed> parse_ipv6(std::span<const std::byte> bytes) {
    const auto packet = parse_quoted_ipv6(bytes);
    if (packet && packet->payload.size() < packet->header.payload_length)
        return std::unexpected{Malformed::truncated};
    return packet;
}

void prepend_ipv6(Packet& packet, const Ipv6Header& header) {
    assert(header.source.family() == Family::inet6 && header.target.family() == Family::inet6);
    assert(header.flow_label <= flow_label_mask);
    assert(packet.size() <= Ipv6Header::maximum_payload);
    const auto payload_length = static_cast<std::uint16_t>(packet.size());

    Writer out{packet.prepend(Ipv6Header::size)};
    out.u32(version << 28 | std::uint32_t{header.traffic_class} << 20 | header.flow_label);
    out.u16(payload_length);
    out.u8(header.next_header);
    out.u8(header.hop_limit);
    out.bytes(header.source.octets());
    out.bytes(header.target.octets());
}

}  // namespace sockeye::wire
