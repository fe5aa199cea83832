// The Internet checksum: the one's complement of the one's complement sum of 16-bit words (RFC 1071).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/network_order.hpp"
#include "sockeye/address.hpp"

namespace sockeye::wire {

/// A sum over pieces, as if they stood one behind the other; a piece may have an odd length.
class Checksum {
public:
    void add(std::span<const std::byte> bytes);
    void add(std::span<const std::uint8_t> octets) { add(std::as_bytes(octets)); }
    /// The same, and copies them on the way. @pre the two do not overlap
    void add_copying(std::span<const std::byte> bytes, std::byte* to);
    void add_u16(std::uint16_t value) { add_word(network_order(value)); }
    void add_u32(std::uint32_t value) { add_word(network_order(value)); }
    /// What `piece` was made of, as if it stood here.
    void add(const Checksum& piece);

    /// What goes into a header's checksum field. Over bytes that contain a right checksum it is 0.
    std::uint16_t value() const;

private:
    void add_word(std::uint64_t word) {
        if (odd_)
            add_sum(word, 0);
        else
            sum_ += word;
    }
    void add_sum(std::uint64_t sum, std::size_t octets);

    std::uint64_t sum_ = 0;  // of words in the machine's own order; room for 2^31 of 32 bits
    bool odd_ = false;       // an odd number of octets so far
};

/// Of `bytes` alone, as for an IPv4 header.
std::uint16_t checksum(std::span<const std::byte> bytes);

/// The start of a TCP or UDP checksum (RFC 9293 §3.1, RFC 768; for IPv6 RFC 8200 §8.1).
/// @param length  octets of the transport header and its payload
/// @pre both addresses are of one family
Checksum pseudo_header(const IpAddress& source, const IpAddress& target, std::uint8_t protocol,
                       std::size_t length);

}  // namespace sockeye::wire
