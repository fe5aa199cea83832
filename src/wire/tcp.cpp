#include "wire/tcp.hpp"

#include <array>
#include <utility>

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "wire/protocol.hpp"

namespace sockeye::wire {
namespace {

constexpr std::size_t checksum_at = 16;

constexpr std::uint8_t to_octet(const TcpFlags& flags) {
    return static_cast<std::uint8_t>(flags.fin << 0 | flags.syn << 1 | flags.rst << 2 | flags.psh << 3 |
                                     flags.ack << 4 | flags.urg << 5 | flags.ece << 6 | flags.cwr << 7);
}

constexpr TcpFlags to_flags(std::uint8_t octet) {
    const auto bit = [octet](unsigned number) { return (octet >> number & 1U) != 0; };
    return {.fin = bit(0),
            .syn = bit(1),
            .rst = bit(2),
            .psh = bit(3),
            .ack = bit(4),
            .urg = bit(5),
            .ece = bit(6),
            .cwr = bit(7)};
}

}  // namespace

std::expected<TcpSegment, Malformed> parse_tcp(std::span<const std::byte> bytes) {
    Reader in{bytes};
    TcpHeader header;
    header.source_port = in.u16();
    header.target_port = in.u16();
    header.seq = Sequence{in.u32()};
    header.ack = Sequence{in.u32()};
    const std::size_t length = (in.u8() >> 4) * std::size_t{4};
    header.flags = to_flags(in.u8());
    header.window = in.u16();
    in.skip(sizeof(std::uint16_t));  // the checksum
    header.urgent_pointer = in.u16();

    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (length < TcpHeader::minimum_size) return std::unexpected{Malformed::bad_length};
    if (length > bytes.size()) return std::unexpected{Malformed::truncated};

    const auto options = bytes.first(length).subspan(TcpHeader::minimum_size);
    if (const auto read = parse_tcp_options(options, header); !read) return std::unexpected{read.error()};
    return TcpSegment{header, bytes.subspan(length)};
}

bool verify_tcp_checksum(std::span<const std::byte> bytes, const IpAddress& source, const IpAddress& target) {
    Checksum sum = pseudo_header(source, target, protocol::tcp, bytes.size());
    sum.add(bytes);
    return sum.value() == 0;
}

void prepend_tcp_unsummed(Packet& packet, const TcpHeader& header) {
    const std::size_t length = TcpHeader::minimum_size + tcp_options_size(header);
    const std::span<std::byte> room = packet.prepend(length);

    Writer out{room};
    out.u16(header.source_port);
    out.u16(header.target_port);
    out.u32(header.seq.raw());
    out.u32(header.ack.raw());
    out.u8(static_cast<std::uint8_t>(length / 4 << 4));
    out.u8(to_octet(header.flags));
    out.u16(header.window);
    out.u16(0);
    out.u16(header.urgent_pointer);
    write_tcp_options(room.subspan(TcpHeader::minimum_size), header);
}

void prepend_tcp(Packet& packet, const TcpHeader& header, const IpAddress& source, const IpAddress& target,
                 const Checksum& payload) {
    const std::size_t octets = packet.size();
    prepend_tcp_unsummed(packet, header);
    const std::span<std::byte> room = packet.writable().first(packet.size() - octets);
    Checksum sum = pseudo_header(source, target, protocol::tcp, packet.size());
    sum.add(room);
    sum.add(payload);
    Writer{room.subspan(checksum_at)}.u16(sum.value());
}

void prepend_tcp(Packet& packet, const TcpHeader& header, const IpAddress& source, const IpAddress& target) {
    Checksum payload;
    payload.add(packet.bytes());
    prepend_tcp(packet, header, source, target, payload);
}

std::string to_string(const TcpFlags& flags) {
    const std::array<std::pair<bool, const char*>, 7> names{{
        {flags.syn, "SYN"},
        {flags.fin, "FIN"},
        {flags.rst, "RST"},
        {flags.ack, "ACK"},
        {flags.urg, "URG"},
        {flags.ece, "ECE"},
        {flags.cwr, "CWR"},
    }};
    std::string text;
    for (const auto& [set, name] : names) {
        if (!set) continue;
        if (!text.empty()) text += ' ';
        text += name;
    }
    return text.empty() ? "none" : text;
}

}  // namespace sockeye::wire
