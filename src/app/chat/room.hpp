// Room: a server where everybody hears everybody. It speaks chat/frame.hpp, so that nc will do for a client.
#pragma once

#include <memory>
#include <string>

#include "app/conversation.hpp"

namespace sockeye::app::chat {

struct RoomOptions {
    std::string bye;  ///< who says this, leaves; empty: whoever closes does
};

/// Joins the room, and stays until the client leaves. A client that does not read what is said is put
/// out once it has too much to catch up with.
Conversation room(Network& network, RoomOptions options = {});

}  // namespace sockeye::app::chat
