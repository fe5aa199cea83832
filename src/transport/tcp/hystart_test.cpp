// When slow start ends without a loss (RFC 9406).
#include "transport/tcp/hystart.hpp"

#include <gtest/gtest.h>

#include "transport/tcp/congestion.hpp"

namespace sockeye::transport::tcp {
namespace {

using Pace = HyStart::Pace;

constexpr std::uint32_t segment = 1000;

/// Windows of data of whose segments each is acknowledged by itself.
struct TcpHyStart : ::testing::Test {
    Congestion congestion{segment, CongestionControl::new_reno};
    HyStart hystart;
    Sequence una{1};

    /// @param next  how many ACKs the round behind it has
    /// @returns the pace at its end
    Pace round(Duration rtt, std::uint32_t acks, std::uint32_t next) {
        if (una == Sequence{1}) acknowledged(acks, std::nullopt);
        for (std::uint32_t i = 0; i < acks; ++i) {
            una = una + segment;
            acknowledged(next, rtt);
        }
        return hystart.pace();
    }
    Pace round(Duration rtt) { return round(rtt, 10, 10); }
    void acknowledged(std::uint32_t in_flight, std::optional<Duration> rtt) {
        hystart.acknowledged(una, una + in_flight * segment, rtt);
        congestion.measured(una, una + in_flight * segment, rtt);
    }
    std::uint32_t growth() {
        const std::uint32_t before = congestion.window();
        congestion.acknowledged(segment, {}, 100ms);
        return congestion.window() - before;
    }
};

TEST_F(TcpHyStart, GoesOnWhileTheRoundTripStaysAsItIs) {
    for (int i = 0; i < 50; ++i) EXPECT_EQ(round(100ms), Pace::standard);
    EXPECT_EQ(growth(), segment);
}

TEST_F(TcpHyStart, SlowsDownWhereTheRoundTripHasGrownByAnEighth_Rfc9406_4_2) {
    round(80ms);
    EXPECT_EQ(round(89ms), Pace::standard);
    EXPECT_EQ(round(99ms), Pace::standard) << "an eighth of 89 ms is more than 10 ms";
    EXPECT_EQ(round(112ms), Pace::conservative);
    EXPECT_EQ(growth(), segment / 4);
}

TEST_F(TcpHyStart, ByFourMillisecondsAtLeast_Rfc9406_4_3) {
    round(1ms);
    EXPECT_EQ(round(4900us), Pace::standard);
    EXPECT_EQ(round(8900us), Pace::conservative);
}

TEST_F(TcpHyStart, BySixteenMillisecondsAtMost_Rfc9406_4_3) {
    round(800ms);
    EXPECT_EQ(round(815ms), Pace::standard);
    EXPECT_EQ(round(831ms), Pace::conservative);
}

TEST_F(TcpHyStart, SevenSamplesInARoundSayNothing_Rfc9406_4_2) {
    round(100ms, 7, 7);
    EXPECT_EQ(round(200ms, 7, 8), Pace::standard);
    EXPECT_EQ(round(400ms, 8, 8), Pace::conservative);
}

TEST_F(TcpHyStart, OneSampleOfTheRoundThatIsAsShortAsBeforeIsEnough_Rfc9406_4_2) {
    round(100ms);
    acknowledged(10, 100ms);
    EXPECT_EQ(round(200ms), Pace::standard);
}

TEST_F(TcpHyStart, IsOverAfterFiveRoundsMore_TheOneItBeganInIncluded_Rfc9406_4_2) {
    round(100ms);
    EXPECT_EQ(round(120ms), Pace::conservative);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(round(120ms), Pace::conservative);
    EXPECT_EQ(round(120ms), Pace::over);
    EXPECT_EQ(congestion.slow_start_threshold(), congestion.window());
    EXPECT_FALSE(congestion.is_slow_start());
}

TEST_F(TcpHyStart, GoesOnAsBeforeWhereItWasJitter_Rfc9406_4_2) {
    round(100ms);
    EXPECT_EQ(round(120ms), Pace::conservative);
    EXPECT_EQ(round(119ms), Pace::standard);
    EXPECT_EQ(growth(), segment);
}

TEST_F(TcpHyStart, AfterALossSlowStartIsAsItAlwaysWas_Rfc9406_4_3) {
    congestion.timed_out(20 * segment);
    round(100ms);
    round(200ms);
    EXPECT_EQ(congestion.slow_start_threshold(), 10 * segment);
    EXPECT_EQ(growth(), segment);
}

TEST(TcpSlowStart, IsTheTextbooksWhereThatIsWanted) {
    Congestion congestion{segment, CongestionControl::new_reno, SlowStart::standard};
    Sequence una{1};
    for (const Duration rtt : {100ms, 200ms})
        for (int i = 0; i < 10; ++i) {
            una = una + segment;
            congestion.measured(una, una + 10 * segment, rtt);
        }
    congestion.acknowledged(segment, {}, 100ms);
    EXPECT_EQ(congestion.window(), 11 * segment);
}

}  // namespace
}  // namespace sockeye::transport::tcp
