// Programs in a lab over both families: IPv6, both families by one socket, large datagrams, routers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "test/support/tshark.hpp"

namespace sockeye {
namespace {

Address address(std::string_view text) {
    return Address::parse(text).value();
}

struct BothFamilies : testing::Test {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");

    BothFamilies() {
        lab.add_address(server, "2001:db8::1/64");
        lab.add_address(client, "2001:db8::2/64");
    }
    /// What the server hears of a client that connects to `at`; the client hears it back.
    Address echo_over_tcp(Socket& listener, const Address& at) {
        Socket near = create_connection(client, at).wait().value();
        Accepted accepted = listener.accept().wait().value();
        near.sendall("hello").wait().value();
        EXPECT_EQ(accepted.socket.recv(100).wait().value().text(), "hello");
        accepted.socket.sendall("hello yourself").wait().value();
        EXPECT_EQ(near.recv(100).wait().value().text(), "hello yourself");
        EXPECT_EQ(near.getpeername().value(), at);
        return accepted.peer;
    }
};

TEST_F(BothFamilies, TcpOverIPv6) {
    Socket listener = create_server(server, address("[2001:db8::1]:80")).value();
    EXPECT_EQ(echo_over_tcp(listener, address("[2001:db8::1]:80")).ip().to_string(), "2001:db8::2");
}

TEST_F(BothFamilies, AServerOnBothFamiliesSeesAnIPv4PeerAsAMappedAddress_Rfc4291_2_5_5_2) {
    Socket listener = create_server(server, address("[::]:80")).value();
    EXPECT_EQ(echo_over_tcp(listener, address("10.0.0.1:80")).ip().to_string(), "::ffff:10.0.0.2");
    EXPECT_EQ(echo_over_tcp(listener, address("[2001:db8::1]:80")).ip().to_string(), "2001:db8::2");
}

TEST_F(BothFamilies, AnIPv6SocketReachesIPv4ByAMappedAddress) {
    Socket far = create_datagram_server(server, address("10.0.0.1:9")).value();
    Socket near{client, Family::inet6, SocketType::datagram};
    ASSERT_TRUE(near.sendto("hi", address("[::ffff:10.0.0.1]:9")).wait());
    const Datagram asked = far.recvfrom(100).wait().value();
    EXPECT_EQ(asked.sender.ip().to_string(), "10.0.0.2");
    ASSERT_TRUE(far.sendto("ho", asked.sender).wait());
    EXPECT_EQ(near.recvfrom(100).wait().value().sender, address("[::ffff:10.0.0.1]:9"));
}

TEST_F(BothFamilies, LinkLocalAddressesHaveAScope_Rfc4007) {
    // fe80:: with the EUI-64 of 02:00:00:00:00:01 and :02.
    const Address at = address("[fe80::ff:fe00:1%1]:80");
    Socket listener = create_server(server, at).value();
    EXPECT_THAT(echo_over_tcp(listener, at).to_string(), testing::StartsWith("[fe80::ff:fe00:2%1]:"));
    EXPECT_EQ(listener.getsockname().value(), at);
}

TEST_F(BothFamilies, AGroupOfIPv6ReachesWhoListens) {
    Socket far = create_datagram_server(server, address("[::]:9")).value();
    Socket near{client, Family::inet6, SocketType::datagram};
    ASSERT_TRUE(near.sendto("all nodes", address("[ff02::1%1]:9")).wait());
    const Datagram heard = far.recvfrom(100).wait().value();
    EXPECT_EQ(heard.bytes.text(), "all nodes");
    EXPECT_EQ(heard.sender.scope(), 1U);
}

TEST_F(BothFamilies, ADatagramOf65507OctetsArrivesInOnePiece) {
    for (const char* at : {"10.0.0.1:9", "[2001:db8::1]:9"}) {
        Socket far = create_datagram_server(server, address(at)).value();
        Socket near{client, address(at).family(), SocketType::datagram};
        const std::string most(65'507, 'x');
        ASSERT_TRUE(near.sendto(most, address(at)).wait());
        EXPECT_EQ(far.recvfrom(65'535).wait().value().bytes.size(), most.size());
    }
}

TEST_F(BothFamilies, AClosedUdpPortRefusesAConnectedSocketOverIPv6Too) {
    Socket near{client, Family::inet6, SocketType::datagram};
    ASSERT_TRUE(near.connect(address("[2001:db8::1]:9")).wait());
    ASSERT_TRUE(near.send("anybody?").wait());
    EXPECT_EQ(near.recv(100).wait().error(), Errc::refused);
}

TEST_F(BothFamilies, TsharkFindsNothingMalformedInIPv6) {
    if (!test::has_tshark()) GTEST_SKIP() << "tshark is not here";
    Socket listener = create_server(server, address("[2001:db8::1]:80")).value();
    echo_over_tcp(listener, address("[2001:db8::1]:80"));
    PingOptions large;
    large.octets = 4000;
    EXPECT_EQ(client.run(ping(client, address("[2001:db8::1]:0"), large)).value().kind, Pong::Kind::reply);
    EXPECT_EQ(test::tshark(lab.pcapng(),
                           "-o tcp.check_checksum:TRUE -Y '_ws.malformed || _ws.expert.severity >= 6291456'"),
              "");
}

TEST(Routers, PassOnATcpConnectionOverIPv6) {
    Lab lab;
    Switch& one = lab.add_switch("one");
    Switch& other = lab.add_switch("other");
    Host& client = lab.add_host("client", one, "2001:db8:1::2/64");
    Host& server = lab.add_host("server", other, "2001:db8:2::2/64");
    Host& router = lab.add_router("router");
    lab.connect(router, one, "2001:db8:1::1/64");
    lab.connect(router, other, "2001:db8:2::1/64");
    lab.add_route(client, "::/0", "2001:db8:1::1");
    lab.add_route(server, "::/0", "2001:db8:2::1");

    Socket listener = create_server(server, address("[2001:db8:2::2]:80")).value();
    Socket near = create_connection(client, address("[2001:db8:2::2]:80")).wait().value();
    Socket far = listener.accept().wait().value().socket;
    ASSERT_TRUE(near.sendall(std::string(100'000, 'x')).wait());
    std::size_t octets = 0;
    while (octets < 100'000) octets += far.recv(65'536).wait().value().size();
    EXPECT_EQ(octets, 100'000U);
}

}  // namespace
}  // namespace sockeye
