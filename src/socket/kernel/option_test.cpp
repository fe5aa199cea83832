// Options of the kernel's sockets: ours say what the system says.
#include "sockeye/option.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "sockeye/credentials.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/message.hpp"
#include "sockeye/tcp_info.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

template <class Value>
Value asked(Socket& socket, int level, int number) {
    Value value{};
    socklen_t size = sizeof value;
    posix::checked(::getsockopt(socket.fileno(), level, number, &value, &size), "getsockopt");
    return value;
}

class KernelOption : public test::OnEachBackend {
protected:
    Socket datagrams(Family family = Family::inet) {
        return {Socket{network_, family, SocketType::datagram}};
    }

    KernelNetwork network_{options()};
    Socket tcp_{network_};
};

TEST_P(KernelOption, EveryFlagOfASocketsKindCanBeSetAndAsked) {
    struct Example {
        option::Flag flag;
        int level;
        int number;
    };
    const Example flags[] = {
        {option::so_keepalive, SOL_SOCKET, SO_KEEPALIVE},
        {option::so_oobinline, SOL_SOCKET, SO_OOBINLINE},
        {option::so_reuseport, SOL_SOCKET, SO_REUSEPORT},
        {option::ip_recvtos, IPPROTO_IP, IP_RECVTOS},
        {option::ip_recvttl, IPPROTO_IP, IP_RECVTTL},
        {option::ip_pktinfo, IPPROTO_IP, IP_PKTINFO},
        {option::tcp_cork, IPPROTO_TCP, TCP_CORK},
        {option::tcp_nodelay, IPPROTO_TCP, TCP_NODELAY},
        {option::tcp_fastopen_connect, IPPROTO_TCP, TCP_FASTOPEN_CONNECT},
    };
    for (const Example& each : flags) {
        ASSERT_TRUE(tcp_.setsockopt(each.flag, true)) << each.number;
        EXPECT_TRUE(tcp_.getsockopt(each.flag).value()) << each.number;
        EXPECT_EQ(asked<int>(tcp_, each.level, each.number), 1) << each.number;
        ASSERT_TRUE(tcp_.setsockopt(each.flag, false)) << each.number;
        EXPECT_FALSE(tcp_.getsockopt(each.flag).value()) << each.number;
    }
}

TEST_P(KernelOption, TimesAreInTheUnitsOfEachAndRoundedUp) {
    ASSERT_TRUE(tcp_.setsockopt(option::tcp_keepidle, 10s));
    EXPECT_EQ(asked<int>(tcp_, IPPROTO_TCP, TCP_KEEPIDLE), 10);
    ASSERT_TRUE(tcp_.setsockopt(option::tcp_keepintvl, 1500ms));
    EXPECT_EQ(tcp_.getsockopt(option::tcp_keepintvl).value(), 2s);
    ASSERT_TRUE(tcp_.setsockopt(option::tcp_user_timeout, 1500ms));
    EXPECT_EQ(asked<int>(tcp_, IPPROTO_TCP, TCP_USER_TIMEOUT), 1500);
    EXPECT_EQ(tcp_.setsockopt(option::tcp_keepidle, -1s).error(), Errc::invalid_argument);
    EXPECT_EQ(tcp_.setsockopt(option::tcp_keepidle, Duration::max()).error(), Errc::invalid_argument);
}

TEST_P(KernelOption, KeepaliveIsFourOptionsInOne) {
    ASSERT_TRUE(set_keepalive(tcp_, {.idle = 30s, .interval = 5s, .count = 3}));
    EXPECT_TRUE(tcp_.getsockopt(option::so_keepalive).value());
    EXPECT_EQ(tcp_.getsockopt(option::tcp_keepidle).value(), 30s);
    EXPECT_EQ(tcp_.getsockopt(option::tcp_keepintvl).value(), 5s);
    EXPECT_EQ(tcp_.getsockopt(option::tcp_keepcnt).value(), 3);
    EXPECT_EQ(set_keepalive(tcp_, {.count = 0}).error(), Errc::invalid_argument);
}

