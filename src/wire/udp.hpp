// The UDP header (RFC 768). Bytes in, values out: no I/O, no clock, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "base/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

struct UdpHeader {
    static constexpr std::size_t size = 8;  // octets

    std::uint16_t source_port = 0;
    std::uint16_t target_port = 0;
    std::uint16_t length = 0;    ///< octets, header included; prepend_udp() counts it itself
    std::uint16_t checksum = 0;  ///< 0 means "none", which only IPv4 allows (RFC 8200 §8.1)

    friend bool operator==(const UdpHeader&, const UdpHeader&) = default;
};

struct UdpDatagram {
    UdpHeader header{};
    std::span<const std::byte> payload{};  ///< views the input; valid while the input is
};

/// Checks lengths only; the checksum needs addresses and is verify_udp_checksum()'s job.
std::expected<UdpDatagram, Malformed> parse_udp(std::span<const std::byte> bytes);

/// The header at the start of a datagram that an ICMP error quotes, whose payload may be cut.
std::expected<UdpHeader, Malformed> parse_quoted_udp(std::span<const std::byte> bytes);

/// Over the pseudo-header and the datagram at the start of `bytes`, as parse_udp() read it.
/// A checksum of 0 is right over IPv4 and wrong over IPv6. What parse_udp() refuses is wrong.
bool verify_udp_checksum(std::span<const std::byte> bytes, const IpAddress& source, const IpAddress& target);

/// Writes the header, its length and its checksum in front of `packet`, which holds the payload.
/// @pre header and payload are at most 65535 octets
void prepend_udp(Packet& packet, const UdpHeader& header, const IpAddress& source, const IpAddress& target);

}  // namespace sockeye::wire
