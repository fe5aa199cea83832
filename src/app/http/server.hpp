// An HTTP/1.1 server of a folder's files.
#pragma once

#include "app/conversation.hpp"
#include "sockeye/directory.hpp"

namespace sockeye::app::http {

/// Answers a client's requests one after another, until it closes, says something that is no HTTP, or
/// leaves us waiting: 10 s for a request that has begun (408), 30 s for the next one.
Conversation site(Network& network, Directory files);

}  // namespace sockeye::app::http
