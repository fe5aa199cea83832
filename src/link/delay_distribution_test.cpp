#include "link/delay_distribution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/random.hpp"

namespace sockeye::link {
namespace {

constexpr std::int64_t scale = 8192;

std::int64_t mean_of(const DelayTable& table) {
    return std::accumulate(table.begin(), table.end(), std::int64_t{0}) /
           static_cast<std::int64_t>(table.size());
}

std::int64_t variance_of(const DelayTable& table) {
    std::int64_t squares = 0;
    for (const std::int64_t value : table) squares += value * value;
    return squares / static_cast<std::int64_t>(table.size());
}

TEST(DelayTable, NormalHasMeanZeroAndDeviationOne) {
    const DelayTable& normal = delay_table(Distribution::normal);
    EXPECT_EQ(mean_of(normal), 0);
    EXPECT_NEAR(static_cast<double>(variance_of(normal)), scale * scale, 0.001 * scale * scale);
}

TEST(DelayTable, NormalHasItsKnownQuantiles) {
    const DelayTable& normal = delay_table(Distribution::normal);
    const auto share_below = [&](double deviations) {
        return static_cast<double>(std::ranges::lower_bound(normal, deviations * scale) - normal.begin()) /
               4096;
    };
    EXPECT_NEAR(share_below(-1), 0.158655, 0.0003);
    EXPECT_NEAR(share_below(0), 0.5, 0.0003);
    EXPECT_NEAR(share_below(1), 0.841345, 0.0003);
    EXPECT_NEAR(share_below(2), 0.977250, 0.0003);
    EXPECT_NEAR(share_below(3), 0.998650, 0.0003);
}

TEST(DelayTable, ParetoIsNetemsFormula) {
    // iproute2's pareto.c: (u^(-1/3) - 1.5) * 4/3 in units of 1/8192, at most 32767.
    const DelayTable& pareto = delay_table(Distribution::pareto);
    EXPECT_NEAR(pareto.front(), -5461, 1);  // u = 1: -1/2 * 4/3
    EXPECT_NEAR(pareto[2048], -2623, 1);    // u = 1/2: 2^(1/3) - 1.5
    EXPECT_NEAR(pareto[3584], 5461, 1);     // u = 1/8: 2 - 1.5
    EXPECT_EQ(pareto.back(), 32767);
}

TEST(DelayTable, EachRises) {
    for (const Distribution distribution :
         {Distribution::normal, Distribution::pareto, Distribution::paretonormal})
        EXPECT_TRUE(std::ranges::is_sorted(delay_table(distribution)));
}

TEST(SpreadDelay, UniformIsFromMeanLessJitterToJustBelowMeanPlusJitter) {
    EXPECT_EQ(spread_delay(20ms, 5ms, Distribution::uniform, 0), 15ms);
    EXPECT_EQ(spread_delay(20ms, 5ms, Distribution::uniform, 1U << 31), 20ms);
    EXPECT_EQ(spread_delay(20ms, 5ms, Distribution::uniform, UINT32_MAX), 25ms - 1ns);
}

TEST(SpreadDelay, NormalPutsTwoThirdsWithinOneDeviation) {
    Random random{1};
    int within = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto draw = static_cast<std::uint32_t>(random.next() >> 32);
        const Duration delay = spread_delay(100ms, 10ms, Distribution::normal, draw);
        within += delay > 90ms && delay < 110ms ? 1 : 0;
    }
    EXPECT_NEAR(within, 6827, 100);
}

}  // namespace
}  // namespace sockeye::link
