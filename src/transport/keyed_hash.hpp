// SipHash-2-4 (Aumasson and Bernstein, 2012): a hash nobody can predict without its key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/random.hpp"

namespace sockeye::transport {

struct HashKey {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    static HashKey draw(Random& random) {
        HashKey key;
        key.low = random.next();
        key.high = random.next();
        return key;
    }
};

std::uint64_t keyed_hash(const HashKey& key, std::span<const std::byte> message);

}  // namespace sockeye::transport
