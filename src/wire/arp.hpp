// Address resolution (RFC 826) of IPv4 addresses on Ethernet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "base/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

/// Any other number is possible; the receiver drops it (RFC 826 "Packet Reception").
enum class ArpOperation : std::uint16_t { request = 1, reply = 2 };

struct ArpMessage {
    static constexpr std::size_t size = 28;  // octets

    ArpOperation operation{};
    MacAddress sender_mac{};
    IpAddress sender_ip{};  ///< IPv4, as is target_ip; 0.0.0.0 in a probe (RFC 5227 §2.1.1)
    MacAddress target_mac{};
    IpAddress target_ip{};

    friend bool operator==(const ArpMessage&, const ArpMessage&) = default;
};

/// Octets behind the message are Ethernet padding and ignored. Hardware other than Ethernet or a
/// protocol other than IPv4 is bad_version; addresses of other lengths are bad_length.
std::expected<ArpMessage, Malformed> parse_arp(std::span<const std::byte> bytes);

/// The payload of an Ethernet frame, with headroom for its header.
Packet make_arp(const ArpMessage& message);

}  // namespace sockeye::wire
