// A port of a switch or of a host, by its number.
#pragma once

#include <cstdint>

namespace sockeye::link {

using Port = std::uint32_t;

}  // namespace sockeye::link
