#include "transport/tcp/congestion.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "transport/tcp/prr.hpp"

namespace sockeye::transport::tcp {
namespace {

constexpr Duration rtt = 100ms;

Congestion reno(std::uint32_t mss) {
    return Congestion{mss, CongestionControl::new_reno};
}

void acknowledge(Congestion& congestion, std::uint32_t octets, Instant now = {}) {
    congestion.acknowledged(octets, now, rtt);
}

TEST(TcpCongestion, StartsWithTenSegmentsOr14600Octets_Rfc6928_2) {
    EXPECT_EQ(Congestion{1460}.window(), 14600u);
    EXPECT_EQ(Congestion{536}.window(), 5360u);
    EXPECT_EQ(Congestion{9000}.window(), 18000u);
}

TEST(TcpCongestion, GrowsByASegmentAnAckBelowTheThreshold_Rfc5681_3_1) {
    Congestion congestion{1000};
    acknowledge(congestion, 2000);
    EXPECT_EQ(congestion.window(), 11000u);
    acknowledge(congestion, 10);
    EXPECT_EQ(congestion.window(), 11010u);
}

TEST(TcpCongestion, GrowsByASegmentAWindowAboveTheThreshold_Rfc5681_3_1) {
    Congestion congestion = reno(1000);
    congestion.timed_out(8000);
    ASSERT_EQ(congestion.slow_start_threshold(), 4000u);
    for (int i = 0; i < 3; ++i) acknowledge(congestion, 1000);
    ASSERT_EQ(congestion.window(), 4000u);
    for (int i = 0; i < 3; ++i) acknowledge(congestion, 1000);
    EXPECT_EQ(congestion.window(), 4000u);
    acknowledge(congestion, 1000);
    EXPECT_EQ(congestion.window(), 5000u);
}

TEST(TcpCongestion, ALossHalvesReno_Rfc5681_3_2_AndLeavesCubicSevenTenths_Rfc9438_4_6) {
    Congestion of_reno = reno(1000);
    Congestion of_cubic{1000};
    for (Congestion* congestion : {&of_reno, &of_cubic}) congestion->loss_found(20'000);
    EXPECT_EQ(of_reno.slow_start_threshold(), 10'000u);
    EXPECT_EQ(of_cubic.slow_start_threshold(), 14'000u);
    of_cubic.loss_found(1000);
    EXPECT_EQ(of_cubic.slow_start_threshold(), 2000u) << "two segments at least";
}

TEST(TcpCongestion, WhatWasNoLossIsUndone_Rfc4015_4) {
    Congestion congestion{1000};
    const Congestion before = congestion;
    congestion.timed_out(10'000);
    congestion.undo(before);
    EXPECT_EQ(congestion.window(), before.window());
    EXPECT_EQ(congestion.slow_start_threshold(), before.slow_start_threshold());
}

// ---- CUBIC (RFC 9438)

/// CUBIC with a window of `segments` of 1000 octets, of which one has just been found lost, and that
/// has recovered. A round trip of 100 ms.
struct CubicRun {
    Congestion congestion{1000};
    Instant now;

    explicit CubicRun(std::uint32_t segments) {
        congestion.set_window(segments * 1000);
        lose();
    }
    void lose() {
        congestion.loss_found(congestion.window());
        congestion.set_window(congestion.slow_start_threshold());
    }
    /// Whole windows are acknowledged, two segments at a time, until `end`.
    void run_until(Instant end) {
        while (now < end) {
            const std::uint32_t acks = congestion.window() / 2000;
            for (std::uint32_t i = 0; i < acks; ++i) congestion.acknowledged(2000, now + rtt * i / acks, rtt);
            now = now + rtt;
        }
    }
    std::uint32_t segments() const { return congestion.window() / 1000; }
};

TEST(Cubic, FollowsItsCurve_Rfc9438_4_2) {
    // 1000 segments, beta 0.7: K = cbrt(300 / 0.4) = 9.09 s until it is back where the loss was.
    CubicRun run{1000};
    ASSERT_EQ(run.segments(), 700u);
    const double k = std::cbrt(300 / 0.4);
    for (const double seconds : {1.0, 3.0, 6.0, 9.0, 12.0}) {
        run.run_until(Instant{Duration{static_cast<std::int64_t>(seconds * 1e9)}});
        const double expected = 0.4 * std::pow(seconds - k, 3) + 1000;
        EXPECT_NEAR(run.segments(), expected, 0.01 * expected + 2) << seconds << " s";
    }
}

TEST(Cubic, IsFlatWhereTheLossWasAndSteepAwayFromIt_Rfc9438_4_2) {
    CubicRun run{1000};
    const auto grows_until = [&](Duration end) {
        const std::uint32_t before = run.segments();
        run.run_until(Instant{end});
        return run.segments() - before;
    };
    const std::uint32_t at_first = grows_until(1s);
    run.run_until(Instant{8s});
    const std::uint32_t in_the_middle = grows_until(10s) / 2;
    run.run_until(Instant{17s});
    const std::uint32_t later = grows_until(18s);
    EXPECT_GT(at_first, 20 * in_the_middle);
    EXPECT_GT(later, 20 * in_the_middle);
}

TEST(Cubic, IsNoSlowerThanRenoOnSmallWindows_Rfc9438_4_3) {
    // alpha = 9/17 of a segment a round trip, until it is back at 20 segments; the curve alone would
    // take cbrt(6 / 0.4) = 2.5 s for that, and Reno's estimate takes 6 * 17/9 = 12 round trips.
    CubicRun run{20};
    ASSERT_EQ(run.segments(), 14u);
    run.run_until(Instant{1200ms});
    EXPECT_GE(run.segments(), 19u);
}

TEST(Cubic, ASecondLossBelowTheFirstMakesRoomForOthers_Rfc9438_4_7) {
    CubicRun once{1000};
    CubicRun twice{1000};
    twice.lose();  // at 700: W_max becomes 700 * 0.85
    twice.run_until(Instant{9s});
    EXPECT_LT(twice.segments(), 650u);
}

TEST(Cubic, NeverShrinksOnAnAckNorGrowsByMoreThanHalf) {
    rc::check([] {
        const auto mss = *rc::gen::inRange<std::uint32_t>(64, 65535);
        Cubic cubic{mss};
        std::uint32_t window = *rc::gen::inRange<std::uint32_t>(2 * mss, 1U << 30);
        Instant now;
        for (int i = 0; i < 50; ++i) {
            now = now + Duration{*rc::gen::inRange<std::int64_t>(0, 10'000'000'000)};
            if (*rc::gen::inRange(0, 10) == 0) window = std::max(cubic.reduced(window, window), 2 * mss);
            const auto octets = *rc::gen::inRange<std::uint32_t>(1, window + 1);
            const std::uint32_t grown = cubic.grown(window, octets, now, rtt);
            RC_ASSERT(grown >= window);
            RC_ASSERT(grown <= (std::uint64_t{1} << 30));
            window = grown;
        }
    });
}

// ---- proportional rate reduction (RFC 6937)

TEST(Prr, SpreadsTheReductionOverARoundTrip_Rfc6937_4) {
    // 20 segments, one lost, down to 14: for 19 that arrive, 13 or so may leave.
    constexpr std::uint32_t mss = 1000;
    ProportionalRateReduction prr{20 * mss, 14 * mss};
    std::uint32_t pipe = 19 * mss;
    std::uint32_t sent = 0;
    for (int i = 0; i < 19; ++i) {
        pipe -= mss;
        const std::uint32_t share = prr.acknowledged(mss, pipe, mss) / mss * mss;
        prr.sent(share);
        pipe += share;
        sent += share;
        EXPECT_LE(share, 2 * mss) << "no burst, and no silence for half a round trip";
    }
    EXPECT_NEAR(sent / mss, 13, 1);
    EXPECT_NEAR(pipe / mss, 14, 1);
}

TEST(Prr, AfterHeavyLossesGrowsBackAsSlowStartDoes_Rfc6937_3_1) {
    constexpr std::uint32_t mss = 1000;
    ProportionalRateReduction prr{20 * mss, 10 * mss};
    EXPECT_EQ(prr.acknowledged(mss, 2 * mss, mss), 2 * mss) << "one for what arrived, one more";
    EXPECT_EQ(prr.acknowledged(mss, 10 * mss, mss), 0u) << "but no further than ssthresh";
}

}  // namespace
}  // namespace sockeye::transport::tcp
