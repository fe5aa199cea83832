// Whom a host of a lab means by a word, and what an echo to them came to.
#pragma once

#include <string>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/task.hpp"

namespace sockeye::view {

/// A number, the name of a node, or what the host's resolver makes of it. @returns what getaddrinfo() says
Task<Result<Address>> find_target(const lab::World& world, Host& host, std::string target,
                                  Deadline deadline = {});

/// "answered after 1.2ms", "no answer", "10.0.0.1 says that it cannot be reached"
std::string outcome(const Pong& pong);

}  // namespace sockeye::view
