// Files as a server's role: each client gets one, or leaves one.
#pragma once

#include <functional>
#include <string>

#include "app/conversation.hpp"
#include "sockeye/directory.hpp"

namespace sockeye::app {

/// Sends the file as it is by then, and FIN. A session whose file cannot be read says nothing.
Conversation push(Network& network, Directory directory, std::string path);

/// Told of each file that is complete.
using Saved = std::function<void(const std::string& path, std::uint64_t octets)>;

/// Keeps what each client sends, until its FIN, in a file of its own. "%n" in `pattern` becomes 1, 2 and so
/// on: the first number that no file has yet. Nothing half-written stands under such a name: a session
/// that breaks off leaves no file, nor does one that sends nothing.
Conversation save(Network& network, Directory directory, std::string pattern, Saved saved);

}  // namespace sockeye::app
