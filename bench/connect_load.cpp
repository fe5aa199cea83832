// The client of the benchmark of connections: keeps AT_ONCE of them under way, each of which sends OCTETS,
// takes the answer and closes. Counts them and the server's CPU time. Plain epoll, no library of ours.
//   bench_connect_load PID PORT AT_ONCE OCTETS MILLISECONDS
// Prints: connections, nanoseconds that PID's threads were on a processor meanwhile.
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

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
    int socket = -1;
    std::size_t received = 0;
};

class Load {
public:
    Load(std::uint16_t port, std::size_t at_once, std::size_t octets)
        : port_{port}, request_(octets, 'x'), buffer_(octets), connections_(at_once) {
        for (std::size_t i = 0; i < at_once; ++i) begin(i);
    }

    /// @returns connections that were made, answered and closed
    std::uint64_t run(std::chrono::milliseconds duration) {
        const auto end = Clock::now() + duration;
        std::uint64_t made = 0;
        std::array<epoll_event, 256> events;
        while (Clock::now() < end) {
            const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 100);
            for (int i = 0; i < ready; ++i)
                made += take(events[static_cast<std::size_t>(i)].data.u64) ? 1 : 0;
        }
        return made;
    }

private:
    /// Whoever closes first keeps the pair of ports for a minute (TIME-WAIT): with some source
    /// addresses, there are more pairs than this can use up.
    void begin(std::size_t which) {
        constexpr std::uint32_t sources = 64;
        Connection& connection = connections_[which] = {};
        connection.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int on = 1;
        ::setsockopt(connection.socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        const sockaddr_in from = bench::loopback(0, ++begun_ % sources);
        const sockaddr_in to = bench::loopback(port_);
        if (::bind(connection.socket, bench::generic(from), sizeof from) != 0) give_up("bind");
        // It ends at once, as the kernel makes connections over loopback within the call.
        if (::connect(connection.socket, bench::generic(to), sizeof to) != 0) give_up("connect");
        if (::send(connection.socket, request_.data(), request_.size(), MSG_NOSIGNAL) < 0) give_up("send");
        epoll_event event{.events = EPOLLIN, .data = {.u64 = which}};
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event) != 0) give_up("epoll_ctl");
    }

    /// @returns whether that was all of the answer
    bool take(std::size_t which) {
        Connection& connection = connections_[which];
        const ssize_t count = ::recv(connection.socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
        if (count < 0 && errno == EAGAIN) return false;
        if (count <= 0 || buffer_[0] != 'x') give_up("recv");
        connection.received += static_cast<std::size_t>(count);
        if (connection.received < request_.size()) return false;
        ::close(connection.socket);
        begin(which);
        return true;
    }

    std::uint16_t port_;
    std::string request_;
    std::vector<char> buffer_;
    std::vector<Connection> connections_;
    std::uint32_t begun_ = 0;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) return std::fputs("usage: bench_connect_load PID PORT AT_ONCE OCTETS MS\n", stderr), 2;
    const auto number = [&](int which) { return std::strtoul(argv[which], nullptr, 10); };
    const auto port = static_cast<std::uint16_t>(number(2));
    ::close(bench::connect_to(port));  // it listens from now on
    Load load{port, number(3), number(4)};
    load.run(std::chrono::milliseconds{100});  // warm
    const std::uint64_t before = bench::cpu_time(argv[1]);
    const std::uint64_t made = load.run(std::chrono::milliseconds{number(5)});
    std::printf("%lu %lu\n", made, bench::cpu_time(argv[1]) - before);
}
