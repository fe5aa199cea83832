#include "wire/plain.hpp"

#include "base/network_order.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"

namespace sockeye::wire {
namespace {

/// The 32 bits of a header that begin at `octet`.
std::uint32_t row(std::span<const std::byte> header, std::size_t octet) {
    return load_network<std::uint32_t>(&header[octet]);
}

bool stands_at(std::span<const std::byte> header, std::size_t octet, const IpAddress& address) {
    const std::span<const std::byte> octets = std::as_bytes(address.octets());
    for (std::size_t i = 0; i < octets.size(); i += 4)
        if (row(header, octet + i) != row(octets, i)) return false;
    return true;
}

/// RFC 791 §3.1
std::optional<PlainIp> parse_plain_ipv4(std::span<const std::byte> bytes, const IpAddress& source,
                                        const IpAddress& target) {
    constexpr std::size_t size = Ipv4Header::minimum_size;
    constexpr std::uint32_t version_without_options = 0x45;
    constexpr std::uint32_t is_fragment = 0x3fff;
    if (bytes.size() < size) return std::nullopt;
    const std::uint32_t first = row(bytes, 0);
    const std::uint32_t third = row(bytes, 8);
    const PlainIp plain{.header_octets = size,
                        .octets = first & 0xffff,
                        .protocol = static_cast<std::uint8_t>(third >> 16),
                        .hop_limit = static_cast<std::uint8_t>(third >> 24),
                        .traffic_class = static_cast<std::uint8_t>(first >> 16)};
    const bool is_plain = first >> 24 == version_without_options && (row(bytes, 4) & is_fragment) == 0 &&
                          plain.octets >= size && plain.octets <= bytes.size();
    if (!is_plain || !stands_at(bytes, 12, source) || !stands_at(bytes, 16, target)) return std::nullopt;
    Checksum sum;
    for (std::size_t i = 0; i < size; i += 4) sum.add_u32(row(bytes, i));
    return sum.value() == 0 ? std::optional{plain} : std::nullopt;
}

/// RFC 8200 §3
std::optional<PlainIp> parse_plain_ipv6(std::span<const std::byte> bytes, const IpAddress& source,
                                        const IpAddress& target) {
    constexpr std::size_t size = Ipv6Header::size;
    if (bytes.size() < size) return std::nullopt;
    const std::uint32_t first = row(bytes, 0);
    const std::uint32_t second = row(bytes, 4);
    const PlainIp plain{.header_octets = size,
                        .octets = size + (second >> 16),
                        .protocol = static_cast<std::uint8_t>(second >> 8),
                        .hop_limit = static_cast<std::uint8_t>(second),
                        .traffic_class = static_cast<std::uint8_t>(first >> 20)};
    const bool is_plain = first >> 28 == 6 && plain.octets <= bytes.size();
    if (!is_plain || !stands_at(bytes, 8, source) || !stands_at(bytes, 24, target)) return std::nullopt;
    return plain;
}

}  // namespace

std::optional<PlainIp> parse_plain_ip(std::span<const std::byte> bytes, const IpAddress& source,
                                      const IpAddress& target) {
    return source.family() == Family::inet ? parse_plain_ipv4(bytes, source, target)
                                           : parse_plain_ipv6(bytes, source, target);
}

// ---- TCP (RFC 9293 §3.1)

namespace {

constexpr std::uint32_t timestamps_follow = 0x0101080a;  // two no-operations, the kind 8, the length 10
constexpr std::uint32_t ack_bit = 0x10;
constexpr std::uint32_t psh_bit = 0x08;

/// Writes row by row, and sums what it writes.
struct RowWriter {
    std::byte* at;
    Checksum sum{};

    void add(std::uint32_t row) {
        store_network(at, row);
        sum.add_u32(row);
        at += sizeof row;
    }
};

/// With a checksum of 0. @returns the sum
Checksum prepend(Packet& packet, const PlainTcp& header) {
    RowWriter out{packet.prepend(header.size()).data()};
    const auto words = static_cast<std::uint32_t>(header.size() / 4);
    out.add(std::uint32_t{header.source_port} << 16 | header.target_port);
    out.add(header.seq.raw());
    out.add(header.ack.raw());
    out.add(words << 28 | (ack_bit | (header.psh ? psh_bit : 0)) << 16 | header.window);
    out.add(0);
    if (header.timestamps) {
        out.add(timestamps_follow);
        out.add(header.timestamps->value);
        out.add(header.timestamps->echo);
    }
    return out.sum;
}

}  // namespace

std::optional<PlainTcp> parse_plain_tcp(std::span<const std::byte> bytes) {
    constexpr std::size_t size = TcpHeader::minimum_size;
    constexpr std::size_t size_with_timestamps = size + 12;
    if (bytes.size() < size) return std::nullopt;
    const std::uint32_t ports = row(bytes, 0);
    const std::uint32_t fourth = row(bytes, 12);
    PlainTcp plain{.source_port = static_cast<std::uint16_t>(ports >> 16),
                   .target_port = static_cast<std::uint16_t>(ports),
                   .seq = Sequence{row(bytes, 4)},
                   .ack = Sequence{row(bytes, 8)},
                   .psh = (fourth >> 16 & psh_bit) != 0,
                   .window = static_cast<std::uint16_t>(fourth)};
    const std::size_t octets = (fourth >> 28) * std::size_t{4};
    if ((fourth >> 16 & 0xff & ~psh_bit) != ack_bit) return std::nullopt;
    if (octets == size) return plain;
    const bool is_plain = octets == size_with_timestamps && bytes.size() >= size_with_timestamps &&
                          row(bytes, size) == timestamps_follow;
    if (!is_plain) return std::nullopt;
    plain.timestamps = TcpTimestamps{.value = row(bytes, size + 4), .echo = row(bytes, size + 8)};
    return plain;
}

void prepend_plain_tcp_unsummed(Packet& packet, const PlainTcp& header) {
    static_cast<void>(prepend(packet, header));
}

void prepend_plain_tcp(Packet& packet, const PlainTcp& header, const IpAddress& source,
                       const IpAddress& target, const Checksum& payload) {
    constexpr std::size_t checksum_at = 16;
    Checksum sum = prepend(packet, header);
    sum.add(pseudo_header(source, target, protocol::tcp, packet.size()));
    sum.add(payload);
    store_network(packet.writable().data() + checksum_at, sum.value());
}

}  // namespace sockeye::wire
