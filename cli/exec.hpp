// exec: a program for each client, its standard input and output joined to the connection.
#pragma once

#include <string>

#include "app/conversation.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::cli {

/// Runs `/bin/sh -c command`. Nothing of what a client sends becomes part of the command; its address
/// stands in the environment, as SOCKEYE_PEER. At the end of a session all that the program started is
/// killed, but for what left its process group.
app::Conversation exec(KernelNetwork& network, std::string command);

}  // namespace sockeye::cli
