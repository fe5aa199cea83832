#include "app/transfer/digest.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <vector>

namespace sockeye::app::transfer {

Digest digest_of(std::span<const std::byte> bytes) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
    Digest digest;
    std::ranges::copy(canonical.digest, digest.octets.begin());
    return digest;
}

const Digest& digest_of_zeros() {
    static const Digest digest = digest_of(std::vector<std::byte>(block_size));
    return digest;
}

Digest chained(const Digest& so_far, const Digest& block) {
    std::array<std::uint8_t, 2 * Digest::size> both;
    std::ranges::copy(block.octets, std::ranges::copy(so_far.octets, both.begin()).out);
    return digest_of(std::as_bytes(std::span{both}));
}

std::string to_string(const Digest& digest) {
    return fmt::format("{:02x}", fmt::join(digest.octets, ""));
}

}  // namespace sockeye::app::transfer
