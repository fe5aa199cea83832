// Who is at the other end of a unix socket.
#pragma once

#include <cstdint>

#include "sockeye/socket_base.hpp"

namespace sockeye {

struct Credentials {
    std::int32_t process = 0;  ///< its PID
    std::uint32_t user = 0;
    std::uint32_t group = 0;

    friend bool operator==(const Credentials&, const Credentials&) = default;
};

/// Who connected, or listened: as the system saw it then (SO_PEERCRED).
/// @returns unsupported: no unix socket
Result<Credentials> peer_credentials(const SocketBase& socket);

}  // namespace sockeye
