// The system calls that c-ares makes: on sockets that neither block, nor survive exec, nor raise SIGPIPE.
#pragma once

#include <ares.h>

namespace sockeye::kernel {

extern const ares_socket_functions ares_sockets;

}  // namespace sockeye::kernel
