// Rows of RFC 9293's appendix B that have no other test; docs/rfc.md lists them all.
#include "test/support/tcp_harness.hpp"
#include "transport/tcp/initial_sequence.hpp"

namespace sockeye::transport::tcp::test {
namespace {

Segment ack_of(std::uint32_t ack, std::uint16_t window) {
    return {.flags = {.ack = true}, .seq = 1, .ack = ack, .window = window};
}

TEST(TcpRfc9293, TheLastSegmentOfWhatTheUserSentIsPushed_MUST_60_MUST_61) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes(std::string(2000, 'x'))).value();
    connection.shutdown_write().value();
    const auto pushed = [&] {
        const auto packet = script.tcp.poll(script.now).value();
        return wire::parse_tcp(packet.payload.bytes())->header.flags.psh;
    };
    EXPECT_FALSE(pushed());
    EXPECT_TRUE(pushed());
}

TEST(TcpRfc9293, IntoAWindowThatShrankNothingNewIsSent_MUST_34_SHLD_15) {
    Script script;
    Connection& connection = script.establish(4000);
    connection.send(bytes(std::string(5000, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 1:1461 ack 1\nACK 1461:2921 ack 1\n");
    script.arrives(ack_of(1, 2000));
    EXPECT_EQ(script.sent(), "");
    script.arrives(ack_of(2921, 1000));  // the edge is at 3921 again
    EXPECT_EQ(script.pass(200ms), "0.200 ACK 2921:3921 ack 1\n");
}

TEST(TcpRfc9293, WhatLiesWithinAShrunkenWindowIsSentAgainAndWhatLiesBeyondItEndsNothing_SHLD_16_SHLD_17) {
    Script script{{.minimum_rto = 1s, .data_retries = 8}};
    Connection& connection = script.establish(3000);
    connection.send(bytes(std::string(2920, 'x'))).value();
    script.sent();
    script.arrives(ack_of(1, 500));
    EXPECT_EQ(script.pass(1s), "1.000 ACK 1:501 ack 1\n");
    for (int minute = 0; minute < 20; ++minute) {
        script.arrives(ack_of(501, 0));
        script.pass(1min);
    }
    EXPECT_EQ(connection.state(), State::established);
    script.arrives(ack_of(501, 3000));
    EXPECT_THAT(script.sent(), testing::StartsWith("ACK 501:1461 ack 1\n"));
}

TEST(TcpRfc9293, ASegmentWithAWrongChecksumIsDropped_MUST_3) {
    Script script;
    Connection& connection = script.establish();
    Packet payload{bytes("hello")};
    wire::TcpHeader header{.source_port = bob.port(),
                           .target_port = alice.port(),
                           .seq = script.peer_iss + 1,
                           .ack = script.own_iss + 1,
                           .window = 1000};
    header.flags.ack = true;
    wire::prepend_tcp(payload, header, bob.ip(), alice.ip());
    payload.writable().back() ^= std::byte{1};
    script.tcp.receive({.header = {.source = bob.ip(), .target = alice.ip(), .protocol = wire::protocol::tcp},
                        .payload = payload},
                       script.now, mtu);
    EXPECT_EQ(script.pass(1s), "");
    EXPECT_EQ(connection.readable(), 0u);
}

TEST(TcpRfc9293, TheInitialSequenceNumberMovesEveryFourMicroseconds_MUST_8) {
    const HashKey secret{1, 2};
    const Flow flow{alice, bob};
    const Sequence first = initial_sequence(secret, flow, at(1s));
    EXPECT_EQ(initial_sequence(secret, flow, at(1s + 4us)), first + 1);
    EXPECT_EQ(initial_sequence(secret, flow, at(2s)), first + 250'000);
}

TEST(TcpRfc9293, WithoutTheSecretNobodyKnowsAnotherFlowsNumbers_SHLD_1_MUST_9) {
    const Flow flow{alice, bob};
    const Flow other{alice, Address{bob.ip(), 81}};
    const auto distance = [&](const HashKey& key) {
        return initial_sequence(key, flow, at(0s)) - initial_sequence(key, other, at(0s));
    };
    EXPECT_NE(distance(HashKey{1, 2}), distance(HashKey{1, 3}));
    EXPECT_NE(timestamp_offset(HashKey{1, 2}, flow), timestamp_offset(HashKey{1, 3}, flow));
}

TEST(TcpRfc9293, SynReceivedRemembersThatItCameFromAnActiveOpen_MUST_11) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true}});
    EXPECT_EQ(script.sent(), "SYN ACK 0 ack 1\n");
    script.arrives({.flags = {.rst = true}, .seq = 1});
    EXPECT_EQ(connection.take_error(), Errc::refused);  // a passive one would be back in LISTEN
}

TEST(TcpRfc9293, AResetMayCarryText_SHLD_2) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.rst = true, .ack = true}, .seq = 1, .ack = 1, .text = "out of memory"});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(connection.readable(), 0u);
    EXPECT_EQ(connection.take_error(), Errc::reset);
}

TEST(TcpRfc9293, AResetCountsThoughTheWindowIsClosed_MUST_66) {
    Script script{{.receive_buffer = 10}};
    Connection& connection = script.establish();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "0123456789"});
    script.sent();
    script.arrives({.flags = {.rst = true}, .seq = 11, .text = "why"});
    EXPECT_EQ(connection.take_error(), Errc::reset);
}

TEST(TcpRfc9293, UrgentDataAreReadInLine_Rfc6093_3) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.ack = true, .urg = true}, .seq = 1, .ack = 1, .text = "hurry"});
    EXPECT_EQ(read_all(connection), "hurry");
}

TEST(TcpRfc9293, TheMssOptionStandsOnSynsAlone_MUST_65) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("x")).value();
    const auto packet = script.tcp.poll(script.now).value();
    EXPECT_EQ(wire::parse_tcp(packet.payload.bytes())->header.mss, std::nullopt);
}

TEST(TcpRfc9293, RetransmissionGoesOnForAtLeastAHundredSeconds_SHLD_11) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("x")).value();
    script.pass(100s);
    EXPECT_EQ(connection.state(), State::established);
    script.pass(1h);
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
