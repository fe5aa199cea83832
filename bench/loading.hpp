// What the benchmarks' clients have in common: plain system calls, no library of ours.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace bench {

[[noreturn]] inline void give_up(const char* why) {
    std::perror(why);
    std::exit(1);
}

/// Of all threads, the kernel's work for their system calls included.
inline std::uint64_t cpu_time(const std::string& process) {
    std::uint64_t sum = 0;
    for (const auto& thread : std::filesystem::directory_iterator{"/proc/" + process + "/task"}) {
        std::uint64_t nanoseconds = 0;
        std::ifstream{thread.path() / "schedstat"} >> nanoseconds;
        sum += nanoseconds;
    }
    return sum;
}

/// 127.0.0.1, or one of the addresses behind it.
inline sockaddr_in loopback(std::uint16_t port, std::uint32_t further = 0) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK + further);
    at.sin_port = htons(port);
    return at;
}

inline const sockaddr* generic(const sockaddr_in& at) {
    return reinterpret_cast<const sockaddr*>(&at);
}

/// Once there is somebody who listens.
inline int connect_to(std::uint16_t port) {
    const sockaddr_in to = loopback(port);
    for (int attempt = 0; attempt < 2000; ++attempt) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(socket, generic(to), sizeof to) == 0) {
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            return socket;
        }
        ::close(socket);
        ::usleep(1000);  // the server is still starting
    }
    give_up("connect");
}

}  // namespace bench
