// ICMP for IPv4 (RFC 792, RFC 1122 §3.2.2) with the next-hop MTU of RFC 1191 §4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "base/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

/// Any other number is possible; the receiver discards it silently (RFC 1122 §3.2.2).
enum class IcmpType : std::uint8_t {
    echo_reply = 0,
    destination_unreachable = 3,
    source_quench = 4,  ///< deprecated (RFC 6633): never sent, ignored when received
    redirect = 5,
    echo = 8,
    time_exceeded = 11,
    parameter_problem = 12,
};

/// Codes of destination_unreachable (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1).
namespace icmp_unreachable {
inline constexpr std::uint8_t network = 0;
inline constexpr std::uint8_t host = 1;
inline constexpr std::uint8_t protocol = 2;
inline constexpr std::uint8_t port = 3;
inline constexpr std::uint8_t fragmentation_needed = 4;
inline constexpr std::uint8_t source_route_failed = 5;
inline constexpr std::uint8_t prohibited = 13;
}  // namespace icmp_unreachable

/// Codes of time_exceeded.
namespace icmp_time_exceeded {
inline constexpr std::uint8_t in_transit = 0;
inline constexpr std::uint8_t reassembly = 1;
}  // namespace icmp_time_exceeded

struct IcmpHeader {
    static constexpr std::size_t size = 8;  // octets

    IcmpType type{};
    std::uint8_t code = 0;
    std::uint32_t rest = 0;  ///< octets 4 to 7, whose meaning the type decides

    /// @param type  echo or echo_reply
    static constexpr IcmpHeader make_echo(IcmpType type, std::uint16_t identifier, std::uint16_t sequence) {
        return {.type = type, .rest = std::uint32_t{identifier} << 16 | sequence};
    }
    /// @param mtu  octets that the next link takes, IP header included (RFC 1191 §4)
    static constexpr IcmpHeader make_fragmentation_needed(std::uint16_t mtu) {
        return {.type = IcmpType::destination_unreachable,
                .code = icmp_unreachable::fragmentation_needed,
                .rest = mtu};
    }

    constexpr bool is_echo() const { return type == IcmpType::echo || type == IcmpType::echo_reply; }
    /// Whether it reports on another packet, whose start is the payload. No error answers it (RFC 1122
    /// §3.2.2).
    constexpr bool is_error() const {
        return type == IcmpType::destination_unreachable || type == IcmpType::redirect ||
               type == IcmpType::source_quench || type == IcmpType::time_exceeded ||
               type == IcmpType::parameter_problem;
    }

    constexpr std::uint16_t identifier() const {
        return static_cast<std::uint16_t>(rest >> 16);
    }  ///< of an echo
    constexpr std::uint16_t sequence() const { return static_cast<std::uint16_t>(rest); }  ///< of an echo
    /// Of fragmentation_needed: octets; 0 from a router that is older than RFC 1191.
    constexpr std::uint16_t next_hop_mtu() const { return static_cast<std::uint16_t>(rest); }
    /// Of a parameter_problem: the octet of the quoted packet.
    constexpr std::uint8_t pointer() const { return static_cast<std::uint8_t>(rest >> 24); }
    IpAddress gateway() const;  ///< of a redirect

    friend bool operator==(const IcmpHeader&, const IcmpHeader&) = default;
};

struct IcmpMessage {
    IcmpHeader header{};
    std::span<const std::byte> payload{};  ///< views the input
};

/// Checks the length, and the checksum over all of `bytes`.
std::expected<IcmpMessage, Malformed> parse_icmp(std::span<const std::byte> bytes);

/// Writes the header and its checksum in front of `packet`, which holds the payload: an echo's
/// data, or of an error the IP header and at least 8 octets of the packet that caused it.
void prepend_icmp(Packet& packet, const IcmpHeader& header);

}  // namespace sockeye::wire
