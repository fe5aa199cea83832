#include "sockeye/explore.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

#include "sockeye/lab.hpp"

namespace sockeye {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto never = ExploreOptions::Stop::never;

std::string fails_from_17_on(std::uint64_t seed) {
    return seed >= 17 && seed % 3 == 2 ? "seed " + std::to_string(seed) : "";
}

TEST(Explore, TriesEachSeedOnce) {
    const Explored explored = explore({1, 50}, [](std::uint64_t) { return ""; }, {.jobs = 4}).value();
    EXPECT_EQ(explored.tried, 50U);
    EXPECT_THAT(explored.failures, IsEmpty());
}

TEST(Explore, StopsAtTheLowestSeedThatFailsHoweverManyProcessesThereAre) {
    for (const std::size_t jobs : {1U, 2U, 3U, 7U}) {
        const Explored explored = explore({1, 200}, fails_from_17_on, {.jobs = jobs}).value();
        ASSERT_EQ(explored.failures.size(), 1U) << jobs;
        EXPECT_EQ(explored.failures[0].seed, 17U);
        EXPECT_EQ(explored.failures[0].why, "seed 17");
        EXPECT_EQ(explored.tried, 17U);
    }
}

TEST(Explore, CountsEveryFailureWhereItIsToldTo) {
    const Explored explored = explore({1, 30}, fails_from_17_on, {.jobs = 3, .stop = never}).value();
    EXPECT_EQ(explored.tried, 30U);
    std::vector<std::uint64_t> seeds;
    for (const SeedFailure& failure : explored.failures) seeds.push_back(failure.seed);
    EXPECT_THAT(seeds, ::testing::ElementsAre(17, 20, 23, 26, 29));
}

TEST(Explore, SurvivesATestThatDiesAndGoesOnBehindIt) {
    const auto dies = [](std::uint64_t seed) {
        if (seed == 3) std::raise(SIGKILL);
        if (seed == 5) throw std::runtime_error{"thrown"};
        return "";
    };
    const Explored explored = explore({1, 9}, dies, {.jobs = 2, .stop = never}).value();
    EXPECT_EQ(explored.tried, 9U);
    ASSERT_EQ(explored.failures.size(), 2U);
    EXPECT_EQ(explored.failures[0].seed, 3U);
    EXPECT_THAT(explored.failures[0].why, HasSubstr("its process died of Killed"));
    EXPECT_EQ(explored.failures[1].why, "thrown");
}

TEST(Explore, HandsLongReasonsOverWhole) {
    const std::string reason(20'000, 'x');
    const Explored explored = explore({1, 1}, [&](std::uint64_t) { return reason; }).value();
    EXPECT_EQ(explored.failures.at(0).why, reason);
}

TEST(Explore, RunsALabUnderEachSeed) {
    const auto hash_of = [](std::uint64_t seed) {
        Lab lab{{.seed = seed}};
        Switch& lan = lab.add_switch("lan");
        lab.add_host("alice", lan, "10.0.0.1/24");
        return lab.run_for(1s) ? lab.hash() : "it did not run";
    };
    const Explored explored = explore({1, 4}, hash_of, {.stop = never}).value();
    ASSERT_EQ(explored.failures.size(), 4U);
    EXPECT_EQ(explored.failures[2].why, hash_of(3));
}

}  // namespace
}  // namespace sockeye
