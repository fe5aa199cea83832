// The far end of a benchmark: takes, gives or answers octets, as the client's first line asks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "app/server.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::app {

/// What the connection is for, seen from the client.
enum class BenchKind : std::uint8_t { upload, download, both, echoed };

/// The client's first line, such as "sockeye-bench echo\n". A server that knows nothing of it takes it for
/// the first octets: whoever discards serves an upload, and whoever echoes serves an echo.
std::string_view opening_line(BenchKind kind);

/// What is done with each connection before anything is sent: options.
using Prepare = std::function<void(Socket&)>;

/// One client's session; without an opening line it is an upload.
/// @param network  runs a second task for the connection whose octets go both ways
Task<> bench_session(Network& network, Socket connection, Prepare prepare);

/// bench_session() for each client of serve(). `network` must outlive it.
SessionMaker bench_sessions(Network& network, Prepare prepare = {});

/// Octets for one send or receive: as iperf3 takes.
inline constexpr std::size_t bulk = std::size_t{128} * 1024;

}  // namespace sockeye::app
