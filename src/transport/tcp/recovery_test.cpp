// Sending exactly what is lost again: fast retransmit and recovery (RFC 5681, RFC 6582, RFC 6675), RACK and
// TLP (RFC 8985), and giving back what a needless repair took (RFC 2883, RFC 3522).
#include "transport/tcp/recovery.hpp"

#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

constexpr std::uint32_t mss = 1000;

/// alice has sent ten segments of 1000 octets to a bob who knows SACK, 100 ms away.
struct RecoveryTest : ::testing::Test {
    Script script{{.send_buffer = 1 << 20, .options = {.timestamps = false}}};
    Connection* connection = nullptr;

    void start(bool sack, std::uint32_t segments = 10) {
        connection = script.tcp.connect(alice, bob, script.now, mtu).value();
        script.sent();
        script.now = script.now + 100ms;
        script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .mss = mss, .sack_permitted = sack});
        script.sent();
        connection->send(bytes(std::string(segments * mss, 'x'))).value();
        script.sent();
        script.now = script.now + 100ms;
    }
    static Sequence at_segment(std::uint32_t number) { return Sequence{1 + number * mss}; }
    /// bob has everything before segment `next`, and the segments of `ahead` (first, behind last).
    void acknowledge(std::uint32_t next, std::vector<std::pair<std::uint32_t, std::uint32_t>> ahead = {}) {
        Segment ack{.flags = {.ack = true}, .seq = 1, .ack = 1 + next * mss};
        for (const auto& [first, behind] : ahead) ack.sack.push_back({at_segment(first), at_segment(behind)});
        script.arrives(ack);
    }
    const Tcb& tcb() const { return connection->status(); }
    void add(std::uint32_t segments) { connection->send(bytes(std::string(segments * mss, 'y'))).value(); }
};

TEST_F(RecoveryTest, ThreeSegmentsBehindAGapAreALoss_AndExactlyThatLeavesAgain_Rfc8985_6) {
    start(true);
    acknowledge(2);
    acknowledge(2, {{3, 4}});
    acknowledge(2, {{3, 5}});
    EXPECT_EQ(script.sent(), "");
    acknowledge(2, {{3, 6}});
    EXPECT_EQ(script.sent(), "ACK 2001:3001 ack 1\n");
    acknowledge(10);
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(tcb().recovery.phase(), Recovery::Phase::open);
    EXPECT_EQ(tcb().congestion.window(), tcb().congestion.slow_start_threshold());
}

TEST_F(RecoveryTest, SeveralGapsAreRepairedWithinARoundTrip_Rfc6675_5) {
    start(true);
    acknowledge(0, {{1, 2}});
    acknowledge(0, {{3, 4}, {1, 2}});
    acknowledge(0, {{5, 10}, {3, 4}, {1, 2}});
    std::string again = script.sent();
    acknowledge(1, {{5, 10}, {3, 4}});
    again += script.sent();
    acknowledge(3, {{5, 10}});
    again += script.sent();
    EXPECT_EQ(again, "ACK 1:1001 ack 1\nACK 2001:3001 ack 1\nACK 4001:5001 ack 1\n");
}

TEST_F(RecoveryTest, WithFewerSegmentsBehindItAGapIsALossAfterAQuarterOfTheRoundTrip_Rfc8985_6) {
    start(true, 2);
    acknowledge(0, {{1, 2}});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(script.pass(30ms), "0.225 ACK 1:1001 ack 1\n");
}

TEST_F(RecoveryTest, ASegmentThatWasOvertakenIsNotLost_Rfc8985_6) {
    start(true, 3);
    acknowledge(0, {{1, 3}});
    EXPECT_EQ(script.pass(20ms), "");
    acknowledge(3);
    EXPECT_EQ(script.pass(10s), "");
    EXPECT_TRUE(tcb().recovery.rack().is_reordering_seen());
}

TEST_F(RecoveryTest, OnceReorderingWasSeenThreeSegmentsAreNoProof_Rfc8985_6_2) {
    start(true, 3);
    acknowledge(0, {{1, 3}});
    acknowledge(3);
    add(6);
    script.sent();
    script.now = script.now + 100ms;
    acknowledge(3, {{4, 8}});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(script.pass(30ms), "0.325 ACK 3001:4001 ack 1\n") << "but a quarter of the round trip is";
}

TEST_F(RecoveryTest, ARetransmissionThatIsLostIsFoundTooBeforeTheTimer_Rfc8985_3) {
    start(true);
    acknowledge(0, {{1, 4}});
    EXPECT_EQ(script.sent(), "ACK 1:1001 ack 1\n");
    add(10);
    acknowledge(0, {{1, 10}});
    script.sent();  // new segments leave, after the retransmission
    script.now = script.now + 100ms;
    acknowledge(0, {{1, 11}});
    EXPECT_THAT(script.sent(), ::testing::StartsWith("ACK 1:1001 ack 1\n"));
}

TEST_F(RecoveryTest, TheFirstDuplicatesLetNewSegmentsLeave_Rfc3042) {
    start(false);
    add(10);
    acknowledge(0);
    EXPECT_EQ(script.sent(), "ACK 10001:11001 ack 1\n");
    acknowledge(0);
    EXPECT_EQ(script.sent(), "ACK 11001:12001 ack 1\n");
}

