// Which names a receiver accepts: they come from whoever connects.
#pragma once

#include <string>
#include <string_view>

#include "sockeye/error.hpp"

namespace sockeye::app::transfer {

/// Longest path and longest name in it, as on Linux (limits.h: PATH_MAX, NAME_MAX), less what the
/// receiver adds for a file that is still arriving.
inline constexpr std::size_t longest_path = 4000;
inline constexpr std::size_t longest_name = 230;

/// A relative path of plain names: not empty, no NUL, neither "." nor "..", nor what a receiver
/// calls a file that is still arriving.
/// @returns invalid_argument with a detail that says what is wrong
Result<void> check_path(std::string_view path);

/// Where the octets of `path` stand until they are all there, and where the digests of its blocks do.
std::string part_of(std::string_view path);
std::string journal_of(std::string_view path);

}  // namespace sockeye::app::transfer
