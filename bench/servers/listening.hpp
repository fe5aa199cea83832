// How the servers by hand begin.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "bench/servers/arguments.hpp"

[[noreturn]] inline void give_up(const char* what) {
    std::perror(what);
    std::exit(1);
}

/// On loopback, its connections with TCP_NODELAY.
/// @param flags  of the listening socket alone, such as SOCK_NONBLOCK
inline int listen_at(std::uint16_t port, int flags = 0) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | flags, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(port);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
        ::listen(listener, backlog) != 0)
        give_up("bind");
    return listener;
}
