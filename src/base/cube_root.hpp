// The cube root in integers, the same on every machine.
#pragma once

#include <cstdint>

namespace sockeye {

/// The largest number whose cube is at most `value`, a bit at a time.
constexpr std::uint64_t cube_root(std::uint64_t value) {
    constexpr std::uint64_t largest = 2'642'245;  // whose cube 64 bits hold
    std::uint64_t root = 0;
    for (std::uint64_t bit = std::uint64_t{1} << 21; bit != 0; bit >>= 1) {
        const std::uint64_t tried = root | bit;
        if (tried <= largest && tried * tried * tried <= value) root = tried;
    }
    return root;
}
static_assert(cube_root(0) == 0 && cube_root(26) == 2 && cube_root(27) == 3);
static_assert(cube_root(~std::uint64_t{0}) == 2'642'245);

}  // namespace sockeye
