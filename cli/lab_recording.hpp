// The verbs of `sockeye lab` for a recording of a lab: shown again, and compared.
#pragma once

#include <string>
#include <string_view>

#include "cli/verb.hpp"
#include "lab/recording.hpp"

namespace sockeye::cli {

/// `lab replay`, `lab diff`. @param group  `sockeye lab`
void add_recording_verbs(CLI::App& group, Action& chosen);

/// @param path  "-": standard input
/// @returns an error whose detail says why there is nothing to read
Result<lab::Recording> open_recording(const std::string& path);

}  // namespace sockeye::cli
