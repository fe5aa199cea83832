#include "socket/kernel/spin.hpp"

#include <gtest/gtest.h>

namespace sockeye::kernel {
namespace {

constexpr Duration bound = 50us;

void wait_shortly(Spin& spin, int times) {
    for (int i = 0; i < times; ++i) spin.waited(10us);
}

TEST(Spin, IsOffUnlessABoundIsGiven) {
    Spin spin;
    wait_shortly(spin, 100);
    EXPECT_FALSE(spin.is_on());
    EXPECT_EQ(spin.patience(), 0us);
    EXPECT_FALSE(Spin{-1us}.is_on());
}

TEST(Spin, BeginsAfterAShortWait) {
    Spin spin{bound};
    EXPECT_TRUE(spin.is_on());
    EXPECT_EQ(spin.patience(), 0us) << "nothing is known yet";
    spin.waited(1s);
    EXPECT_EQ(spin.patience(), 0us);
    spin.waited(bound);
    EXPECT_EQ(spin.patience(), bound);
}

TEST(Spin, ASleepMayHaveTakenLongerSinceItIncludesWakingUp) {
    Spin spin{bound};
    spin.waited(4 * bound);
    EXPECT_EQ(spin.patience(), bound);
    spin.waited(4 * bound);
    EXPECT_EQ(spin.patience(), 0us) << "but not one that span first";
}

TEST(Spin, NeedsMoreAndMoreShortWaitsAfterItSpanInVain) {
    Spin spin{bound};
    for (const int needed : {1, 2, 4, 8, 16, 32, 64, 64}) {
        wait_shortly(spin, needed - 1);
        EXPECT_EQ(spin.patience(), 0us) << needed;
        wait_shortly(spin, 1);
        EXPECT_EQ(spin.patience(), bound) << needed;
        spin.waited(1s);
    }
}

TEST(Spin, OneThatPaidIsEnoughToTrustItAgain) {
    Spin spin{bound};
    for (int i = 0; i < 10; ++i) {
        wait_shortly(spin, 64);
        spin.waited(1s);
    }
    wait_shortly(spin, 64);
    spin.waited(bound);
    spin.waited(1s);
    wait_shortly(spin, 2);
    EXPECT_EQ(spin.patience(), bound);
}

TEST(Spin, ALongSleepThatDidNotSpinCostsNoTrust) {
    Spin spin{bound};
    spin.waited(1s);
    spin.waited(1s);
    wait_shortly(spin, 1);
    EXPECT_EQ(spin.patience(), bound);
}

}  // namespace
}  // namespace sockeye::kernel
