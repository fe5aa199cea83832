// A client of the upper-case server that follows a script and says what happened.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app {

/// One line sent and what came back, by the clock of the client's network.
struct Exchange {
    std::string sent;
    std::string received;  ///< shorter than `sent` if the visit broke off here
    Instant sent_at;
    Instant received_at;  ///< of its last octet
};

/// What happened from connecting to closing.
struct Visit {
    Address local;
    Address peer;
    Instant began;
    Instant connected;
    Instant ended;  ///< TCP: the server's FIN has arrived
    std::vector<Exchange> exchanges;
    std::optional<Error> error{};  ///< what broke it off
};

struct ClientOptions {
    Duration pause{};       ///< between an answer and the next line
    Deadline patience{5s};  ///< for each answer: UDP may lose it
};

/// Connects, sends each line and receives its answer, then closes and waits for the server to do so too.
/// UDP: each line is a datagram, and so is each answer.
/// @pre no line is empty
Task<Visit> upper_client(Network& network, Target server, std::vector<std::string> lines,
                         ClientOptions options = {});

}  // namespace sockeye::app
