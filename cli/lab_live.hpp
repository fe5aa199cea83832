// The verbs of `sockeye lab` for a lab that runs: they look into it and steer it by its control socket.
#pragma once

#include "cli/verb.hpp"

namespace sockeye::cli {

/// @param group  `sockeye lab`
void add_live_verbs(CLI::App& group, Action& chosen);

}  // namespace sockeye::cli