TEST_P(KernelOption, TextsAndNumbersAndLinger) {
    EXPECT_FALSE(tcp_.getsockopt(option::tcp_congestion).value().empty());
    ASSERT_TRUE(tcp_.setsockopt(option::tcp_congestion, "reno"));
    EXPECT_EQ(tcp_.getsockopt(option::tcp_congestion).value(), "reno");
    EXPECT_EQ(tcp_.getsockopt(option::so_bindtodevice).value(), "");
    ASSERT_TRUE(tcp_.setsockopt(option::so_sndbuf, 20'000));
    EXPECT_EQ(tcp_.getsockopt(option::so_sndbuf).value(), 40'000) << "socket(7): twice as much";
    EXPECT_EQ(tcp_.getsockopt(option::so_linger).value(), std::nullopt);
    ASSERT_TRUE(tcp_.setsockopt(option::so_linger, 3s));
    EXPECT_EQ(tcp_.getsockopt(option::so_linger).value(), 3s);
    EXPECT_EQ(asked<linger>(tcp_, SOL_SOCKET, SO_LINGER).l_linger, 3);
    ASSERT_TRUE(tcp_.setsockopt(option::so_linger, std::nullopt));
    EXPECT_EQ(asked<linger>(tcp_, SOL_SOCKET, SO_LINGER).l_onoff, 0);
}

/// Row 103: the escape hatch, as an int and as octets.
TEST_P(KernelOption, AnyOptionByItsNumbers) {
    ASSERT_TRUE(tcp_.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1));
    EXPECT_NE(tcp_.getsockopt(IPPROTO_TCP, TCP_NODELAY).value(), 0);
    ASSERT_TRUE(tcp_.setsockopt(IPPROTO_TCP, TCP_CONGESTION, "reno"));
    const Bytes name = tcp_.getsockopt(IPPROTO_TCP, TCP_CONGESTION, 16).value();
    EXPECT_EQ(name.text().substr(0, 5), std::string_view("reno\0", 5));
    EXPECT_EQ(tcp_.getsockopt(IPPROTO_TCP, 9999).error(), Errc::unsupported);
}

TEST_P(KernelOption, AMulticastGroupIsJoinedAndLeft) {
    Socket receiver = datagrams();
    const Membership all_ours{.group = IpAddress::parse("239.7.7.7").value(), .interface = 1};
    ASSERT_TRUE(receiver.bind(Address{"", 0}));
    const Result<void> joined = join_group(receiver, all_ours);
    if (!joined) GTEST_SKIP() << "no multicast here: " << joined.error().message();
    EXPECT_EQ(join_group(receiver, all_ours).error(), Errc::address_in_use);

    Socket sender = datagrams();
    ASSERT_TRUE(sender.setsockopt(option::ip_multicast_if, IpAddress::loopback(Family::inet)));
    EXPECT_EQ(sender.getsockopt(option::ip_multicast_if).value(), IpAddress::loopback(Family::inet));
    const Address group{all_ours.group, receiver.getsockname().value().port()};
    ASSERT_TRUE(sender.sendto("to all", group).wait());
    EXPECT_EQ(receiver.recvfrom(100, 1s).wait().value().bytes.text(), "to all");

    ASSERT_TRUE(leave_group(receiver, all_ours));
    EXPECT_EQ(leave_group(receiver, all_ours).error(), Errc::address_not_available);
}

TEST_P(KernelOption, PeerCredentialsAreThoseOfTheProcessAtTheOtherEnd) {
    SocketPair pair = socketpair(network_).value();
    EXPECT_EQ(peer_credentials(pair.first).value(), (Credentials{::getpid(), ::getuid(), ::getgid()}));
    EXPECT_EQ(peer_credentials(tcp_).error(), Errc::unsupported);
}

TEST_P(KernelOption, TcpInfoMeasuresARoundTrip) {
    const posix::Descriptor server = posix::listening({IpAddress::loopback(Family::inet), 0});
    Socket near = create_connection(network_, posix::name_of(server)).wait().value();
    const TcpInfo info = tcp_info(near).value();
    EXPECT_EQ(info.state, TcpState::established);
    EXPECT_GT(info.rtt, Duration::zero());
    EXPECT_GT(info.rto, info.rtt);
    EXPECT_EQ(info.in_flight, 0U);
}

INSTANTIATE_TEST_SUITE_P(On, KernelOption, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
