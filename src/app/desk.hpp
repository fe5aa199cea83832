// desk: a person who answers datagrams by hand.
#pragma once

#include "app/pipe.hpp"
#include "app/session.hpp"

namespace sockeye::app {

/// Writes to the stream what anybody sends; what the stream says goes, a datagram a read, to whoever
/// sent last. Ends when its task is stopped, or receiving or writing fails.
/// @param observer  told of a session each time another peer takes its turn
Task<Piped> desk(Network& network, Stream stream, Socket server, Observer* observer = nullptr);

}  // namespace sockeye::app
