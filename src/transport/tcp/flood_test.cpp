// Many who send what they like: memory stays bounded, and whoever means it is still served.
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

/// 10.1.0.0 and upwards, each with ports from 1024 on.
Address stranger(std::uint32_t number) {
    const std::uint32_t host = number / 1000;
    const std::array<std::uint8_t, 4> octets{10, 1, static_cast<std::uint8_t>(host >> 8),
                                             static_cast<std::uint8_t>(host)};
    return Address{IpAddress{octets}, static_cast<std::uint16_t>(1024 + number % 1000)};
}

const Segment syn{.flags = {.syn = true}, .mss = 1460};

// ---- SYNs that nobody follows up

struct SynFlood : ::testing::Test {
    Script script{{.syn_backlog = 128}};
    Listener& listener = *script.tcp.listen(alice, 5).value();

    void flood(std::uint32_t syns) {
        for (std::uint32_t i = 0; i < syns; ++i) script.arrives_from(stranger(i), syn);
    }
    std::size_t drain() {
        std::size_t segments = 0;
        while (script.tcp.poll(script.now)) ++segments;
        return segments;
    }
};

TEST_F(SynFlood, IsAnsweredFromBoundedMemory_Rfc4987_3) {
    flood(50'000);
    EXPECT_EQ(script.tcp.connections(), 128u);
    EXPECT_LE(drain(), 128u + 1024u) << "the half-open ones, and as many answers as may wait";
}

TEST_F(SynFlood, LetsWhoeverMeansItIn) {
    for (int i = 0; i < 20; ++i) {
        flood(1000);
        drain();
    }
    script.there = Address{"192.0.2.7", 4000};
    script.arrives(syn);
    EXPECT_EQ(script.sent(), "SYN ACK 0 ack 1\n");
    flood(1000);
    drain();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "hello"});
    Connection* const connection = script.tcp.accept(listener);
    ASSERT_NE(connection, nullptr);
    EXPECT_EQ(read_all(*connection), "hello");
}

