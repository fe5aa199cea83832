// Servers that answer each client by itself, many at once. They know a Network&, never which one.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>

#include "app/role.hpp"
#include "app/session.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app {

/// Makes the task that serves one client, from its connection to its end.
using SessionMaker = std::function<Task<>(Socket connection, Address peer)>;

struct Limits {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::size_t at_once = none;  ///< clients in a session; the next ones wait, connected, to be accepted
    std::size_t in_all = none;   ///< clients, after which the server closes
};

/// Accepts clients and spawns a session for each, until its own task is stopped, accepting fails, or
/// there have been as many clients as there may be.
/// @param sessions  stops the sessions; stopping the server's task alone lets them go on
Task<> serve(Network& network, Socket server, SessionMaker session, Observer* observer = nullptr,
             std::stop_token sessions = {}, Limits limits = {});

/// One client's session: answers what it sends until it sends FIN, then closes.
Task<> answer(Socket connection, Address peer, std::shared_ptr<const Answer> with,
              Observer* observer = nullptr);

/// answer() for each client.
SessionMaker answering(Answer with, Observer* observer = nullptr);

/// Answers each datagram to its sender. One that could not be answered is reported and forgotten:
/// no peer can end the server.
Task<> answer_datagrams(Socket server, Answer with, Observer* observer = nullptr);

// The whole program in one call. An address that cannot be had is thrown, since there is nobody to tell.

Task<> serve_upper(Network& network, Address at, Observer* observer = nullptr);
Task<> serve_upper_datagrams(Network& network, Address at, Observer* observer = nullptr);
Task<> serve_echo(Network& network, Address at, Observer* observer = nullptr);
Task<> serve_echo_datagrams(Network& network, Address at, Observer* observer = nullptr);

}  // namespace sockeye::app
