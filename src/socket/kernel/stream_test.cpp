// TCP on the kernel's network, against peers in plain POSIX.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <string>
#include <vector>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/folder.hpp"
#include "test/support/kernel_backends.hpp"
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
    explicit Connection(KernelOptions options) : Connection{options, posix::listening(loopback)} {}
    Connection(KernelOptions options, const posix::Descriptor& server)
        : network{options},
          near{create_connection(network, posix::name_of(server)).wait().value()},
          far{posix::accepted(server)} {}
    KernelNetwork network;
    Socket near;
    posix::Descriptor far;
};

class KernelTcp : public test::OnEachBackend {};

TEST_P(KernelTcp, ServesAPeerThatKnowsNothingOfSockeye) {
    KernelNetwork network{options()};
    Socket server = create_server(network, loopback).value();
    posix::Descriptor peer = posix::connected(server.getsockname().value());
    posix::send(peer, "hello");
    ::shutdown(peer.get(), SHUT_WR);

    network.spawn(serve(network, server, 1));
    ASSERT_TRUE(network.run());

    EXPECT_EQ(posix::receive(peer), "hello");
    EXPECT_EQ(posix::receive(peer), "") << "the server closed after the peer's FIN";
}

TEST_P(KernelTcp, ConnectsToAPeerThatKnowsNothingOfSockeye) {
    Connection connection{options()};
    ASSERT_TRUE(connection.near.sendall("hello").wait());
    EXPECT_EQ(posix::receive(connection.far), "hello");
    posix::send(connection.far, "and to you");
    EXPECT_EQ(connection.near.recv(100).wait().value().text(), "and to you");
    EXPECT_EQ(connection.near.getsockname().value().ip(), IpAddress::loopback(Family::inet));
}

