// Plays a script through the door, as packetdrill does.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sockeye/address.hpp"

namespace sockeye::packetdrill::test {

inline constexpr std::size_t all_events = static_cast<std::size_t>(-1);

/// @param events  so many, and then the instance is freed, whatever is going on
/// @returns nothing, or the line and what was otherwise
std::string play(std::string_view text, Family family, std::size_t events = all_events);

}  // namespace sockeye::packetdrill::test
