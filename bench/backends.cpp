// What an echo costs the server on each backend of the kernel's network: CPU time a request, side
// by side in one run, since only the ratio means something on another machine.
//   bench_backends [CONNECTIONS [OCTETS [ROUNDS]]]
#include <sched.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "socket/kernel/errno.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/posix.hpp"

namespace {

using namespace sockeye;
namespace posix = test::posix;
using kernel::uninterrupted;

constexpr std::size_t buffer_size = 16 * 1024;
constexpr auto warm_up = 200ms;
constexpr auto measured = 500ms;

struct Load {
    std::size_t connections = 64;
    std::size_t octets = 64;
};

Task<> echo(Socket connection) {
    while (auto text = co_await connection.recv(buffer_size)) {
        if (text->empty()) co_return;
        if (!co_await connection.sendall(*text)) co_return;
    }
}

Task<> serve(Network& network, Socket server) {
    while (auto client = co_await server.accept()) network.spawn(echo(std::move(client->socket)));
}

void stay_on(unsigned processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    ::sched_setaffinity(0, sizeof set, &set);  // on a machine with one, there is nothing to do
}

/// A server in a process of its own; killed when this is destroyed.
class Server {
public:
    explicit Server(Backend backend) : Server{backend, posix::bound({"127.0.0.1", 0}, SOCK_STREAM)} {}
    ~Server() {
        ::kill(process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const Address& address() const { return address_; }
    /// On a processor, in nanoseconds; the kernel's work for its system calls included.
    double cpu_time() const {
        double nanoseconds = 0;
        std::ifstream{"/proc/" + std::to_string(process_) + "/schedstat"} >> nanoseconds;
        return nanoseconds;
    }

private:
    Server(Backend backend, posix::Descriptor reserved) : address_{posix::name_of(reserved)} {
        reserved.close();
        process_ = posix::checked(::fork(), "fork");
        if (process_ > 0) return;
        stay_on(0);
        KernelNetwork network{{.backend = backend}};
        network.spawn(serve(network, create_server(network, address_, {.backlog = 4096}).value()));
        std::_Exit(network.run() ? 0 : 1);
    }

    Address address_;
    pid_t process_ = 0;
};

posix::Descriptor connected_once_it_listens(const Address& to) {
    for (int attempt = 0;; ++attempt) try {
            return posix::connected(to);
        } catch (const std::system_error&) {
            if (attempt == 1000) throw;
            ::usleep(1000);
        }
}

/// Sends a request on each connection, and the next as soon as the answer is there.
class Client {
public:
    Client(const Address& to, Load load) : load_{load}, request_(load.octets, 'x') {
        for (std::size_t i = 0; i < load.connections; ++i) {
            connections_.push_back(connected_once_it_listens(to));
            epoll_event event{.events = EPOLLIN, .data = {.u32 = static_cast<std::uint32_t>(i)}};
            posix::checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connections_.back().get(), &event),
                           "epoll_ctl");
        }
        missing_.assign(load.connections, load.octets);
        for (const posix::Descriptor& each : connections_) posix::send(each, request_);
    }

    /// @returns answers
    std::size_t run(std::chrono::nanoseconds duration) {
        const auto end = std::chrono::steady_clock::now() + duration;
        std::size_t answers = 0;
        std::array<epoll_event, 256> events;
        while (std::chrono::steady_clock::now() < end) {
            const int ready = uninterrupted([&] {
                return ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
            });
            for (int i = 0; i < ready; ++i) answers += receive(events[static_cast<std::size_t>(i)].data.u32);
        }
        return answers;
    }

private:
    std::size_t receive(std::size_t which) {
        const std::string answer = posix::receive(connections_[which]);
        if (answer.size() > missing_[which]) std::abort();
        missing_[which] -= answer.size();
        if (missing_[which] > 0) return 0;
        missing_[which] = load_.octets;
        posix::send(connections_[which], request_);
        return 1;
    }

    Load load_;
    std::string request_;
    posix::Descriptor epoll_{::epoll_create1(EPOLL_CLOEXEC)};
    std::vector<posix::Descriptor> connections_;
    std::vector<std::size_t> missing_;
};

/// Microseconds of the server's CPU time.
double cost_of_a_request(Backend backend, Load load) {
    const Server server{backend};
    Client client{server.address(), load};
    client.run(warm_up);
    const double before = server.cpu_time();
    const std::size_t answers = client.run(measured);
    return (server.cpu_time() - before) / static_cast<double>(answers) / 1000;
}

std::size_t number(int argc, char** argv, int which, std::size_t otherwise) {
    return argc > which ? std::strtoul(argv[which], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
    const Load load{.connections = number(argc, argv, 1, 64), .octets = number(argc, argv, 2, 64)};
    const std::size_t rounds = number(argc, argv, 3, 9);
    stay_on(1);
    struct Candidate {
        Backend backend;
        const char* name;
        std::vector<double> costs;
    };
    std::array<Candidate, 2> candidates{{{Backend::epoll, "epoll", {}}, {Backend::io_uring, "io_uring", {}}}};
    for (std::size_t round = 0; round < rounds; ++round)
        for (Candidate& each : candidates) each.costs.push_back(cost_of_a_request(each.backend, load));
    for (Candidate& each : candidates) {
        std::ranges::sort(each.costs);
        const double median = each.costs[rounds / 2];
        std::printf("%-8s %6.3f us CPU a request (%.3f to %.3f), %.2f of epoll's\n", each.name, median,
                    each.costs.front(), each.costs.back(), median / candidates[0].costs[rounds / 2]);
    }
}
