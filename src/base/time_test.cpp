#include "sockeye/time.hpp"

#include <gtest/gtest.h>

namespace sockeye {
namespace {

TEST(InstantText, HasSixDecimalsUnlessSaid) {
    EXPECT_EQ(to_string(Instant{3s}), "3.000000");
    EXPECT_EQ(to_string(Instant{5231402us}), "5.231402");
    EXPECT_EQ(to_string(Instant{1ns}, 9), "0.000000001");
    EXPECT_EQ(to_string(Instant{1500ms}, 1), "1.5");
    EXPECT_EQ(to_string(Instant{1999ms}, 0), "1");
}

TEST(InstantText, IsRoundedDown) {
    EXPECT_EQ(to_string(Instant{1999999999ns}), "1.999999");
    EXPECT_EQ(to_string(Instant{999ns}), "0.000000");
}

TEST(InstantText, OfNeverSaysSo) {
    EXPECT_EQ(to_string(Instant::never()), "never");
}

TEST(DurationText, UsesTheLargestUnitThatItFills) {
    EXPECT_EQ(to_string(Duration{0}), "0s");
    EXPECT_EQ(to_string(Duration{500ns}), "500ns");
    EXPECT_EQ(to_string(Duration{592ns}), "592ns");
    EXPECT_EQ(to_string(Duration{1500ns}), "1.5us");
    EXPECT_EQ(to_string(Duration{1500us}), "1.5ms");
    EXPECT_EQ(to_string(Duration{100ms}), "100ms");
    EXPECT_EQ(to_string(Duration{3s}), "3s");
    EXPECT_EQ(to_string(Duration{90s}), "90s");
}

TEST(DurationText, IsExact) {
    EXPECT_EQ(to_string(Duration{1000000001ns}), "1.000000001s");
    EXPECT_EQ(to_string(Duration{1002030ns}), "1.00203ms");
    EXPECT_EQ(to_string(-Duration{1500us}), "-1.5ms");
    EXPECT_EQ(to_string(Duration::min()), "-9223372036.854775808s");
}

TEST(InstantSum, SaturatesAtNever) {
    EXPECT_EQ(Instant{1s} + 2s, Instant{3s});
    EXPECT_EQ(Instant{1s} + Duration::max(), Instant::never());
    EXPECT_EQ(Instant::never() + 1ns, Instant::never());
}

TEST(Deadlines, FromADurationCountFromTheStartOfTheOperation) {
    EXPECT_EQ(Deadline{2s}.resolve(Instant{5s}), Instant{7s});
    EXPECT_EQ(Deadline{Instant{2s}}.resolve(Instant{5s}), Instant{2s});
    EXPECT_EQ(Deadline{}.resolve(Instant{5s}), Instant::never());
    EXPECT_EQ(Deadline::never().resolve(Instant{5s}), Instant::never());
    EXPECT_FALSE(Deadline{}.is_set());
    EXPECT_TRUE(Deadline::never().is_set());
}

}  // namespace
}  // namespace sockeye
