// pipe: joins a stream (a terminal, a script) and a connected socket, both ways.
#pragma once

#include <cstdint>
#include <optional>

#include "app/filter.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/stream.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app {

struct PipeOptions {
    Transport transport = Transport::tcp;
    /// How long the peer may say nothing once the input has ended. Unset: for ever (TCP), 1 s (UDP).
    std::optional<Duration> patience{};
};

/// What a pipe did.
struct Piped {
    std::uint64_t sent = 0;      ///< octets that the network took
    std::uint64_t received = 0;  ///< octets that came from the network
    std::uint64_t unsent = 0;    ///< octets that were read from the stream when it ended, and not sent

    bool input_ended = false;  ///< the stream came to its end

    enum class Side : std::uint8_t { stream, peer };
    Side failed = Side::peer;      ///< of `error`
    std::optional<Error> error{};  ///< none: the peer finished
};

/// Sends what the stream says and writes what the peer says, until the peer has finished.
///
/// TCP: the end of the stream becomes a FIN, after which late answers still arrive; the peer's FIN ends
/// the pipe at once, even if the stream could go on. Errc::timed_out: the peer was silent too long.
/// UDP knows no end: each read is a datagram, and the pipe ends once the stream has ended and the peer
/// has said nothing for `patience`, which is not an error.
/// @param filters  change what passes; what is counted is what went over the network
Task<Piped> pipe(Network& network, Stream stream, Socket peer, PipeOptions options = {},
                 Filters filters = {});

}  // namespace sockeye::app
