// Seeded random numbers, the same on every compiler and CPU (xoshiro256** by Blackman and Vigna, 2018).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sockeye {

/// Not for secrets: a lab's only source of chance. One draw an expression, please:
/// the order in which arguments are evaluated differs between compilers.
class Random {
public:
    explicit Random(std::uint64_t seed);

    std::uint64_t next();
    /// 0 to `bound` - 1, without bias. @pre bound > 0
    std::uint64_t below(std::uint64_t bound);

    /// An independent generator for a part of the world, from this one's seed and the part's name:
    /// what one part draws never shifts what another does.
    Random fork(std::string_view name) const;

private:
    std::uint64_t seed_;
    std::array<std::uint64_t, 4> state_;
};

}  // namespace sockeye
