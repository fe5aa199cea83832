// What is told of a pipe that has ended, and how the command ends with it.
#pragma once

#include <string>
#include <string_view>

#include "app/pipe.hpp"

namespace sockeye::cli {

/// Whether a person types and reads words, and not a script.
bool is_interactive();

/// @param where  whom it led to, for the words
/// @returns the exit code
int report(std::string_view verb, const app::Piped& piped, const std::string& where);

}  // namespace sockeye::cli
