// Conversations: what a server's session says and hears, where an Answer is not enough.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/server.hpp"

namespace sockeye::app {

/// What broke a conversation off, if anything did.
using Ending = std::optional<Error>;

/// Talks with one client until that is done, and counts in `session` what went. Both outlive it.
using Conversation = std::function<Task<Ending>(Socket& connection, Session& session)>;

/// A session for each client that is one such conversation, after which the server closes.
SessionMaker conversing(Conversation talk, Observer* observer = nullptr);

/// Says `text` and FIN, whatever the client says (as RFC 867 does with the time of day).
Conversation hello(Network& network, std::string text);

// What conversations are made of.

Task<Ending> send_counted(Socket& connection, Session& session, BytesView bytes);

/// Says FIN, and hears the client out for a moment: closing with octets unread would be an RST, which
/// takes from the client what it has not read yet (RFC 1122 §4.2.2.13).
Task<Ending> say_goodbye(Network& network, Socket& connection, Session& session);

}  // namespace sockeye::app
