// The IPv4 header (RFC 791 §3.1). Bytes in, values out: no I/O, no clock, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "base/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

struct Ipv4Header {
    static constexpr std::size_t minimum_size = 20;      // octets, without options
    static constexpr std::size_t maximum_total = 65535;  // octets, header and payload

    std::uint8_t traffic_class = 0;    ///< DSCP and ECN (RFC 2474, RFC 3168)
    std::uint16_t total_length = 0;    ///< octets, header included; prepend_ipv4() counts it itself
    std::uint16_t identification = 0;  ///< which fragments belong together (RFC 6864)
    bool dont_fragment = false;
    bool more_fragments = false;
    std::uint16_t fragment_offset = 0;  ///< octets, a multiple of 8, at most 65528
    std::uint8_t ttl = 64;
    std::uint8_t protocol = 0;  ///< wire/protocol.hpp
    IpAddress source{};
    IpAddress target{};

    bool is_fragment() const { return more_fragments || fragment_offset != 0; }

    friend bool operator==(const Ipv4Header&, const Ipv4Header&) = default;
};

struct Ipv4Packet {
    Ipv4Header header{};
    std::span<const std::byte> payload{};  ///< views the input, without Ethernet padding
};

/// Checks version, both lengths and the header's checksum; options are skipped.
/// Where several things are wrong, it names the first of bad_version, truncated, bad_length,
/// bad_checksum, truncated (fewer octets than the total length says).
std::expected<Ipv4Packet, Malformed> parse_ipv4(std::span<const std::byte> bytes);

/// The start of a packet, as an ICMP error quotes it: what there is of the payload, however much
/// the total length says there was. The checksum is not verified, since routers on the way changed the
/// header.
std::expected<Ipv4Packet, Malformed> parse_quoted_ipv4(std::span<const std::byte> bytes);

/// Writes the header, its total length and its checksum in front of `packet`, which holds the payload.
/// @pre both addresses are IPv4, and header and payload are at most 65535 octets
void prepend_ipv4(Packet& packet, const Ipv4Header& header);

}  // namespace sockeye::wire