TEST_P(KernelTcp, ServesAThousandConnectionsInOneLoop) {
    constexpr int clients = 1000;
    const auto descriptors = posix::open_descriptors();
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit raised = before;
    raised.rlim_cur = std::min<rlim_t>(before.rlim_max, 4096);
    ::setrlimit(RLIMIT_NOFILE, &raised);
    {
        KernelNetwork network{options()};
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

// --- what edges and what is remembered between calls must not lose

/// In a task, where memory is believed; each receive is short.
Task<std::string> receive_all(Socket& socket) {
    std::string text;
    while (auto bytes = co_await socket.recv(1024, 2s)) {
        if (bytes->empty()) co_return text;
        text += bytes->text();
    }
    co_return text + " and no end";
}

TEST_P(KernelTcp, HearsAFinThatCameTogetherWithTheLastOctets) {
    Connection connection{options()};
    posix::send(connection.far, "last words");
    connection.far.close();
    EXPECT_EQ(connection.network.run(receive_all(connection.near)).value(), "last words");
}

TEST_P(KernelTcp, HearsAFinAfterAShortReadEmptiedTheQueue) {
    Connection connection{options()};
    connection.network.spawn([](Network& network, posix::Descriptor& far) -> Task<> {
        for (const char* word : {"some", " last", " words"}) {
            posix::send(far, word);
            EXPECT_TRUE(co_await network.sleep(1ms));
        }
        far.close();
    }(connection.network, connection.far));
    EXPECT_EQ(connection.network.run(receive_all(connection.near)).value(), "some last words");
}

/// recv(2) stops before urgent data, so that a short read does not mean an empty queue.
TEST_P(KernelTcp, ReceivesWhatFollowsUrgentData) {
    Connection connection{options()};
    connection.network.spawn([](Network& network, posix::Descriptor& far) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        posix::send(far, "before");
        EXPECT_EQ(::send(far.get(), "!", 1, MSG_OOB), 1);
        posix::send(far, ", after");
    }(connection.network, connection.far));
    const auto receive = [](Socket& socket) -> Task<std::string> {
        std::string text;
        while (text.size() < 13) {
            auto bytes = co_await socket.recv(1024, 1s);
            if (!bytes) break;
            text += bytes->text();
        }
        co_return text;
    };
    EXPECT_EQ(connection.network.run(receive(connection.near)).value(), "before, after");
}

TEST_P(KernelTcp, PlainCodeThatPollsWithoutWaitingSeesWhatArrives) {
    Connection connection{options()};
    ASSERT_EQ(connection.near.recv(10, 1ms).wait().error(), Errc::timed_out) << "epoll watches it now";
    connection.near.settimeout(0ms);
    ASSERT_EQ(connection.near.recv(10).wait().error(), Errc::would_block);

    posix::send(connection.far, "news");

    EXPECT_EQ(connection.near.recv(10).wait().value().text(), "news");
    posix::send(connection.far, "more");
    EXPECT_EQ(connection.near.recv(10, 0s).wait().value().text(), "more");
}

TEST_P(KernelTcp, SendsMoreThanTheBufferTakesToAPeerThatReadsSlowly) {
    Connection connection{options()};
    const std::string much(8 << 20, 'x');
    std::size_t got = 0;
    connection.network.spawn(
        [](Network& network, posix::Descriptor& far, std::size_t& octets, std::size_t all) -> Task<> {
            while (octets < all) {
                octets += posix::receive(far, 1 << 18).size();
                EXPECT_TRUE(co_await network.sleep(100us));
            }
        }(connection.network, connection.far, got, much.size()));
    EXPECT_TRUE(connection.near.sendall(much).wait());
    EXPECT_TRUE(connection.network.run());
    EXPECT_EQ(got, much.size());
}

TEST_P(KernelTcp, MakesNoMoreRoomThanAReceiveCanUse) {
    Connection connection{options()};
    posix::send(connection.far, "little");
    EXPECT_EQ(connection.near.recv(std::size_t{1} << 60).wait().value().text(), "little");
}

// --- how connections end

TEST_P(KernelTcp, AConnectionThatWasResetStaysReset) {
    Connection connection{options()};
    posix::reset_on_close(connection.far);
    connection.far.close();

    EXPECT_EQ(connection.near.recv(10).wait().error(), Errc::reset);
    EXPECT_EQ(connection.near.recv(10).wait().error(), Errc::reset) << "not FIN, which the kernel says now";
    EXPECT_EQ(connection.near.send("anybody?").wait().error(), Errc::reset);
}

TEST_P(KernelTcp, ReceivesWhatCameBeforeTheReset) {
    Connection connection{options()};
    posix::send(connection.far, "last words");
    EXPECT_EQ(connection.near.recv(4).wait().value().text(), "last");
    posix::send(connection.far, "!");
    connection.far.close();
    EXPECT_EQ(connection.near.recv(100).wait().value().text(), " words!");
    EXPECT_TRUE(connection.near.recv(100).wait().value().empty());
}

TEST_P(KernelTcp, NeverRaisesSigpipe) {
    static volatile std::sig_atomic_t raised;
    raised = 0;
    struct sigaction before{};
    struct sigaction count{};
    count.sa_handler = [](int) { raised = raised + 1; };
    ::sigaction(SIGPIPE, &count, &before);

    Connection connection{options()};
    connection.far.close();
    Result<void> sent;
    for (int i = 0; i < 100 && sent; ++i) {
        sent = connection.near.sendall("anybody there?").wait();
        ASSERT_TRUE(connection.network.sleep(100us).wait());
    }
    EXPECT_EQ(sent.error(), Errc::reset);
    EXPECT_EQ(connection.near.send("still not?").wait().error(), Errc::reset);
    const test::Folder folder;
    folder.write("file", "and now?");
    const File file = folder.directory().open("file").value();
    EXPECT_EQ(connection.near.sendfile(file).wait().error(), Errc::reset);
    EXPECT_EQ(raised, 0);

    ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_P(KernelTcp, SendingAfterShuttingDownIsThisSidesDoing) {
    Connection connection{options()};
    ASSERT_TRUE(connection.near.shutdown(Shutdown::write));
    EXPECT_EQ(connection.near.send("one more").wait().error(), Errc::closed);
    EXPECT_EQ(posix::receive(connection.far), "");
}

TEST_P(KernelTcp, ClosingWakesATaskThatWaitsInAnotherDirection) {
    Connection connection{options()};
    Errc receiving{};
    connection.network.spawn([](Socket& socket, Errc& how) -> Task<> {
        auto bytes = co_await socket.recv(10);
        how = bytes.error().code();
    }(connection.near, receiving));
    connection.network.spawn([](Network& network, Socket& socket) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        socket.close();
    }(connection.network, connection.near));

    ASSERT_TRUE(connection.network.run());

    EXPECT_EQ(receiving, Errc::closed);
    EXPECT_EQ(posix::receive(connection.far), "");
}

// --- accept

TEST_P(KernelTcp, AcceptIsSilentAboutAConnectionThatWasAbortedBeforeIt) {
    KernelNetwork network{options()};
    Socket server = create_server(network, loopback).value();
    posix::Descriptor aborted = posix::connected(server.getsockname().value());
    posix::reset_on_close(aborted);
    aborted.close();
    posix::Descriptor good = posix::connected(server.getsockname().value());
    posix::send(good, "hello");

    std::string heard;
    for (int i = 0; i < 2 && heard.empty(); ++i) {
        Socket client = server.accept(1s).wait().value().socket;
        if (auto bytes = client.recv(10, 1s).wait()) heard = bytes->text();
    }
    EXPECT_EQ(heard, "hello");
}

TEST_P(KernelTcp, EveryDescriptorIsNonBlockingAndClosedOnExec) {
    KernelNetwork network{options()};
    Socket server = create_server(network, loopback).value();
    const posix::Descriptor peer = posix::connected(server.getsockname().value());
    const Socket accepted = server.accept().wait().value().socket;
    for (int descriptor : {server.fileno(), accepted.fileno()}) {
        EXPECT_TRUE(::fcntl(descriptor, F_GETFL) & O_NONBLOCK);
        EXPECT_TRUE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
    }
}

TEST_P(KernelTcp, AcceptOnASocketThatDoesNotListenIsAnError) {
    KernelNetwork network{options()};
    Socket socket{network};
    EXPECT_EQ(socket.accept().wait().error(), Errc::invalid_argument);
    Socket datagrams{network, Family::inet, SocketType::datagram};
    EXPECT_EQ(datagrams.accept().wait().error(), Errc::unsupported);
}

// --- connect

TEST_P(KernelTcp, ConnectingToAPortWhereNobodyListensLeavesNothingOpen) {
    KernelNetwork network{options()};
    posix::Descriptor server = posix::listening(loopback);
    const Address at = posix::name_of(server);
    server.close();
    const auto descriptors = posix::open_descriptors();

    EXPECT_EQ(create_connection(network, at).wait().error(), Errc::refused);
    EXPECT_EQ(posix::open_descriptors(), descriptors);
}

TEST_P(KernelTcp, AConnectionToThisMachineStandsAtOnceAlsoForWhoDoesNotWait) {
    KernelNetwork network{options()};
    const posix::Descriptor server = posix::listening(loopback);
    Socket socket{network};
    socket.settimeout(0ms);

    EXPECT_TRUE(socket.connect(posix::name_of(server)).wait());
    const posix::Descriptor far = posix::accepted(server);
    EXPECT_EQ(socket.connect(posix::name_of(server)).wait().error(), Errc::already_connected);
}

TEST_P(KernelTcp, AnAddressOfAnotherFamilyIsToldApart) {
    KernelNetwork network{options()};
    Socket socket{network};
    EXPECT_EQ(socket.connect(Address::parse("[::1]:80").value()).wait().error().message(),
              "connect: invalid argument ([::1]:80: [::1]:80 needs an IPv6 socket)");
}

/// Linux may choose the very port that is connected to as the local one (RFC 9293 §3.5: the
/// socket's SYN meets itself). Here it has no choice.
TEST_P(KernelTcp, DoesNotConnectToItselfWhereNobodyListens) {
    constexpr int ip_local_port_range = 51;  // since Linux 6.3; glibc 2.36 does not name it
    KernelNetwork network{options()};
    posix::Descriptor taken = posix::bound(loopback, SOCK_STREAM);
    const Address at = posix::name_of(taken);
    taken.close();
    Socket socket{network};
    const std::uint32_t only = at.port() | static_cast<std::uint32_t>(at.port()) << 16;
    if (::setsockopt(socket.fileno(), IPPROTO_IP, ip_local_port_range, &only, sizeof only) < 0)
        GTEST_SKIP() << "this kernel cannot be told which local port to take";

    EXPECT_EQ(socket.connect(at).wait().error(), Errc::refused);
}

// --- both families

TEST_P(KernelTcp, AServerOnEveryInterfaceServesBothFamiliesAndNamesEachPeerAsItIs) {
    KernelNetwork network{options()};
    Result<Socket> server = create_server(network, Address{IpAddress::any(Family::inet6), 0});
    if (!server) GTEST_SKIP() << "no IPv6 here: " << server.error().message();
    const std::uint16_t port = server->getsockname().value().port();

    const posix::Descriptor v4 = posix::connected({IpAddress::loopback(Family::inet), port});
    EXPECT_EQ(server->accept(1s).wait().value().peer, posix::name_of(v4));
    const posix::Descriptor v6 = posix::connected({IpAddress::loopback(Family::inet6), port});
    EXPECT_EQ(server->accept(1s).wait().value().peer, posix::name_of(v6));
}

INSTANTIATE_TEST_SUITE_P(On, KernelTcp, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
