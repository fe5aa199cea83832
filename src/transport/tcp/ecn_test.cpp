// Explicit congestion notification between two of our own ends (RFC 3168). What each segment says is in
// test/scripts/ecn.
#include "transport/tcp/ecn.hpp"

#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

constexpr std::uint32_t mss = 1000;

Recovery::Range range(Sequence from, std::uint32_t octets) {
    return {.left = from, .right = from + octets};
}

/// A window of which the last segment has arrived twice: what was sent again had not been lost.
struct TcpEcn : ::testing::Test {
    Congestion congestion{mss, CongestionControl::new_reno};
    Sequence una{1};
    Recovery recovery{Sack::permitted, una, mss, 100ms};
    Instant now;

    void send(std::uint32_t first, std::uint32_t segments) {
        for (std::uint32_t i = first; i < first + segments; ++i)
            recovery.sent(range(una + i * mss, mss), 100ms, Instant::never(), now);
    }
    void acknowledge(std::uint32_t segments, bool echoes_mark, wire::SackBlocks blocks = {}) {
        recovery.acknowledged({.ack = una + segments * mss,
                               .blocks = blocks,
                               .echoes_mark = echoes_mark,
                               .srtt = 100ms,
                               .now = now},
                              congestion, Instant::never());
    }
    /// The first of ten is taken to be lost, and leaves again.
    void lose_the_first() {
        send(0, 10);
        now = now + 100ms;
        acknowledge(0, false, {range(una + mss, 3 * mss)});
        recovery.sent_again(range(una, mss), now);
    }
    /// The peer got it twice.
    void report_the_duplicate(bool echoes_mark) { acknowledge(10, echoes_mark, {range(una, mss)}); }
};

TEST_F(TcpEcn, WhatAMarkHasTakenIsNotGivenBackWhenARepairWasNeedless_Rfc3168_6_1_2) {
    lose_the_first();
    ASSERT_EQ(congestion.slow_start_threshold(), 5 * mss);
    now = now + 100ms;
    report_the_duplicate(true);
    EXPECT_EQ(congestion.slow_start_threshold(), 5 * mss);
    EXPECT_TRUE(recovery.take_reduction());
}

TEST_F(TcpEcn, WithoutAMarkItIsGivenBackAndThePeerIsNotTold) {
    lose_the_first();
    now = now + 100ms;
    report_the_duplicate(false);
    EXPECT_EQ(congestion.slow_start_threshold(), UINT32_MAX);
    EXPECT_FALSE(recovery.take_reduction());
}

TEST_F(TcpEcn, AMarkOfTheLastSegmentOfAllHalvesWhatWasInFlightBeforeIt) {
    send(0, 8);
    now = now + 100ms;
    acknowledge(8, true);
    EXPECT_EQ(congestion.window(), 4 * mss);
}

TEST_F(TcpEcn, AMarkNeverMakesTheWindowLarger) {
    send(0, 10);
    now = now + 100ms;
    acknowledge(1, true);
    ASSERT_EQ(congestion.window(), 5 * mss);
    send(10, 1);
    acknowledge(11, true);
    EXPECT_LE(congestion.window(), 5 * mss);
}

TEST_F(TcpEcn, MarksCountHoweverFarTheNumbersHaveGone) {
    constexpr std::uint32_t large = 1 << 24;
    for (std::uint32_t i = 0; i < 200; ++i) {  // 3 GiB: what was noted at the start is ahead by now
        recovery.sent(range(una, large), 100ms, Instant::never(), now);
        una = una + large;
        acknowledge(0, false);
    }
    const std::uint32_t before = congestion.window();
    send(0, 10);
    acknowledge(1, true);
    EXPECT_LT(congestion.window(), before);
}

TEST(TcpEcnBetweenTwo, Agree) {
    Pair pair{{.ecn = EcnUse::asked_for}};
    pair.connect();
    pair.run_for(1s);
    EXPECT_TRUE(pair.client->status().ecn.marks_text());
    EXPECT_TRUE(pair.server->status().ecn.marks_text());
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
