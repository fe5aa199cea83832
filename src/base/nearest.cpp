#include "base/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace sockeye {
namespace {

constexpr std::size_t longest = 64;  // octets; of longer words nobody mistypes a letter

/// How many letters have to change to make one of the other.
std::size_t distance(std::string_view one, std::string_view other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t changed = diagonal + (one[i] == other[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string_view nearest(std::string_view mistyped, std::span<const std::string_view> words) {
    if (mistyped.size() > longest) return {};
    std::string_view best;
    std::size_t least = 2 + mistyped.size() / 3;  // so far away it is another word
    for (const std::string_view word : words) {
        const std::size_t letters = distance(mistyped, word);
        if (letters >= least || letters >= mistyped.size()) continue;
        least = letters;
        best = word;
    }
    return best;
}

}  // namespace sockeye
