// The client of the echo benchmarks: keeps DEPTH requests of OCTETS under way on each connection, checks the
// answers' octets, and counts them and the server's CPU time. Plain epoll, no library of ours.
//   bench_echo_load PID PORT CONNECTIONS OCTETS DEPTH MILLISECONDS
// Prints: answers, nanoseconds that PID's threads were on a processor meanwhile.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/loading.hpp"

namespace {

using Clock = std::chrono::steady_clock;

using bench::give_up;

struct Connection {
    int socket;
    std::size_t received = 0;  ///< of the request that is being answered
    std::size_t unsent = 0;    ///< octets that did not fit into the send buffer
};

class Load {
public:
    Load(std::uint16_t port, std::size_t connections, std::size_t octets, std::size_t depth)
        : octets_{octets}, pattern_(std::max<std::size_t>(octets * depth, 1 << 16), 'x'), buffer_(1 << 18) {
        for (std::size_t i = 0; i < connections; ++i) {
            connections_.push_back({.socket = bench::connect_to(port), .unsent = octets * depth});
            epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLET, .data = {.u64 = i}};
            if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back().socket, &event) != 0)
                give_up("epoll_ctl");
        }
    }

    /// @returns answers
    std::uint64_t run(std::chrono::milliseconds duration) {
        const auto end = Clock::now() + duration;
        std::uint64_t answers = 0;
        std::array<epoll_event, 512> events;
        while (Clock::now() < end) {
            const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
            for (int i = 0; i < ready; ++i)
                answers += serve(connections_[events[static_cast<std::size_t>(i)].data.u64]);
        }
        return answers;
    }

private:
    std::uint64_t serve(Connection& connection) {
        std::uint64_t answers = 0;
        for (;;) {
            send(connection);
            const ssize_t count = ::recv(connection.socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
            if (count < 0 && errno == EAGAIN) return answers;
            if (count <= 0) give_up("recv");
            if (buffer_[0] != 'x' || buffer_[static_cast<std::size_t>(count) - 1] != 'x')
                give_up("not what was sent");
            connection.received += static_cast<std::size_t>(count);
            answers += connection.received / octets_;
            connection.unsent += connection.received / octets_ * octets_;
            connection.received %= octets_;
        }
    }

    void send(Connection& connection) {
        while (connection.unsent > 0) {
            const std::size_t most = std::min(connection.unsent, pattern_.size());
            const ssize_t count =
                ::send(connection.socket, pattern_.data(), most, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (count < 0 && errno == EAGAIN) return;
            if (count <= 0) give_up("send");
            connection.unsent -= static_cast<std::size_t>(count);
        }
    }

    std::size_t octets_;
    std::string pattern_;
    std::vector<char> buffer_;
    std::vector<Connection> connections_;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 7)
        return std::fputs("usage: bench_echo_load PID PORT CONNECTIONS OCTETS DEPTH MS\n", stderr), 2;
    const auto number = [&](int which) { return std::strtoul(argv[which], nullptr, 10); };
    Load load{static_cast<std::uint16_t>(number(2)), number(3), number(4), number(5)};
    load.run(std::chrono::milliseconds{150});  // warm
    const std::uint64_t before = bench::cpu_time(argv[1]);
    const std::uint64_t answers = load.run(std::chrono::milliseconds{number(6)});
    std::printf("%lu %lu\n", answers, bench::cpu_time(argv[1]) - before);
}
