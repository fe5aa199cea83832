// A lab's expectations under many seeds, and the fewest faults with which one of them fails.
#pragma once

#include "cli/verb.hpp"

namespace sockeye::cli {

/// `lab explore`
void add_lab_explore(CLI::App& group, Action& chosen);

}  // namespace sockeye::cli
