// What a program wants to have advertised, as the network floor has it.
#pragma once

#include "network/router_advertiser.hpp"
#include "sockeye/autoconfiguration.hpp"
#include "sockeye/error.hpp"

namespace sockeye::stack {

/// @returns invalid_argument, whose detail names what RFC 4861 §6.2.1 does not allow
Result<network::RouterAdvertiser::Config> to_advertise(const RouterAdvertising& what);

}  // namespace sockeye::stack
