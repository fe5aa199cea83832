#include "wire/icmpv6.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "wire/checksum.hpp"
#include "wire/protocol.hpp"

namespace sockeye::wire {
namespace {

constexpr std::size_t checksum_at = 2;

}  // namespace

std::expected<Icmpv6Message, Malformed> parse_icmpv6(std::span<const std::byte> bytes) {
    Reader in{bytes};
    Icmpv6Header header;
    header.type = static_cast<Icmpv6Type>(in.u8());
    header.code = in.u8();
    in.skip(sizeof(std::uint16_t));  // the checksum
    header.rest = in.u32();

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    return Icmpv6Message{header, in.rest()};
}

bool verify_icmpv6_checksum(std::span<const std::byte> bytes, const IpAddress& source,
                            const IpAddress& target) {
    Checksum sum = pseudo_header(source, target, protocol::icmpv6, bytes.size());
    sum.add(bytes);
    return sum.value() == 0;
}

void prepend_icmpv6(Packet& packet, const Icmpv6Header& header, const IpAddress& source,
                    const IpAddress& target) {
    const std::span<std::byte> room = packet.prepend(Icmpv6Header::size);
    Writer out{room};
    out.u8(static_cast<std::uint8_t>(header.type));
    out.u8(header.code);
    out.u16(0);
    out.u32(header.rest);
    Checksum sum = pseudo_header(source, target, protocol::icmpv6, packet.size());
    sum.add(packet.bytes());
    Writer{room.subspan(checksum_at)}.u16(sum.value());
}

}  // namespace sockeye::wire
