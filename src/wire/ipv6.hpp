// The IPv6 header (RFC 8200 §3). Its extension headers are in ipv6_extension.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "base/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

struct Ipv6Header {
    static constexpr std::size_t size = 40;                // octets
    static constexpr std::size_t maximum_payload = 65535;  // octets; jumbograms (RFC 2675) are not read
    static constexpr std::size_t minimum_mtu = 1280;       // octets that every link takes (RFC 8200 §5)

    std::uint8_t traffic_class = 0;    ///< DSCP and ECN (RFC 2474, RFC 3168)
    std::uint32_t flow_label = 0;      ///< 20 bits (RFC 6437)
    std::uint16_t payload_length = 0;  ///< octets behind this header; prepend_ipv6() counts them itself
    std::uint8_t next_header = 0;      ///< wire/protocol.hpp
    std::uint8_t hop_limit = 64;
    IpAddress source{std::array<std::uint8_t, 16>{}};
    IpAddress target{std::array<std::uint8_t, 16>{}};

    friend bool operator==(const Ipv6Header&, const Ipv6Header&) = default;
};

struct Ipv6Packet {
    Ipv6Header header{};
    std::span<const std::byte> payload{};  ///< views the input: extension headers and what they carry
};

/// Checks version and length. Where several things are wrong, it names the first of bad_version, truncated.
std::expected<Ipv6Packet, Malformed> parse_ipv6(std::span<const std::byte> bytes);

/// The start of a packet, as an ICMPv6 error quotes it: what there is of the payload, however much
/// the payload length says there was.
std::expected<Ipv6Packet, Malformed> parse_quoted_ipv6(std::span<const std::byte> bytes);

/// Writes the header and its payload length in front of `packet`, which holds the payload.
/// @pre both addresses are IPv6, the flow label has 20 bits, the payload at most 65535 octets
void prepend_ipv6(Packet& packet, const Ipv6Header& header);

}  // namespace sockeye::wire
