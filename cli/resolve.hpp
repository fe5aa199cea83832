// From what a person writes to an address: names are looked up on the network they are for.
#pragma once

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/network.hpp"

namespace sockeye::cli {

/// The address itself where the target has one; else the best of its name's (RFC 6724).
/// Not inside a task. @returns name_not_found, timed_out
Result<Address> resolve(Network& network, const Target& target);

}  // namespace sockeye::cli
