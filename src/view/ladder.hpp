// The frames of a lab's world as text.
#pragma once

#include <string>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::view {

/// See sockeye::ladder().
std::string ladder(const lab::World& world, LadderOptions options);

}  // namespace sockeye::view
