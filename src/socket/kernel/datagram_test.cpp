// UDP on the kernel's network, against peers in plain POSIX.
#include <gtest/gtest.h>

#include <string>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

const Address loopback{IpAddress::loopback(Family::inet), 0};

class KernelUdp : public test::OnEachBackend {};

TEST_P(KernelUdp, AnswersAPeerThatKnowsNothingOfSockeye) {
    KernelNetwork network{options()};
    Socket server = create_datagram_server(network, loopback).value();
    const posix::Descriptor peer = posix::connected(server.getsockname().value(), SOCK_DGRAM);
    posix::send(peer, "ping");

    Datagram asked = server.recvfrom(100).wait().value();
    EXPECT_EQ(asked.bytes.text(), "ping");
    EXPECT_EQ(asked.sender, posix::name_of(peer));
    ASSERT_TRUE(server.sendto("pong", asked.sender).wait());
    EXPECT_EQ(posix::receive(peer), "pong");
}

TEST_P(KernelUdp, ADatagramLongerThanAskedForIsCutAndSaysSo) {
    KernelNetwork network{options()};
    Socket server = create_datagram_server(network, loopback).value();
    const posix::Descriptor peer = posix::connected(server.getsockname().value(), SOCK_DGRAM);
    posix::send(peer, "0123456789");
    posix::send(peer, "0123");

    Datagram cut = server.recvfrom(4).wait().value();
    EXPECT_EQ(cut.bytes.text(), "0123");
    EXPECT_TRUE(cut.truncated);
    Datagram whole = server.recvfrom(4).wait().value();
    EXPECT_EQ(whole.bytes.text(), "0123");
    EXPECT_FALSE(whole.truncated);
}

TEST_P(KernelUdp, EveryDatagramOfABurstIsReceivedByATaskThatWaited) {
    constexpr int burst = 100;
    KernelNetwork network{options()};
    Socket server = create_datagram_server(network, loopback).value();
    const posix::Descriptor peer = posix::connected(server.getsockname().value(), SOCK_DGRAM);
    int received = 0;
    network.spawn([](Socket& socket, int& count) -> Task<> {
        while (auto datagram = co_await socket.recvfrom(1000, 2s))
            if (++count == burst) co_return;
    }(server, received));
    network.spawn([](Network& n, const posix::Descriptor& from) -> Task<> {
        EXPECT_TRUE(co_await n.sleep(1ms));
        for (int i = 0; i < burst; ++i) posix::send(from, "x");
    }(network, peer));

    ASSERT_TRUE(network.run());
    EXPECT_EQ(received, burst);
}

/// RFC 1122 §4.1.3.3: ICMP port unreachable is passed on to the program.
TEST_P(KernelUdp, AConnectedSocketHearsThatNobodyIsThere) {
    KernelNetwork network{options()};
    posix::Descriptor gone = posix::bound(loopback, SOCK_DGRAM);
    const Address at = posix::name_of(gone);
    gone.close();
    Socket socket{network, Family::inet, SocketType::datagram};
    ASSERT_TRUE(socket.connect(at).wait());
    ASSERT_TRUE(socket.send("anybody?").wait());

    EXPECT_EQ(socket.recv(10, 1s).wait().error(), Errc::refused);
    EXPECT_EQ(socket.recv(10, 1ms).wait().error(), Errc::timed_out) << "told once: UDP has no connection";
}

TEST_P(KernelUdp, SendingWithoutAPeerSaysThatThereIsNone) {
    KernelNetwork network{options()};
    Socket socket{network, Family::inet, SocketType::datagram};
    EXPECT_EQ(socket.send("to whom?").wait().error(), Errc::not_connected);
}

TEST_P(KernelUdp, AServerOnEveryInterfaceAnswersAnIPv4PeerUnderItsOwnAddress) {
    KernelNetwork network{options()};
    Result<Socket> server = create_datagram_server(network, Address{IpAddress::any(Family::inet6), 0});
    if (!server) GTEST_SKIP() << "no IPv6 here: " << server.error().message();
    const Address at{IpAddress::loopback(Family::inet), server->getsockname().value().port()};
    const posix::Descriptor peer = posix::connected(at, SOCK_DGRAM);
    posix::send(peer, "ping");

    const Address sender = server->recvfrom(100).wait().value().sender;
    EXPECT_EQ(sender, posix::name_of(peer));
    ASSERT_TRUE(server->sendto("pong", sender).wait());
    EXPECT_EQ(posix::receive(peer), "pong");
}

INSTANTIATE_TEST_SUITE_P(On, KernelUdp, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