TEST_F(RecoveryTest, WithoutSackTheThirdDuplicateIsALoss_Rfc5681_3_2) {
    start(false);
    for (int i = 0; i < 2; ++i) acknowledge(0);
    EXPECT_EQ(script.sent(), "");
    acknowledge(0);
    EXPECT_EQ(script.sent(), "ACK 1:1001 ack 1\n");
}

TEST_F(RecoveryTest, WithoutSackAPartialAckIsTheNextLoss_Rfc6582_3_2) {
    start(false);
    for (int i = 0; i < 3; ++i) acknowledge(0);
    script.sent();
    acknowledge(4);
    EXPECT_EQ(script.sent(), "ACK 4001:5001 ack 1\n");
    EXPECT_EQ(tcb().recovery.phase(), Recovery::Phase::repairing);
    acknowledge(10);
    EXPECT_EQ(tcb().recovery.phase(), Recovery::Phase::open);
}

TEST_F(RecoveryTest, WithoutSackWhatWasSentAgainAfterATimeoutIsNoNewLoss_Rfc6582_3_2) {
    start(false, 4);
    EXPECT_EQ(script.pass(250ms), "0.400 ACK 1:1001 ack 1\n");
    for (int i = 0; i < 3; ++i) acknowledge(0);
    EXPECT_EQ(script.sent(), "");
}

// ---- tail loss probe

TEST_F(RecoveryTest, ASilentTailIsProbedAfterTwoRoundTrips_Rfc8985_7) {
    start(true, 3);
    EXPECT_EQ(script.pass(150ms), "0.300 ACK 2001:3001 ack 1\n");
    script.now = script.now + 50ms;
    acknowledge(0, {{2, 3}});  // the probe arrived, so what is before it is lost
    EXPECT_EQ(script.sent(), "ACK 1:1001 ack 1\nACK 1001:2001 ack 1\n");
}

TEST_F(RecoveryTest, AProbeTakesNewOctetsWhereThereAreSome_Rfc8985_7_3) {
    start(true);
    add(5);  // for which the window has no room
    EXPECT_EQ(script.pass(150ms), "0.300 ACK 10001:11001 ack 1\n");
}

TEST_F(RecoveryTest, AProbeThatRepairedTheTailCostsWindow_Rfc8985_7_4) {
    start(true, 3);
    script.pass(150ms);
    const std::uint32_t before = tcb().congestion.window();
    acknowledge(3);
    add(1);
    script.sent();
    acknowledge(4);
    EXPECT_LT(tcb().congestion.window(), before);
}

TEST_F(RecoveryTest, AProbeThatWasNotNeededCostsNothing_Rfc8985_7_4) {
    start(true, 3);
    script.pass(150ms);
    const std::uint32_t before = tcb().congestion.window();
    acknowledge(3);
    acknowledge(3, {{2, 3}});  // the last segment came twice
    add(1);
    script.sent();
    acknowledge(4);
    EXPECT_GE(tcb().congestion.window(), before);
}

// ---- needless repairs

TEST_F(RecoveryTest, WhatCameTwiceWasNotLost_AndTheWindowIsGivenBack_Rfc3708_3) {
    start(true);
    const std::uint32_t before = tcb().congestion.window();
    acknowledge(0, {{1, 4}});
    ASSERT_EQ(script.sent(), "ACK 1:1001 ack 1\n");
    acknowledge(10);  // the original came late,
    EXPECT_LT(tcb().congestion.window(), before);
    acknowledge(10, {{0, 1}});  // and then the other
    EXPECT_GE(tcb().congestion.window(), before);
    EXPECT_GT(tcb().recovery.rack().window(0, Rack::Repairing::no, 1s), 25ms)
        << "and reordering gets more time";
}

TEST(TcpRecovery, ATimestampOlderThanTheRetransmissionShowsATimeoutThatWasTooEarly_Rfc3522) {
    Pair pair{{.minimum_rto = 200ms}};
    pair.connect();
    pair.run_for(1s);
    pair.client->send(bytes(std::string(5000, 'x'))).value();
    pair.run_for(1s);
    const std::uint32_t before = pair.client->status().congestion.window();
    Duration way = 300ms;  // once, nothing comes back for longer than the timeout
    pair.delay = [&](const Pair::Passing&) { return way; };
    pair.client->send(bytes(std::string(5000, 'x'))).value();
    pair.run_for(250ms);
    EXPECT_LT(pair.client->status().congestion.window(), before);
    pair.run_for(2s);
    EXPECT_GE(pair.client->status().congestion.window(), before);
}

TEST(TcpRecovery, WithoutSackTheThirdDuplicateIsALossHoweverFarTheNumbersHaveGone_Rfc6582_3_2) {
    constexpr std::uint32_t large = 1 << 24;
    Sequence una{1};
    Recovery recovery{Sack::absent, una, mss, 100ms};
    Congestion congestion{mss};
    const Instant now;
    for (int i = 0; i < 200; ++i) {  // 3 GiB
        recovery.sent({una, una + large}, 100ms, Instant::never(), now);
        una = una + large;
        recovery.acknowledged({.ack = una, .srtt = 100ms, .now = now}, congestion, Instant::never());
    }
    for (std::uint32_t i = 0; i < 4; ++i)
        recovery.sent({una + i * mss, una + (i + 1) * mss}, 100ms, Instant::never(), now);
    for (int i = 0; i < 3; ++i)
        recovery.acknowledged({.ack = una, .is_duplicate = true, .srtt = 100ms, .now = now}, congestion,
                              Instant::never());
    EXPECT_EQ(recovery.phase(), Recovery::Phase::repairing);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
