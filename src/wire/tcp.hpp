// The TCP header (RFC 9293 §3.1) with its options. Bytes in, values out: no I/O, no clock, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>

#include "base/packet.hpp"
#include "base/sequence.hpp"
#include "sockeye/address.hpp"
#include "wire/checksum.hpp"
#include "wire/malformed.hpp"
#include "wire/tcp_options.hpp"

namespace sockeye::wire {

/// One bit each, in the order of the header's octet 13.
struct TcpFlags {
    bool fin = false, syn = false, rst = false, psh = false, ack = false, urg = false, ece = false,
         cwr = false;
    friend bool operator==(const TcpFlags&, const TcpFlags&) = default;
};

struct TcpHeader {
    static constexpr std::size_t minimum_size = 20;  // octets, without options

    std::uint16_t source_port = 0;
    std::uint16_t target_port = 0;
    Sequence seq{};
    Sequence ack{};  ///< meaningful when flags.ack is set
    TcpFlags flags{};
    std::uint16_t window =
        0;  ///< octets, still to be shifted by the window scale but in a SYN (RFC 7323 §2.2)
    std::uint16_t urgent_pointer = 0;

    // Options. The first three stand on SYN segments alone; what another one says is the receiver's to
    // ignore.
    std::optional<std::uint16_t> mss{};  ///< octets (RFC 9293 §3.7.1)
    std::optional<std::uint8_t>
        window_scale{};                         ///< as it was sent; more than 14 counts as 14 (RFC 7323 §2.3)
    bool sack_permitted = false;                ///< RFC 2018 §2
    std::optional<TcpTimestamps> timestamps{};  ///< RFC 7323 §3
    SackBlocks sack{};                          ///< RFC 2018 §3
    std::optional<std::uint32_t> user_timeout{};  ///< seconds (RFC 5482 §3)

    friend bool operator==(const TcpHeader&, const TcpHeader&) = default;
};

struct TcpSegment {
    TcpHeader header{};
    std::span<const std::byte> payload{};  ///< views the input; valid while the input is
};

/// Checks lengths and options; unknown options are skipped (RFC 9293 MUST-6), an option whose
/// length is illegal is bad_option (MUST-7). The checksum is verify_tcp_checksum()'s job.
std::expected<TcpSegment, Malformed> parse_tcp(std::span<const std::byte> bytes);

/// Over the pseudo-header (RFC 9293 §3.1 for IPv4, RFC 8200 §8.1 for IPv6) and `bytes`.
bool verify_tcp_checksum(std::span<const std::byte> bytes, const IpAddress& source, const IpAddress& target);

/// Writes the header, options and checksum in front of `packet`, which holds the payload.
void prepend_tcp(Packet& packet, const TcpHeader& header, const IpAddress& source, const IpAddress& target);
/// The same of a payload that has been summed already.
void prepend_tcp(Packet& packet, const TcpHeader& header, const IpAddress& source, const IpAddress& target,
                 const Checksum& payload);
/// The same with a checksum of 0, which is wrong.
void prepend_tcp_unsummed(Packet& packet, const TcpHeader& header);

/// "SYN ACK", "FIN ACK", "RST"; PSH is left out, as in the ladder.
std::string to_string(const TcpFlags& flags);

}  // namespace sockeye::wire
