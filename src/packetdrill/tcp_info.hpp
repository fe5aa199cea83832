// What Linux tells of a connection, in its layouts (tcp(7): TCP_INFO; SO_MEMINFO).
#pragma once

#include <linux/sock_diag.h>
#include <linux/tcp.h>

#include <array>
#include <cstdint>

#include "socket/stack/stream_socket.hpp"

namespace sockeye::packetdrill {

using MemInfo = std::array<std::uint32_t, SK_MEMINFO_VARS>;

::tcp_info tcp_info_of(const stack::StreamSocket& socket, Instant now);
MemInfo mem_info_of(const stack::StreamSocket& socket);

}  // namespace sockeye::packetdrill
