// The machine's sockets, asked of the kernel.
#pragma once

#include <vector>

#include "cli/sock_diag.hpp"
#include "sockeye/error.hpp"

namespace sockeye::cli {

enum class SocketKind : std::uint8_t { tcp, udp, unix_ };

/// Every socket of that kind in this network namespace, whoever has it. What comes and goes
/// meanwhile may be in it or not.
/// @returns unsupported, permission_denied where the kernel does not tell
Result<std::vector<SocketInfo>> list_sockets(SocketKind kind);

}  // namespace sockeye::cli
