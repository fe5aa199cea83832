#include "app/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/random.hpp"

namespace sockeye::app {
namespace {

TEST(Histogram, SmallValuesAreExact) {
    Histogram histogram;
    for (std::uint64_t value = 1; value <= 100; ++value) histogram.record(value);
    EXPECT_EQ(histogram.percentile(500'000), 50U);
    EXPECT_EQ(histogram.percentile(990'000), 99U);
    EXPECT_EQ(histogram.percentile(1'000'000), 100U);
    EXPECT_EQ(histogram.percentile(0), 1U);
    EXPECT_EQ(histogram.mean(), 50U);
}

TEST(Histogram, OfNothingEverythingIsZero) {
    const Histogram histogram;
    EXPECT_EQ(histogram.count(), 0U);
    EXPECT_EQ(histogram.min(), 0U);
    EXPECT_EQ(histogram.max(), 0U);
    EXPECT_EQ(histogram.percentile(500'000), 0U);
}

TEST(Histogram, APercentileIsTheNearestRankAndAtMostOnePartIn64TooLarge) {
    Random random{7};
    for (const int bits : {8, 20, 40, 63}) {
        Histogram histogram;
        std::vector<std::uint64_t> values(5000);
        for (std::uint64_t& value : values) histogram.record(value = random.next() >> (64 - bits));
        std::ranges::sort(values);
        for (const std::uint32_t per_million : {1U, 100'000U, 500'000U, 990'000U, 999'900U, 1'000'000U}) {
            const std::size_t rank =
                std::max<std::size_t>(1, (values.size() * per_million + 999'999) / 1'000'000);
            const std::uint64_t exact = values[rank - 1];
            const std::uint64_t told = histogram.percentile(per_million);
            EXPECT_GE(told, exact);
            EXPECT_LE(told - exact, exact / 64) << bits << " bits, " << per_million << " of a million";
        }
    }
}

TEST(Histogram, TheLargestValueIsAValue) {
    Histogram histogram;
    histogram.record(UINT64_MAX);
    histogram.record(0);
    EXPECT_EQ(histogram.percentile(1'000'000), UINT64_MAX);
    EXPECT_EQ(histogram.min(), 0U);
    EXPECT_EQ(histogram.count_up_to(UINT64_MAX), 2U);
    EXPECT_EQ(histogram.count_up_to(UINT64_MAX - 1), 1U);
}

TEST(Histogram, TwoAddedAreAsOneThatSawAll) {
    Histogram one;
    Histogram other;
    Histogram both;
    for (std::uint64_t value : {3, 70'000, 5}) {
        one.record(value);
        both.record(value);
    }
    for (std::uint64_t value : {1, 9'000'000}) {
        other.record(value);
        both.record(value);
    }
    one.add(other);
    EXPECT_EQ(one.count(), both.count());
    EXPECT_EQ(one.min(), 1U);
    EXPECT_EQ(one.max(), 9'000'000U);
    EXPECT_EQ(one.percentile(600'000), both.percentile(600'000));
    EXPECT_EQ(one.mean(), both.mean());
}

}  // namespace
}  // namespace sockeye::app
