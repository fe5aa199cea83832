// A socket call as part of a telephone call: what it says of a session between two programs.
#pragma once

#include <optional>
#include <string>

#include "cli/session_call.hpp"

namespace sockeye::cli {

/// What is known of the socket that a call is about; of one that was inherited, nothing.
struct SocketStory {
    SocketSort sort = SocketSort::unknown;
    bool listens = false;
    std::optional<Address> peer{};
};

/// What the call made of the socket.
SocketStory after(const SessionCall& call, SocketStory before);

struct SessionLine {
    std::string call;     ///< "connect(3, 127.0.0.1:9001) = ECONNREFUSED"
    std::string meaning;  ///< "dial 127.0.0.1:9001: nobody has that number (RST)"
};

SessionLine session_line(const SessionCall& call, const SocketStory& story);

}  // namespace sockeye::cli
