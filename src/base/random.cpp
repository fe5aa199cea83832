#include "base/random.hpp"

#include <bit>
#include <cassert>

namespace sockeye {
namespace {

__extension__ using Wide = unsigned __int128;

/// SplitMix64 (Steele, Lea and Flood, 2014), which xoshiro's authors advise for seeding:
/// it never leaves a state of zeros and parts seeds that lie close together.
std::uint64_t split_mix(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/// FNV-1a over 64 bits (Fowler, Noll and Vo): one octet more.
constexpr std::uint64_t fnv_basis = 0xcbf29ce484222325;
constexpr std::uint64_t fnv(std::uint64_t hash, std::uint8_t octet) {
    return (hash ^ octet) * 0x100000001b3;
}

}  // namespace

Random::Random(std::uint64_t seed) : seed_{seed} {
    for (std::uint64_t& word : state_) word = split_mix(seed);
}

std::uint64_t Random::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

// Lemire, "Fast Random Integer Generation in an Interval" (2019): the high half of draw * bound,
// drawing again for the 2^64 mod bound low halves that would favour some results.
std::uint64_t Random::below(std::uint64_t bound) {
    assert(bound > 0);
    Wide product = Wide{next()} * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
        const std::uint64_t unfair = (0 - bound) % bound;
        while (static_cast<std::uint64_t>(product) < unfair) product = Wide{next()} * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
}

Random Random::fork(std::string_view name) const {
    std::uint64_t hash = fnv_basis;
    for (int shift = 0; shift < 64; shift += 8) hash = fnv(hash, static_cast<std::uint8_t>(seed_ >> shift));
    for (char c : name) hash = fnv(hash, static_cast<std::uint8_t>(c));
    return Random{hash};
}

}  // namespace sockeye
