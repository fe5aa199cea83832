// Runs a program and sees each of its calls about sockets, and those of its children (ptrace(2)).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/session_call.hpp"
#include "sockeye/error.hpp"

namespace sockeye::cli {

struct TracedCall {
    int pid = 0;
    std::uint32_t inode = 0;       ///< the socket it is about; 0: none that was
    std::uint32_t made_inode = 0;  ///< accept's new socket, or socket()'s
    SessionCall call;
};

using OnCall = std::function<void(const TracedCall&)>;

/// Runs `words` as a program with this process's files, and returns when it and its children have ended.
/// SIGINT is theirs meanwhile; SIGTERM and SIGHUP are handed on.
/// @returns the program's exit code, or 128 and the signal that ended it; permission_denied where
///   ptrace is not allowed; during "exec", what execvp(3) says of a program that cannot be run
Result<int> trace(const std::vector<std::string>& words, const OnCall& on_call);

}  // namespace sockeye::cli
