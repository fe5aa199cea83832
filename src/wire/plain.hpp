// The headers that nearly every packet of a stream has, read in a few whole loads: nothing rare in them, and
// from whom they are expected. What is not plain is read by the parsers proper, which tell what it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/packet.hpp"
#include "base/sequence.hpp"
#include "sockeye/address.hpp"
#include "wire/checksum.hpp"
#include "wire/tcp_options.hpp"

namespace sockeye::wire {

/// IP's, without options or extension headers, in front of a packet in one piece.
struct PlainIp {
    std::size_t header_octets = 0;
    std::size_t octets = 0;  ///< header and payload
    std::uint8_t protocol = 0;
    std::uint8_t hop_limit = 0;
    std::uint8_t traffic_class = 0;
};

/// nullopt: it is not plain, malformed, or between others. In IPv6 `protocol` may be an extension header's.
/// @pre both addresses are of one family
std::optional<PlainIp> parse_plain_ip(std::span<const std::byte> bytes, const IpAddress& source,
                                      const IpAddress& target);

/// TCP's with the flags ACK and perhaps PSH, and with no options but timestamps as RFC 7323 appendix A
/// recommends to write them.
struct PlainTcp {
    std::uint16_t source_port = 0;
    std::uint16_t target_port = 0;
    Sequence seq{};
    Sequence ack{};
    bool psh = false;
    std::uint16_t window = 0;
    std::optional<TcpTimestamps> timestamps{};

    /// Octets of the header.
    std::size_t size() const { return timestamps ? std::size_t{32} : std::size_t{20}; }
};

/// nullopt: it is not plain, or malformed. The checksum is not looked at.
std::optional<PlainTcp> parse_plain_tcp(std::span<const std::byte> bytes);

/// Writes the header and its checksum in front of `packet`, which holds the payload.
/// @param payload  its sum
void prepend_plain_tcp(Packet& packet, const PlainTcp& header, const IpAddress& source,
                       const IpAddress& target, const Checksum& payload);
/// The same with a checksum of 0, which is wrong.
void prepend_plain_tcp_unsummed(Packet& packet, const PlainTcp& header);

}  // namespace sockeye::wire
