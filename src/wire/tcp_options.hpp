// TCP's options as values: window scale and timestamps (RFC 7323), selective acknowledgement (RFC 2018),
// user timeout (RFC 5482).
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <span>

#include "base/sequence.hpp"
#include "wire/malformed.hpp"

namespace sockeye::wire {

struct TcpHeader;

struct TcpTimestamps {
    std::uint32_t value = 0;  ///< TSval: the sender's clock
    std::uint32_t echo = 0;   ///< TSecr: the peer's, as it was received; meaningful when ACK is set

    friend bool operator==(const TcpTimestamps&, const TcpTimestamps&) = default;
};

/// Octets that have arrived, from `left` up to but not including `right` (RFC 2018 §3).
struct SackBlock {
    Sequence left{};
    Sequence right{};

    friend bool operator==(const SackBlock&, const SackBlock&) = default;
};

/// As many blocks as the options have room for, in place: a header is made for every segment.
class SackBlocks {
public:
    static constexpr std::size_t maximum = 4;

    constexpr SackBlocks() = default;
    /// @pre at most 4
    constexpr SackBlocks(std::initializer_list<SackBlock> blocks) {
        for (const SackBlock& block : blocks) push_back(block);
    }

    /// @pre size() < maximum
    constexpr void push_back(const SackBlock& block) {
        assert(size_ < maximum);
        blocks_[size_++] = block;
    }
    constexpr void clear() { size_ = 0; }

    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr const SackBlock* begin() const { return blocks_.data(); }
    constexpr const SackBlock* end() const { return blocks_.data() + size_; }
    constexpr const SackBlock& operator[](std::size_t i) const { return blocks_[i]; }

    friend constexpr bool operator==(const SackBlocks& a, const SackBlocks& b) {
        return std::ranges::equal(a, b);
    }

private:
    std::array<SackBlock, maximum> blocks_{};
    std::uint8_t size_ = 0;
};

/// Octets that write_tcp_options() will write: a multiple of 4, at most 40.
std::size_t tcp_options_size(const TcpHeader& header);

/// Unknown options are skipped (RFC 9293 MUST-6); an illegal length is bad_option (MUST-7). Of an
/// option that comes twice the last one counts. What stands behind the end-of-options octet is padding.
std::expected<void, Malformed> parse_tcp_options(std::span<const std::byte> bytes, TcpHeader& header);

/// In the order Linux writes them, each padded to four octets by no-operations in front: MSS,
/// SACK-permitted, timestamps, window scale, user timeout, SACK blocks, as many of these as there is room
/// for.
/// @pre `room` has tcp_options_size() octets
void write_tcp_options(std::span<std::byte> room, const TcpHeader& header);

}  // namespace sockeye::wire
