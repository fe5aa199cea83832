// What suits a connection that benchmarks or files go over.
#pragma once

#include <string>

#include "sockeye/socket.hpp"

namespace sockeye::cli {

struct Congestion {
    std::string used;        ///< "reno"; empty: the socket has none
    std::string instead_of;  ///< what the socket had, where another was chosen
};

/// BBR paces its segments to the rate it has measured, which over loopback costs three quarters of what the
/// machine could carry. There is nothing to share with others there, so such a connection gets reno.
Congestion suit_local_peer(Socket& connection);

/// Small messages do not wait for the acknowledgement of earlier ones (RFC 9293 §3.7.4, Nagle's algorithm).
void send_at_once(Socket& connection);

/// close() sends RST: no TIME-WAIT stays behind, and no port is used up.
void reset_on_close(Socket& connection);

}  // namespace sockeye::cli
