// `sockeye listen --threads`: one server on several threads.
#pragma once

#include <cstddef>

#include "cli/role.hpp"
#include "cli/session_log.hpp"
#include "sockeye/address.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::cli {

/// Who serves what, where.
struct Threads {
    std::size_t count;
    Transport transport;
    Address at;
    KernelOptions network{};
    const Role& role;
    SessionLog& log;  ///< hears of sessions from all threads
};

/// Serves until SIGINT or SIGTERM, which let the sessions of every thread finish for a grace time. Each
/// thread has a network and a server of its own; the system spreads clients over them (SO_REUSEPORT).
/// @returns address_in_use, also where another such server has the port: it would share it silently
Result<void> serve_on_threads(const Threads& threads);

}  // namespace sockeye::cli
