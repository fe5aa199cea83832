// What a server's connection costs on the kernel's network while nothing comes: the memory of those who hold
// many of them.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/allocations/heap.hpp"
#include "test/support/kernel_backends.hpp"

namespace sockeye {
namespace {

std::size_t answered = 0;

/// As the README's server does it.
Task<> upper(Socket client) {
    while (true) {
        Result<Bytes> got = co_await client.recv(4096);
        if (!got || got->empty()) co_return;
        for (std::byte& octet : *got)
            if (octet >= std::byte{'a'} && octet <= std::byte{'z'}) octet &= ~std::byte{0x20};
        if (Result<void> sent = co_await client.sendall(*got); !sent) co_return;
        ++answered;
    }
}

/// Nothing of it comes from the heap that is counted.
class Clients {
public:
    Clients() { descriptors_.reserve(2000); }
    ~Clients() {
        for (const int descriptor : descriptors_) ::close(descriptor);
    }
    Clients(const Clients&) = delete;
    Clients& operator=(const Clients&) = delete;

    void say_hello(std::uint16_t port) {
        const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
        ASSERT_GE(descriptor, 0);
        descriptors_.push_back(descriptor);
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ASSERT_EQ(::connect(descriptor, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
        ASSERT_EQ(::send(descriptor, "hello", 5, 0), 5);
    }
    void hear() const {
        for (const int descriptor : descriptors_) {
            char answer[5];
            ASSERT_EQ(::recv(descriptor, answer, sizeof answer, MSG_PEEK), 5);
            ASSERT_EQ(std::string_view(answer, 5), "HELLO");
        }
    }

private:
    std::vector<int> descriptors_;
};

Task<> serve(Network& network, Socket& server, std::size_t connections) {
    for (std::size_t i = 0; i < connections; ++i) {
        Result<Accepted> accepted = co_await server.accept();
        if (!accepted) co_return;
        network.spawn(upper(std::move(accepted->socket)));
    }
    while (answered < connections) (void)co_await network.sleep(1ms);  // nothing ends it earlier
    answered = 0;
}

class IdleConnection : public ::testing::TestWithParam<Backend> {};

TEST_P(IdleConnection, TakesAtMost560OctetsOfUserMemory) {
    KernelNetwork network{{.backend = GetParam()}};
    Result<Socket> server = create_server(network, Address{"127.0.0.1", 0});
    ASSERT_TRUE(server);
    const std::uint16_t port = server->getsockname()->port();
    Clients clients;
    const auto add = [&](std::size_t connections) {
        std::size_t left = connections;
        while (left > 0) {
            const std::size_t now = std::min<std::size_t>(left, 100);  // the backlog has room
            for (std::size_t i = 0; i < now; ++i) clients.say_hello(port);
            ASSERT_TRUE(network.run(serve(network, *server, now)));
            left -= now;
        }
        clients.hear();
    };
    add(100);  // what a network has once is there
    const std::size_t before = test::heap().octets;
    add(1000);
    const std::size_t each = (test::heap().octets - before) / 1000;
    RecordProperty("octets", static_cast<int>(each));
    EXPECT_LE(each, 560U);
}

INSTANTIATE_TEST_SUITE_P(On, IdleConnection, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
