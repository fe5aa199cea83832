// The yardstick: level-triggered epoll by hand, one buffer for all connections.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <vector>

#include "bench/servers/arguments.hpp"

namespace {

/// Sends all, waiting with poll's cheaper cousin: another turn of the loop would need a queue.
bool send_all(int connection, const char* octets, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = ::send(connection, octets, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (sent > 0) octets += sent, size -= static_cast<std::size_t>(sent);
    }
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments{argc, argv};
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    at.sin_port = htons(arguments.port);
    if (::bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
        ::listen(listener, backlog) != 0)
        return std::perror("bind"), 1;
    const int epoll = ::epoll_create1(0);
    epoll_event event{.events = EPOLLIN, .data = {.fd = listener}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    std::vector<char> buffer(arguments.buffer);
    std::array<epoll_event, 256> events;
    for (;;) {
        const int ready = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < ready; ++i) {
            const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
            if (descriptor == listener) {
                for (int client; (client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
                    event = {.events = EPOLLIN, .data = {.fd = client}};
                    ::epoll_ctl(epoll, EPOLL_CTL_ADD, client, &event);
                }
                continue;
            }
            const ssize_t octets = ::recv(descriptor, buffer.data(), buffer.size(), 0);
            if (octets < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (octets <= 0 || !send_all(descriptor, buffer.data(), static_cast<std::size_t>(octets)))
                ::close(descriptor);
        }
    }
}
