// What the socket floor holds of the transport floor: one end of a conversation.
#pragma once

#include <string_view>

#include "base/fifo.hpp"

namespace sockeye::transport {

/// Base of tcp::Connection, tcp::Listener and UdpSocket. Neither copied nor moved: the socket
/// floor and the tables of the transport floor point at it. Its link is its place among take_changed().
struct Endpoint : Fifo<Endpoint>::Link {
    Endpoint() = default;
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    void* user = nullptr;  ///< the socket floor's own; the transport floor never looks at it
};

/// Why a datagram or a SYN was dropped that is for a port without a socket.
inline constexpr std::string_view nobody_listens = "nobody listens on its port";

}  // namespace sockeye::transport
