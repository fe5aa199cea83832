// What was received and has waited in vain.
#pragma once

#include <string_view>

#include "base/packet.hpp"

namespace sockeye::network {

struct GivenUp {
    Packet packet;         ///< from its IP header or from its payload on; a hop fewer where it was passed on
    std::string_view why;  ///< a literal: "its next hop does not answer"
};

}  // namespace sockeye::network
