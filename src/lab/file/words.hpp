// A line as its words.
#pragma once

#include <string_view>
#include <vector>

namespace sockeye::lab {

/// What spaces and tabs stand between; valid while `line` is.
std::vector<std::string_view> split(std::string_view line);

}  // namespace sockeye::lab
