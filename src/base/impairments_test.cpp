#include "sockeye/impairments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockeye {
namespace {

using ::testing::HasSubstr;

static_assert((2_percent).parts_per_billion == 20'000'000);
static_assert((0.05_percent).parts_per_billion == 500'000);
static_assert((12.0000001_percent).parts_per_billion == 120'000'001);
static_assert(100_percent == Probability::always());
static_assert(0_percent == Probability{});

TEST(Impairments, AreWrittenInNetemsWords) {
    EXPECT_EQ(to_string(Impairments{}), "");
    EXPECT_EQ(to_string(Impairments{.loss = 2_percent}), "loss 2%");
    EXPECT_EQ(to_string(Impairments{.loss = Chance{0.3_percent, 25_percent}, .on_loss = OnLoss::mark}),
              "loss 0.3% 25% ecn");
    EXPECT_EQ(to_string(Impairments{.loss = GilbertElliott{.to_bad = 1_percent, .to_good = 20_percent}}),
              "loss gemodel 1% 20% 100% 0%");
    EXPECT_EQ(
        to_string(Impairments{
            .duplicate = 1_percent, .corrupt = 0.0000001_percent, .reorder = {25_percent, 5}, .delay = 10ms}),
        "duplicate 1% corrupt 0.0000001% delay 10ms reorder 25% gap 5");
    EXPECT_EQ(to_string(Impairments{.delay = 100ms,
                                    .jitter = 20ms,
                                    .delay_correlation = 30_percent,
                                    .distribution = Distribution::paretonormal,
                                    .order = Order::kept}),
              "delay 100ms 20ms 30% distribution paretonormal in order");
}

TEST(Impairments, NameTheirMistakes) {
    EXPECT_EQ(mistake_in({.loss = 100_percent, .reorder = 100_percent, .delay = 1h}), "");
    EXPECT_THAT(mistake_in({.loss = Probability{1'000'000'001}}), HasSubstr("100%"));
    EXPECT_THAT(mistake_in({.loss = GilbertElliott{.to_bad = Probability{1'000'000'001}, .to_good = {}}}),
                HasSubstr("100%"));
    EXPECT_THAT(mistake_in({.delay = -1ms}), HasSubstr("-1ms"));
    EXPECT_THAT(mistake_in({.jitter = 2h}), HasSubstr("7200s"));
    EXPECT_THAT(mistake_in({.reorder = 1_percent}), HasSubstr("needs a delay"));
    EXPECT_THAT(mistake_in({.reorder = {1_percent, 0}, .delay = 1ms}), HasSubstr("gap of 0"));
}

}  // namespace
}  // namespace sockeye
