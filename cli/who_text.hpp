// One socket and its owner, for a person and for a machine.
#pragma once

#include <string>

#include "cli/owner.hpp"
#include "cli/sock_diag.hpp"

namespace sockeye::cli {

/// A line or two, none wider than 80 columns unless an address is:
///   tcp   ESTABLISHED   127.0.0.1:9001 > 127.0.0.1:40122    python3 (PID 1234, root)
///                       in 0 B, out 0 B, sent again 0, RTT 63 us, cubic
std::string who_text(const SocketInfo& socket, const Owner& owner, const Owners& owners);

/// An object and a line end.
std::string who_json(const SocketInfo& socket, const Owner& owner);

}  // namespace sockeye::cli
