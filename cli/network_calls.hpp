// The system calls that concern sockets, under the numbers of the machines we run on.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sockeye::cli {

enum class NetworkCall : std::uint8_t {
    other,  ///< not about sockets
    socket,
    socketpair,
    bind,
    listen,
    accept,
    accept4,
    connect,
    sendto,  ///< send(2) too
    sendmsg,
    sendmmsg,
    sendfile,
    write,  ///< a socket's, as all below
    writev,
    recvfrom,  ///< recv(2) too
    recvmsg,
    recvmmsg,
    read,
    readv,
    shutdown,
    close,
    getsockname,
    getpeername,
    setsockopt,
    getsockopt,
    io_uring_enter,  ///< what goes through a ring is no system call: it cannot be seen
};

/// The name in section 2 of the manual: "accept4".
std::string_view to_string(NetworkCall call);

/// @param architecture  AUDIT_ARCH_… (linux/audit.h); one that is not known has no calls
NetworkCall network_call(std::uint32_t architecture, std::uint64_t number);

}  // namespace sockeye::cli
