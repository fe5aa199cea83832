// Where scenes of a TCP connection happen: a client and a server in a lab, whose stacks are asked for their
// states each time the lab's clock stands still.
#pragma once

#include <cstdint>

#include "view/tcp_scene.hpp"

namespace sockeye::view {

enum class Handshake : std::uint8_t {
    usual,
    syn_lost,
    refused,   ///< nobody listens
    together,  ///< both call each other at once
};

enum class Closing : std::uint8_t {
    usual,    ///< the client, and later the server: four segments
    at_once,  ///< the server as soon as it hears of it: three
    last_ack_lost,
    together,  ///< both at once
    reset,     ///< the client aborts
};

/// The same seed twice is the same scene, to the nanosecond.
TcpScene play(Handshake how, std::uint64_t seed);
TcpScene play(Closing how, std::uint64_t seed);

}  // namespace sockeye::view
