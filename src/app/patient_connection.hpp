// A connection to a server that may not be up yet.
#pragma once

#include <optional>

#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app {

struct Patience {
    Patience() {}  // no aggregate: ADR 0001 says why

    std::optional<Duration> one_attempt;   ///< unset: as long as the network tries
    std::optional<Duration> all_attempts;  ///< unset: one attempt
    std::optional<Address> source;         ///< where the connection comes from
};

/// Tries again while the server refuses, cannot be reached or named, or does not answer.
/// @returns what the last attempt said; address_not_available, address_in_use: of the source
Task<Result<Socket>> connect_patiently(Network& network, Target target, Patience patience);

}  // namespace sockeye::app
