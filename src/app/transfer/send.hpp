// The sending end of a transfer. It knows a Network&, never which one.
#pragma once

#include <vector>

#include "app/transfer/observer.hpp"
#include "app/transfer/offer.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/stream.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app::transfer {

/// Sends `items` to the receiver at the other end of `connection`. Octets are hashed when they are
/// sent, in one pass; what the receiver has already is neither sent nor hashed again.
/// @param stream  where the octets of entries of the kind `stream` come from; one at most
/// @returns what was done, once all of it has its name at the receiver. Errors: those of sockets;
///   closed: the receiver went away; not_found and the like: of a file here; what the receiver says
Task<Result<Summary>> send(Network& network, Socket connection, std::vector<Item> items, Options options = {},
                           Stream* stream = nullptr);

}  // namespace sockeye::app::transfer
