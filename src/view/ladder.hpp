// The frames of a lab's world as text.
#pragma once

#include <string>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::view {

/// See sockeye::ladder().
/// @param until  only what left its sender, or was done, by then
std::string ladder(const lab::World& world, LadderOptions options, Instant until = Instant::never());

}  // namespace sockeye::view
