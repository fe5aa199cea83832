// ICMPv6 (RFC 4443). What neighbour discovery sends in it is in neighbour_discovery.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "base/packet.hpp"
#include "sockeye/address.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

/// Any other number is possible: under 128 it is an error, which the upper layer gets; else it is
/// discarded silently (RFC 4443 §2.4).
enum class Icmpv6Type : std::uint8_t {
    destination_unreachable = 1,
    packet_too_big = 2,
    time_exceeded = 3,
    parameter_problem = 4,
    echo_request = 128,
    echo_reply = 129,
    router_solicitation = 133,
    router_advertisement = 134,
    neighbour_solicitation = 135,
    neighbour_advertisement = 136,
};

/// Codes of destination_unreachable (RFC 4443 §3.1).
namespace icmpv6_unreachable {
inline constexpr std::uint8_t no_route = 0;
inline constexpr std::uint8_t prohibited = 1;
inline constexpr std::uint8_t beyond_scope = 2;
inline constexpr std::uint8_t address = 3;
inline constexpr std::uint8_t port = 4;
}  // namespace icmpv6_unreachable

/// Codes of time_exceeded (RFC 4443 §3.3).
namespace icmpv6_time_exceeded {
inline constexpr std::uint8_t in_transit = 0;
inline constexpr std::uint8_t reassembly = 1;
}  // namespace icmpv6_time_exceeded

/// Codes of parameter_problem (RFC 4443 §3.4).
namespace icmpv6_parameter_problem {
inline constexpr std::uint8_t header_field = 0;
inline constexpr std::uint8_t next_header = 1;
inline constexpr std::uint8_t option = 2;
}  // namespace icmpv6_parameter_problem

struct Icmpv6Header {
    static constexpr std::size_t size = 8;  // octets

    Icmpv6Type type{};
    std::uint8_t code = 0;
    std::uint32_t rest = 0;  ///< octets 4 to 7, whose meaning the type decides

    /// @param type  echo_request or echo_reply
    static constexpr Icmpv6Header make_echo(Icmpv6Type type, std::uint16_t identifier,
                                            std::uint16_t sequence) {
        return {.type = type, .rest = std::uint32_t{identifier} << 16 | sequence};
    }
    /// @param mtu  octets that the next link takes, IPv6 header included (RFC 4443 §3.2)
    static constexpr Icmpv6Header make_packet_too_big(std::uint32_t mtu) {
        return {.type = Icmpv6Type::packet_too_big, .rest = mtu};
    }
    /// @param code     of icmpv6_parameter_problem
    /// @param pointer  the octet of the quoted packet at which the problem is
    static constexpr Icmpv6Header make_parameter_problem(std::uint8_t code, std::uint32_t pointer) {
        return {.type = Icmpv6Type::parameter_problem, .code = code, .rest = pointer};
    }

    constexpr bool is_echo() const {
        return type == Icmpv6Type::echo_request || type == Icmpv6Type::echo_reply;
    }
    /// Whether it reports on another packet, whose start is the payload: the highest bit says so
    /// (RFC 4443 §2.1). No error answers it (§2.4).
    constexpr bool is_error() const { return static_cast<std::uint8_t>(type) < 128; }

    constexpr std::uint16_t identifier() const {
        return static_cast<std::uint16_t>(rest >> 16);
    }  ///< of an echo
    constexpr std::uint16_t sequence() const { return static_cast<std::uint16_t>(rest); }  ///< of an echo
    constexpr std::uint32_t mtu() const { return rest; }      ///< of a packet_too_big
    constexpr std::uint32_t pointer() const { return rest; }  ///< of a parameter_problem

    friend bool operator==(const Icmpv6Header&, const Icmpv6Header&) = default;
};

struct Icmpv6Message {
    Icmpv6Header header{};
    std::span<const std::byte> payload{};  ///< views the input
};

/// Checks the length only; the checksum needs addresses and is verify_icmpv6_checksum()'s job.
std::expected<Icmpv6Message, Malformed> parse_icmpv6(std::span<const std::byte> bytes);

/// Over the pseudo-header (RFC 8200 §8.1) and `bytes`.
bool verify_icmpv6_checksum(std::span<const std::byte> bytes, const IpAddress& source,
                            const IpAddress& target);

/// Writes the header and its checksum in front of `packet`, which holds the payload: an echo's
/// data, or of an error as much of the packet that caused it as 1280 octets leave room for.
void prepend_icmpv6(Packet& packet, const Icmpv6Header& header, const IpAddress& source,
                    const IpAddress& target);

}  // namespace sockeye::wire
