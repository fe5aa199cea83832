#include "wire/ipv4.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/network_order.hpp"
#include "base/reader.hpp"
#include "wire/checksum.hpp"

namespace sockeye::wire {
namespace {

constexpr unsigned version = 4;
constexpr std::uint16_t dont_fragment_bit = 0x4000;
constexpr std::uint16_t more_fragments_bit = 0x2000;
constexpr std::uint16_t offset_mask = 0x1fff;  // in units of 8 octets

std::uint16_t fragment_field(const Ipv4Header& header) {
    unsigned field = header.fragment_offset / 8U;
    if (header.dont_fragment) field |= dont_fragment_bit;
    if (header.more_fragments) field |= more_fragments_bit;
    return static_cast<std::uint16_t>(field);
}

Ipv4Header read_fields(Reader& in) {
    Ipv4Header header;
    header.traffic_class = in.u8();
    header.total_length = in.u16();
    header.identification = in.u16();
    const std::uint16_t fragment = in.u16();
    header.dont_fragment = (fragment & dont_fragment_bit) != 0;
    header.more_fragments = (fragment & more_fragments_bit) != 0;
    header.fragment_offset = static_cast<std::uint16_t>((fragment & offset_mask) * 8);
    header.ttl = in.u8();
    header.protocol = in.u8();
    in.skip(sizeof(std::uint16_t));  // the checksum, which is verified over the whole header
    header.source = IpAddress{in.array<4>()};
    header.target = IpAddress{in.array<4>()};
    return header;
}

}  // namespace

std::expected<Ipv4Packet, Malformed> parse_quoted_ipv4(std::span<const std::byte> bytes) {
    Reader in{bytes};
    const std::uint8_t version_and_length = in.u8();
    if (in.ok() && version_and_length >> 4 != version) return std::unexpected{Malformed::bad_version};
    const Ipv4Header header = read_fields(in);
    const std::size_t header_length = (version_and_length & 0x0f) * std::size_t{4};

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (header_length < Ipv4Header::minimum_size || header.total_length < header_length)
        return std::unexpected{Malformed::bad_length};
    if (header_length > bytes.size()) return std::unexpected{Malformed::truncated};

    const std::size_t there = std::min<std::size_t>(header.total_length, bytes.size());
    return Ipv4Packet{header, bytes.first(there).subspan(header_length)};
}

std::expected<Ipv4Packet, Malformed> parse_ipv4(std::span<const std::byte> bytes) {
    const auto packet = parse_quoted_ipv4(bytes);
    if (!packet) return packet;
    const std::size_t header_length = (std::to_integer<std::size_t>(bytes.front()) & 0x0f) * 4;
    if (checksum(bytes.first(header_length)) != 0) return std::unexpected{Malformed::bad_checksum};
    if (packet->header.total_length > bytes.size()) return std::unexpected{Malformed::truncated};
    return packet;
}

void prepend_ipv4(Packet& packet, const Ipv4Header& header) {
    assert(header.source.family() == Family::inet && header.target.family() == Family::inet);
    assert(header.fragment_offset % 8 == 0);
    const std::span<std::byte> room = packet.prepend(Ipv4Header::minimum_size);
    assert(packet.size() <= Ipv4Header::maximum_total);

    constexpr std::uint32_t version_and_length = version << 4 | Ipv4Header::minimum_size / 4;
    std::array<std::uint32_t, Ipv4Header::minimum_size / 4> rows{
        version_and_length << 24 | std::uint32_t{header.traffic_class} << 16 |
            static_cast<std::uint32_t>(packet.size()),
        std::uint32_t{header.identification} << 16 | fragment_field(header),
        std::uint32_t{header.ttl} << 24 | std::uint32_t{header.protocol} << 16,
        load_network<std::uint32_t>(std::as_bytes(header.source.octets()).data()),
        load_network<std::uint32_t>(std::as_bytes(header.target.octets()).data()),
    };
    Checksum sum;
    for (const std::uint32_t row : rows) sum.add_u32(row);
    rows[2] |= sum.value();
    for (std::size_t i = 0; i < rows.size(); ++i) store_network(&room[4 * i], rows[i]);
}

}  // namespace sockeye::wire
