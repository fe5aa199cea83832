// How wide text is on a terminal, and how to make it as wide as a column.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sockeye::view {

/// Columns that UTF-8 text takes: none for a combining mark, two for a Chinese character. Each octet
/// that is not UTF-8 counts as one.
std::size_t columns(std::string_view text);

/// Exactly `width` columns: filled with blanks, or cut with "…" as its last character.
std::string fit(std::string_view text, std::size_t width);

}  // namespace sockeye::view
