// The receiving end of a transfer. It knows a Network&, never which one.
#pragma once

#include <memory>

#include "app/transfer/observer.hpp"
#include "app/transfer/store.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app::transfer {

/// Receives what the sender at the other end of `connection` has, and checks all of it. Whatever
/// happens, under a file's own name stands the whole file or what stood there before; what has
/// arrived of it waits for the next transfer.
/// @returns what was done. Errors: those of sockets; corrupted: a block or a file is not what was
///   sent; closed: the sender went away; exists, no_space and the like: of a file here; what the
///   sender says
Task<Result<Summary>> receive(Network& network, Socket connection, std::unique_ptr<Store> store,
                              Options options = {});

}  // namespace sockeye::app::transfer
