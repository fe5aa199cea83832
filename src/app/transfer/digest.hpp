// What proves that a block arrived as it was sent: XXH3-128, and the chain of it over a file's blocks.
// It guards against accidents of disks, memory and software, not against an attacker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace sockeye::app::transfer {

/// Files travel in blocks of this size; the last one may be shorter.
inline constexpr std::size_t block_size = std::size_t{512} * 1024;

struct Digest {
    static constexpr std::size_t size = 16;
    std::array<std::uint8_t, size> octets{};  ///< canonical, big-endian

    friend bool operator==(const Digest&, const Digest&) = default;
};

Digest digest_of(std::span<const std::byte> bytes);

/// Of a full block of zeros: what a hole is made of.
const Digest& digest_of_zeros();

/// The digest of a whole file: each block's digest is hashed onto the chain so far. So it follows
/// from the digests alone, and a transfer that goes on needs none of what arrived before.
Digest chained(const Digest& so_far, const Digest& block);

/// 32 hex digits.
std::string to_string(const Digest& digest);

}  // namespace sockeye::app::transfer
