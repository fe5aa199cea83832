// What somebody may have meant who mistyped a word.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sockeye {

/// The word of `words` that differs from `mistyped` in the fewest letters (Levenshtein), the first of
/// several; empty where none is near.
std::string_view nearest(std::string_view mistyped, std::span<const std::string_view> words);

}  // namespace sockeye
