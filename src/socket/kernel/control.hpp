// Ancillary data as the system has it (cmsg(3)): a row of headers, each with its octets.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sockeye/message.hpp"

namespace sockeye::kernel {

/// What goes beside `message`'s octets. @param family  of the socket that sends it
std::vector<std::byte> to_control(const OutgoingMessage& message, Family family);

/// What came. A header that says more than there is ends it; descriptors that came are owned.
Ancillary from_control(std::span<const std::byte> control);

}  // namespace sockeye::kernel
