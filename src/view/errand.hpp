// Programs that somebody outside a lab has one of its hosts run, in the lab's time: ping, traceroute, dig.
#pragma once

#include "sockeye/network.hpp"
#include "sockeye/task.hpp"
#include "view/request.hpp"
#include "view/running_lab.hpp"

namespace sockeye::view {

// Each waits, on the machine's network, until the lab's clock has moved on far enough: see run_paced().
// A name that is no host's throws std::invalid_argument.

Task<Answer> ping_errand(Network& machine, RunningLab& running, const Request& request);
/// Every host that has an address pings every other one.
Task<Answer> pingall_errand(Network& machine, RunningLab& running, const Request& request);
Task<Answer> traceroute_errand(Network& machine, RunningLab& running, const Request& request);
/// Asks the host's first name server for addresses (or what the first of the words says).
Task<Answer> dig_errand(Network& machine, RunningLab& running, const Request& request);

}  // namespace sockeye::view
