// What to say where bind(2) fails: its errno names neither the cause nor the remedy.
#pragma once

#include <cstdint>
#include <string>

#include "sockeye/address.hpp"

namespace sockeye::kernel {

/// @param unprivileged_from  net.ipv4.ip_unprivileged_port_start
/// @returns empty where the port is not why
std::string advice_on_privileged_port(const Address& at, std::uint16_t unprivileged_from);

/// Names the addresses that there are.
std::string advice_on_foreign_address(const Address& at);

}  // namespace sockeye::kernel
