// What a server tells whoever runs it: programs print nothing themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"

namespace sockeye::app {

/// One client, from the server's point of view; for UDP, one datagram and its answer.
struct Session {
    Address peer;
    Transport transport = Transport::tcp;
    std::uint64_t received = 0;    ///< octets from the peer
    std::uint64_t sent = 0;        ///< octets that the network took for the peer
    std::optional<Error> error{};  ///< none: the peer finished (FIN), and everything was answered
};

/// How a session ended, in a word or two: "FIN", "RST", "timeout", "stopped", or what else went wrong.
std::string_view ending(const Session& session);

/// What an earlier answer met on its way (RFC 1122 §4.1.3.3): of a datagram server's errors, those that
/// concern one peer and not the server.
bool is_about_a_peer(const Error& error);

/// Told while the server's network runs, so it must not wait. Must outlive the server's tasks.
class Observer {
public:
    virtual void session_began(const Address& /*peer*/) {}
    virtual void session_ended(const Session& /*session*/) {}
    /// The server accepts nobody any more; Errc::cancelled if it was told to stop.
    virtual void server_ended(const Error& /*why*/) {}

protected:
    ~Observer() = default;
};

}  // namespace sockeye::app
