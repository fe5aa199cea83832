#include "base/sequence.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sockeye {
namespace {

constexpr Sequence near_the_end{0xfffffff0};

TEST(SequenceOrder, CrossesTheWrapAt2To32_RFC9293_3_4) {
    EXPECT_LT(near_the_end, near_the_end + 0x20);
    EXPECT_GT(near_the_end + 0x20, near_the_end);
    EXPECT_EQ((near_the_end + 0x20).raw(), 0x10U);
    EXPECT_EQ((near_the_end + 0x20) - near_the_end, 0x20);
    EXPECT_EQ(near_the_end - (near_the_end + 0x20), -0x20);
}

TEST(SequenceWindow, HoldsItsFirstAndNotTheOneBehindItsLast_RFC9293_3_4) {
    EXPECT_TRUE(near_the_end.within(near_the_end, 1));
    EXPECT_TRUE((near_the_end + 0x1f).within(near_the_end, 0x20));
    EXPECT_FALSE((near_the_end + 0x20).within(near_the_end, 0x20));
    EXPECT_FALSE((near_the_end - 1).within(near_the_end, 0x20));
    EXPECT_FALSE(near_the_end.within(near_the_end, 0));
}

RC_GTEST_PROP(SequenceOrder, DependsOnlyOnTheDistance, (std::uint32_t start, std::uint32_t distance)) {
    const Sequence a{start};
    const Sequence b = a + distance;
    RC_ASSERT((a < b) == (distance != 0 && distance < 0x80000000U));
    RC_ASSERT((b - distance) == a);
    RC_ASSERT((a <= b) == (a < b || a == b));
}

}  // namespace
}  // namespace sockeye
