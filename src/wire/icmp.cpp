#include "wire/icmp.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "wire/checksum.hpp"

namespace sockeye::wire {
namespace {

constexpr std::size_t checksum_at = 2;

}  // namespace

IpAddress IcmpHeader::gateway() const {
    return IpAddress{std::array<std::uint8_t, 4>{
        static_cast<std::uint8_t>(rest >> 24), static_cast<std::uint8_t>(rest >> 16),
        static_cast<std::uint8_t>(rest >> 8), static_cast<std::uint8_t>(rest)}};
}

std::expected<IcmpMessage, Malformed> parse_icmp(std::span<const std::byte> bytes) {
    Reader in{bytes};
    IcmpHeader header;
    header.type = static_cast<IcmpType>(in.u8());
    header.code = in.u8();
    in.skip(sizeof(std::uint16_t));  // the checksum, which is verified over the whole message
    header.rest = in.u32();

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (checksum(bytes) != 0) return std::unexpected{Malformed::bad_checksum};
    return IcmpMessage{header, in.rest()};
}

void prepend_icmp(Packet& packet, const IcmpHeader& header) {
    const std::span<std::byte> room = packet.prepend(IcmpHeader::size);
    Writer out{room};
    out.u8(static_cast<std::uint8_t>(header.type));
    out.u8(header.code);
    out.u16(0);
    out.u32(header.rest);
    Writer{room.subspan(checksum_at)}.u16(checksum(packet.bytes()));
}

}  // namespace sockeye::wire
