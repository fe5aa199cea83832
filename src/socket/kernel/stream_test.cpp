// TCP on the kernel's network, against peers in plain POSIX.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <string>
#include <vector>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

const Address loopback{IpAddress::loopback(Family::inet), 0};

Task<> echo(Socket connection) {
    while (auto bytes = co_await connection.recv(1024)) {
        if (bytes->empty()) co_return;
        if (!co_await connection.sendall(*bytes)) co_return;
    }
}

Task<> serve(Network& network, Socket& server, int clients) {
    for (int i = 0; i < clients; ++i) {
        auto client = co_await server.accept();
        if (!client) co_return;
        network.spawn(echo(std::move(client->socket)));
    }
}

/// A connection whose far end is a POSIX socket.
struct Connection {
    Connection() : Connection{posix::listening(loopback)} {}
    explicit Connection(const posix::Descriptor& server)
        : near{create_connection(network, posix::name_of(server)).wait().value()},
          far{posix::accepted(server)} {}
    KernelNetwork network;
    Socket near;
    posix::Descriptor far;
};

TEST(KernelTcp, ServesAPeerThatKnowsNothingOfSockeye) {
    KernelNetwork network;
    Socket server = create_server(network, loopback).value();
    posix::Descriptor peer = posix::connected(server.getsockname().value());
    posix::send(peer, "hello");
    ::shutdown(peer.get(), SHUT_WR);

    network.spawn(serve(network, server, 1));
    ASSERT_TRUE(network.run());

    EXPECT_EQ(posix::receive(peer), "hello");
    EXPECT_EQ(posix::receive(peer), "") << "the server closed after the peer's FIN";
}

TEST(KernelTcp, ConnectsToAPeerThatKnowsNothingOfSockeye) {
    Connection connection;
    ASSERT_TRUE(connection.near.sendall("hello").wait());
    EXPECT_EQ(posix::receive(connection.far), "hello");
    posix::send(connection.far, "and to you");
    EXPECT_EQ(connection.near.recv(100).wait().value().text(), "and to you");
    EXPECT_EQ(connection.near.getsockname().value().ip(), IpAddress::loopback(Family::inet));
}

TEST(KernelTcp, ServesAThousandConnectionsInOneLoop) {
    constexpr int clients = 1000;
    const auto descriptors = posix::open_descriptors();
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit raised = before;
    raised.rlim_cur = std::min<rlim_t>(before.rlim_max, 4096);
    ::setrlimit(RLIMIT_NOFILE, &raised);
    {
        KernelNetwork network;
        Socket server = create_server(network, loopback, {.backlog = clients}).value();
        const Address at = server.getsockname().value();
        network.spawn(serve(network, server, clients));
        int answered = 0;
        for (int i = 0; i < clients; ++i)
            network.spawn([](Network& n, Address to, int number, int& count) -> Task<> {
                Socket socket = (co_await create_connection(n, to)).value();
                const std::string text = "I am " + std::to_string(number);
                EXPECT_TRUE(co_await socket.sendall(text));
                auto answer = co_await socket.recv(100);
                count += answer && answer->text() == text ? 1 : 0;
            }(network, at, i, answered));

        EXPECT_TRUE(network.run());
        EXPECT_EQ(answered, clients);
    }
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(posix::open_descriptors(), descriptors) << "everything that was opened is closed";
}

}  // namespace
}  // namespace sockeye
