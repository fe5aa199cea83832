#include "wire/udp.hpp"

#include <cassert>

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "wire/checksum.hpp"
#include "wire/protocol.hpp"

namespace sockeye::wire {
namespace {

constexpr std::size_t checksum_at = 6;

}  // namespace

std::expected<UdpHeader, Malformed> parse_quoted_udp(std::span<const std::byte> bytes) {
    Reader in{bytes};
    const UdpHeader header{
        .source_port = in.u16(), .target_port = in.u16(), .length = in.u16(), .checksum = in.u16()};

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (header.length < UdpHeader::size) return std::unexpected{Malformed::bad_length};
    return header;
}

std::expected<UdpDatagram, Malformed> parse_udp(std::span<const std::byte> bytes) {
    const auto header = parse_quoted_udp(bytes);
    if (!header) return std::unexpected{header.error()};
    if (header->length > bytes.size()) return std::unexpected{Malformed::truncated};
    return UdpDatagram{*header, bytes.first(header->length).subspan(UdpHeader::size)};
}

bool verify_udp_checksum(std::span<const std::byte> bytes, const IpAddress& source, const IpAddress& target) {
    const auto datagram = parse_udp(bytes);
    if (!datagram) return false;
    if (datagram->header.checksum == 0) return source.family() == Family::inet;
    const std::size_t length = datagram->header.length;
    Checksum sum = pseudo_header(source, target, protocol::udp, length);
    sum.add(bytes.first(length));
    return sum.value() == 0;
}

void prepend_udp(Packet& packet, const UdpHeader& header, const IpAddress& source, const IpAddress& target) {
    const std::span<std::byte> room = packet.prepend(UdpHeader::size);
    const std::size_t length = packet.size();
    assert(length <= 65535);

    Writer out{room};
    out.u16(header.source_port);
    out.u16(header.target_port);
    out.u16(static_cast<std::uint16_t>(length));
    out.u16(0);
    Checksum sum = pseudo_header(source, target, protocol::udp, length);
    sum.add(packet.bytes());
    // 0 would say that there is no checksum, so its other one's complement form goes out (RFC 768).
    const std::uint16_t value = sum.value();
    Writer{room.subspan(checksum_at)}.u16(value == 0 ? 0xffff : value);
}

}  // namespace sockeye::wire