TEST_F(SynFlood, LeavesNothingBehindOnceItsHandshakesHaveTimedOut) {
    flood(10'000);
    script.pass(300s);
    EXPECT_EQ(script.tcp.connections(), 0u);
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

TEST_F(SynFlood, OfAcksThatCompleteNothingMakesNoConnection) {
    flood(1000);
    drain();
    for (std::uint32_t i = 0; i < 50'000; ++i) {
        script.own_iss = Sequence{i * 85'899};
        script.arrives_from(stranger(100'000 + i), {.flags = {.ack = true}, .seq = 1, .ack = 1});
    }
    EXPECT_EQ(script.tcp.connections(), 128u);
    EXPECT_EQ(script.tcp.accept(listener), nullptr);
}

// ---- whoever knows the addresses and ports, but no numbers

/// A connection with a window of 65535, so that 65538 guesses at its numbers hit it once.
struct BlindAttack : ::testing::Test {
    Script script{{.receive_buffer = 65535}};
    Connection& connection = script.establish();

    /// @returns how many segments answered
    std::size_t guess(Segment segment) {
        constexpr std::uint32_t window = 65535;
        std::size_t answers = 0;
        for (std::uint32_t i = 0; i < 65'538; ++i) {
            segment.seq = 7 + i * window;  // which is not the very number
            script.arrives(segment);
            while (script.tcp.poll(script.now)) ++answers;
        }
        return answers;
    }
};

TEST_F(BlindAttack, ByResetsEndsNothing_Rfc5961_3) {
    EXPECT_LE(guess({.flags = {.rst = true}}), 1u);
    EXPECT_EQ(connection.state(), State::established);
}

TEST_F(BlindAttack, BySynsEndsNothing_Rfc5961_4) {
    EXPECT_LE(guess({.flags = {.syn = true}}), 1u);
    EXPECT_EQ(connection.state(), State::established);
}

TEST_F(BlindAttack, ByTextPutsNothingIntoTheStream_Rfc5961_5) {
    guess({.flags = {.ack = true}, .ack = 0x4000'0000, .text = "forged"});
    EXPECT_EQ(connection.readable(), 0u);
    EXPECT_FALSE(connection.status().incoming.has_gap());
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "meant"});
    EXPECT_EQ(read_all(connection), "meant");
}

TEST_F(BlindAttack, ByAcksMovesNothing_Rfc5961_5) {
    ASSERT_TRUE(connection.send(bytes("text")).has_value());
    script.sent();
    for (std::uint32_t i = 1; i < 65'536; ++i)
        script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 5 + (i << 16)});
    EXPECT_EQ(connection.unacknowledged(), 4u);
}

// ---- two ends that no longer agree

TEST(AckStorm, OfTwoEndsThatEachGotWhatTheOtherNeverSentIsADripAtMost_Rfc5961_7) {
    Pair pair;
    pair.connect();
    pair.run_for(1s);
    const auto forge = [&](Tcp& tcp, const Connection& at) {
        const Tcb& tcb = at.status();
        wire::TcpHeader header{.source_port = at.peer().port(),
                               .target_port = at.local().port(),
                               .seq = tcb.rcv_nxt(),
                               .ack = tcb.snd_nxt,
                               .flags = {.ack = true},
                               .window = 500,
                               .timestamps = wire::TcpTimestamps{tcb.timestamps.echo(), 0}};
        network::IpPacket packet{
            .header = {.source = at.peer().ip(), .target = at.local().ip(), .protocol = 6},
            .payload = Packet{bytes("forged")}};
        wire::prepend_tcp(packet.payload, header, at.peer().ip(), at.local().ip());
        tcp.receive(packet, pair.now, mtu);
    };
    forge(pair.a, *pair.client);
    forge(pair.b, *pair.server);
    pair.trace.clear();
    pair.run_for(100s);
    EXPECT_LE(std::ranges::count(pair.trace, '\n'), 2 + 2 * 100 * 2) << "two challenges a second, each end";
    EXPECT_EQ(pair.client->state(), State::established);
}

// ---- what is ahead of its time

TEST(OutOfOrderFlood, OverTenThousandConnectionsStaysWithinItsBound) {
    constexpr std::size_t bound = 8 << 20;
    constexpr std::uint32_t connections = 10'000;
    Script script{{.receive_buffer = 65535, .memory_ahead = bound}};
    Listener& listener = *script.tcp.listen(alice, 5).value();
    std::vector<std::pair<Connection*, Sequence>> all;
    for (std::uint32_t i = 0; i < connections; ++i) {
        script.there = stranger(i);
        script.arrives(syn);
        script.sent();
        script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1});
        all.emplace_back(script.tcp.accept(listener), script.own_iss);
        script.arrives({.flags = {.ack = true}, .seq = 60'001, .ack = 1, .text = std::string(1000, 'x')});
        script.sent();
        ASSERT_LE(script.tcp.memory_ahead(), bound);
    }
    std::size_t held = 0;
    for (const auto& [connection, iss] : all) held += connection->status().incoming.memory_ahead();
    EXPECT_EQ(held, script.tcp.memory_ahead());
    EXPECT_GT(held, bound / 2);

    // Whoever sends in order is served, whether what it had ahead was kept or not.
    for (const std::uint32_t i : {0U, connections - 1}) {
        script.there = stranger(i);
        script.own_iss = all[i].second;
        script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "in order"});
        EXPECT_EQ(read_all(*all[i].first), "in order");
    }
    for (const auto& [connection, iss] : all) script.tcp.abort(*connection);
    EXPECT_EQ(script.tcp.memory_ahead(), 0u);
}

TEST(OutOfOrderFlood, WhatWasForgottenIsNotToldAsReceived_Rfc2018_8) {
    Script script{{.receive_buffer = 65535, .options = {.timestamps = false}, .memory_ahead = 1 << 12}};
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .mss = 1460, .sack_permitted = true});
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "abc"});
    script.arrives({.flags = {.ack = true}, .seq = 5, .ack = 1, .text = "efg"});
    EXPECT_THAT(script.sent(Show::options), testing::HasSubstr("ack 4 win 65532 sack {5:8}"));
    script.arrives({.flags = {.ack = true}, .seq = 9000, .ack = 1, .text = std::string(1000, 'x')});
    EXPECT_EQ(script.sent(Show::options), "ACK 1 ack 4 win 65532\n");
    script.arrives({.flags = {.ack = true}, .seq = 4, .ack = 1, .text = "defghi"});
    EXPECT_EQ(read_all(connection), "abcdefghi");
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
