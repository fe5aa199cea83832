// Servers that answer each client by itself, many at once. They know a Network&, never which one.
#pragma once

#include <functional>
#include <stop_token>

#include "app/role.hpp"
#include "app/session.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app {

/// Makes the task that serves one client, from its connection to its end.
using SessionMaker = std::function<Task<>(Socket connection, Address peer)>;

/// Accepts clients and spawns a session for each, until its own task is stopped or accepting fails.
/// @param sessions  stops the sessions; stopping the server's task alone lets them go on
Task<> serve(Network& network, Socket server, SessionMaker session, Observer* observer = nullptr,
             std::stop_token sessions = {});

/// One client's session: answers what it sends until it sends FIN, then closes.
Task<> answer(Socket connection, Address peer, Role role, Observer* observer = nullptr);

/// answer() for each client.
SessionMaker answering(Role role, Observer* observer = nullptr);

/// Answers each datagram to its sender. One that could not be answered is reported and forgotten:
/// no peer can end the server.
Task<> answer_datagrams(Socket server, Role role, Observer* observer = nullptr);

// The whole program in one call. An address that cannot be had is thrown, since there is nobody to tell.

Task<> serve_upper(Network& network, Address at, Observer* observer = nullptr);
Task<> serve_upper_datagrams(Network& network, Address at, Observer* observer = nullptr);
Task<> serve_echo(Network& network, Address at, Observer* observer = nullptr);
Task<> serve_echo_datagrams(Network& network, Address at, Observer* observer = nullptr);

}  // namespace sockeye::app
