#include "base/random.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

namespace sockeye {
namespace {

// The two generators as their authors publish them, written out again: Random is compared with
// these, and these with published outputs.
struct PlainXoshiro {
    std::array<std::uint64_t, 4> s;
    static std::uint64_t rotate(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
    std::uint64_t next() {
        const std::uint64_t result = rotate(s[1] * 5, 7) * 9;
        const std::uint64_t t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = rotate(s[3], 45);
        return result;
    }
};

struct PlainSplitMix {
    std::uint64_t x;
    std::uint64_t next() {
        x += 0x9e3779b97f4a7c15U;
        std::uint64_t z = x;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
};

TEST(RandomReference, PlainXoshiroGivesThePublishedOutputsForTheState1234) {
    PlainXoshiro plain{{1, 2, 3, 4}};
    const std::array<std::uint64_t, 10> published{
        11520U,
        0U,
        1509978240U,
        1215971899390074240U,
        1216172134540287360U,
        607988272756665600U,
        16172922978634559625U,
        8476171486693032832U,
        10595114339597558777U,
        2904607092377533576U,
    };
    for (std::uint64_t expected : published) EXPECT_EQ(plain.next(), expected);
}

TEST(RandomReference, PlainSplitMixGivesThePublishedOutputsForTheSeed1234567) {
    PlainSplitMix plain{1234567};
    const std::array<std::uint64_t, 5> published{
        6457827717110365317U, 3203168211198807973U,  9817491932198370423U,
        4593380528125082431U, 16408922859458223821U,
    };
    for (std::uint64_t expected : published) EXPECT_EQ(plain.next(), expected);
}

RC_GTEST_PROP(RandomNumbers, AreXoshiro256StarStarSeededBySplitMix64, (std::uint64_t seed)) {
    PlainSplitMix seeding{seed};
    PlainXoshiro plain{};
    for (std::uint64_t& word : plain.s) word = seeding.next();
    Random random{seed};
    for (int i = 0; i < 100; ++i) RC_ASSERT(random.next() == plain.next());
}

TEST(RandomNumbers, AreTheSameOnEveryMachine) {
    Random random{7};
    std::vector<std::uint64_t> drawn;
    for (int i = 0; i < 6; ++i) drawn.push_back(random.below(1000));
    EXPECT_EQ(drawn, (std::vector<std::uint64_t>{700, 278, 839, 981, 990, 872}));
    EXPECT_EQ(Random{7}.fork("alice").next(), 7881867050869911482U);
}

RC_GTEST_PROP(RandomBelow, StaysBelowItsBound, (std::uint64_t seed)) {
    const auto bound = *rc::gen::positive<std::uint64_t>();
    Random random{seed};
    for (int i = 0; i < 50; ++i) RC_ASSERT(random.below(bound) < bound);
}

TEST(RandomBelow, OfOneIsZero) {
    EXPECT_EQ(Random{1}.below(1), 0U);
}

// With this bound a product of draw and bound alone would favour every third result by half.
TEST(RandomBelow, IsNotBiasedForBoundsNear2To64) {
    constexpr std::uint64_t bound = 0xC000000000000000;
    constexpr int draws = 30000;
    Random random{42};
    std::array<int, 3> thirds{};
    for (int i = 0; i < draws; ++i) ++thirds[random.below(bound) % 3];
    for (int third : thirds) EXPECT_NEAR(third, draws / 3.0, 300);  // 3.7 standard deviations
}

TEST(RandomFork, DoesNotDependOnWhatWasDrawn) {
    Random drawn{7};
    drawn.next();
    EXPECT_EQ(drawn.fork("alice").next(), Random{7}.fork("alice").next());
}

TEST(RandomFork, DiffersByNameAndBySeed) {
    EXPECT_NE(Random{7}.fork("alice").next(), Random{7}.fork("bob").next());
    EXPECT_NE(Random{7}.fork("alice").next(), Random{8}.fork("alice").next());
    EXPECT_NE(Random{7}.fork("").next(), Random{7}.next());
    EXPECT_NE(Random{7}.fork("a").fork("b").next(), Random{7}.fork("b").fork("a").next());
}

}  // namespace
}  // namespace sockeye
