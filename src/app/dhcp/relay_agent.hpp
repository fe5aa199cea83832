// What a relay agent does with a message (RFC 1542 §4.1, RFC 2131 §4.1). No I/O.
#pragma once

#include <optional>

#include "app/dhcp/server.hpp"

namespace sockeye::app::dhcp {

/// A client's message, in the name of the relay's address on the client's side, which tells the server
/// where the client is.
/// @returns nothing for what must not be passed on: not a client's, or by too many relays
std::optional<Departure> relayed_question(wire::DhcpMessage message, const IpAddress& own,
                                          const IpAddress& server);

/// A server's reply, to the client.
/// @returns nothing for what is not for a client of this relay's
std::optional<Departure> relayed_reply(wire::DhcpMessage message, const IpAddress& own);

}  // namespace sockeye::app::dhcp
