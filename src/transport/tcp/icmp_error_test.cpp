// ICMP against connections (RFC 9293 §3.9.2.2, RFC 5461, RFC 5927), and path MTU discovery (RFC 1191).
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

/// The 8 octets that a router quotes of alice's segment with the number `seq`.
network::IpPacket quoted(const Script& script, std::uint32_t seq) {
    const wire::TcpHeader header{
        .source_port = alice.port(), .target_port = bob.port(), .seq = script.own_iss + seq};
    Packet segment{0};
    wire::prepend_tcp(segment, header, alice.ip(), bob.ip());
    return {.header = {.source = alice.ip(), .target = bob.ip(), .protocol = wire::protocol::tcp},
            .payload = Packet{segment.bytes().first(8)}};
}

TEST(TcpIcmp, WhileAConnectionIsBeingOpenedUnreachableEndsIt_Rfc5461_4_1) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.tcp.unreachable(quoted(script, 0));
    EXPECT_EQ(connection.take_error(), Errc::unreachable);
}

TEST(TcpIcmp, AnOpenConnectionOutlivesTheErrorAndNamesItWhenItGivesUp_Rfc5461_2) {
    Script script{{.data_retries = 2}};
    Connection& connection = script.establish();
    connection.send(bytes("hello")).value();
    script.sent();
    script.tcp.unreachable(quoted(script, 1));
    EXPECT_EQ(connection.state(), State::established);
    EXPECT_EQ(connection.soft_error(), Errc::unreachable);
    script.pass(1h);
    EXPECT_EQ(connection.take_error(), Errc::unreachable);
}

TEST(TcpIcmp, AnErrorAboutANumberThatIsNotInFlightIsForged_Rfc5927_4_1) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("hello")).value();
    script.sent();
    script.tcp.unreachable(quoted(script, 0));
    script.tcp.unreachable(quoted(script, 6));
    EXPECT_EQ(connection.soft_error(), std::nullopt);
    script.tcp.unreachable(quoted(script, 5));
    EXPECT_EQ(connection.soft_error(), Errc::unreachable);
}

TEST(TcpIcmp, PacketTooBigMakesSegmentsSmallerAndSendsThemAgain_Rfc1191_6_5) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes(std::string(1460, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 1:1461 ack 1\n");
    script.tcp.too_big(quoted(script, 1), 1000);
    EXPECT_EQ(script.sent(), "ACK 1:961 ack 1\nACK 961:1461 ack 1\n");
    script.tcp.too_big(quoted(script, 1), 1400);  // larger than what is used
    EXPECT_EQ(script.sent(), "");
}

TEST(TcpIcmp, NoPathTakesLessThanRfc791Demands) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("hello")).value();
    script.sent();
    script.tcp.too_big(quoted(script, 100), 576);  // not in flight: forged
    EXPECT_EQ(connection.status().snd_mss, 1460u);
    script.tcp.too_big(quoted(script, 1), 0);
    EXPECT_EQ(connection.status().snd_mss, 28u);
}

TEST(TcpIcmp, QuotedOctetsThatAreNoSegmentAreIgnored) {
    Script script;
    script.establish();
    network::IpPacket packet = quoted(script, 0);
    packet.payload = Packet{packet.payload.bytes().first(7)};
    script.tcp.unreachable(packet);
    script.tcp.too_big(packet, 500);
    EXPECT_EQ(script.sent(), "");
}

TEST(TcpIcmp, ItIsRememberedWhichErrorItWas) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.tcp.unreachable(quoted(script, 0), network::IcmpNotice::Kind::port_unreachable);
    EXPECT_EQ(connection.take_error(), Errc::refused);
    EXPECT_EQ(connection.status().icmp_error, network::IcmpNotice::Kind::port_unreachable);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
