#include "view/expect/shrink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sockeye::view {
namespace {

using lab::Fault;
using ::testing::IsEmpty;

using Faults = std::vector<Fault>;

Fault cut(Duration at, std::optional<Duration> lasts, const std::string& host = "alice") {
    return {.place = {}, .kind = Fault::Kind::cut, .at = at, .lasts = lasts, .on = {host, "sw"}};
}

/// Whether one of them cuts `host` off during all of a time.
bool cuts_off(const Faults& faults, const std::string& host, Duration from, Duration to) {
    return std::ranges::any_of(faults, [&](const Fault& fault) {
        return fault.on.front() == host && fault.at <= from &&
               (!fault.lasts || fault.at + *fault.lasts >= to);
    });
}

TEST(Shrink, LeavesOutEachFaultThatItDoesNotTake) {
    Faults all;
    for (int i = 0; i < 13; ++i) all.push_back(cut(i * 1s, 500ms, "host" + std::to_string(i)));
    const Shrunk shrunk = shrink(all, [](const Faults& faults) {
        return std::ranges::count_if(faults, [](const Fault& fault) {
                   return fault.on.front() == "host3" || fault.on.front() == "host11";
               }) == 2;
    });
    ASSERT_EQ(shrunk.faults.size(), 2U);
    EXPECT_EQ(shrunk.faults[0].on.front(), "host3");
    EXPECT_EQ(shrunk.faults[1].on.front(), "host11");
}

TEST(Shrink, ThenShortensThemFromBothEndsToTheMillisecond) {
    const Shrunk shrunk = shrink({cut(1s, 10s), cut(2s, 3s, "bob")}, [](const Faults& faults) {
        return cuts_off(faults, "alice", 4200ms, 4700ms);
    });
    ASSERT_EQ(shrunk.faults.size(), 1U);
    EXPECT_EQ(shrunk.faults[0].at, 4200ms);
    EXPECT_EQ(shrunk.faults[0].lasts, 500ms);
}

TEST(Shrink, EndsWhatLastsForEverWhereThatIsEnough) {
    const StillFails is_cut_at_5s = [](const Faults& faults) {
        return cuts_off(faults, "alice", 5s, 5100ms);
    };
    const Shrunk shrunk = shrink({cut(4s, std::nullopt)}, is_cut_at_5s);
    ASSERT_EQ(shrunk.faults.size(), 1U);
    EXPECT_EQ(shrunk.faults[0].lasts, 100ms);
    const Shrunk for_ever = shrink({cut(4s, std::nullopt)},
                                   [](const Faults& faults) { return cuts_off(faults, "alice", 4s, 1h); });
    EXPECT_EQ(for_ever.faults.at(0).lasts, std::nullopt);
}

TEST(Shrink, WritesOutWhatComesAgainAndKeepsTheTimeThatMatters) {
    Fault again = cut(1s, 1s);
    again.every = 10s;
    again.until = 60s;
    const Shrunk shrunk = shrink({again}, [](const Faults& faults) {
        return std::ranges::any_of(faults, [](const Fault& fault) {
            return fault.every || cuts_off({fault}, "alice", 31200ms, 31300ms);
        });
    });
    ASSERT_EQ(shrunk.faults.size(), 1U);
    EXPECT_EQ(shrunk.faults[0].at, 31200ms);
    EXPECT_EQ(shrunk.faults[0].every, std::nullopt);
}

TEST(Shrink, LeavesNoneWhereItFailsWithoutAny) {
    const Shrunk shrunk = shrink({cut(1s, 1s), cut(2s, 1s)}, [](const Faults&) { return true; });
    EXPECT_THAT(shrunk.faults, IsEmpty());
    EXPECT_EQ(shrunk.tries, 2U);
}

TEST(Shrink, EndsAfterAsManyTriesAsItIsAllowed) {
    std::size_t asked = 0;
    const Shrunk shrunk = shrink(
        {cut(1s, 10s), cut(2s, 1s, "bob")},
        [&](const Faults& faults) {
            ++asked;
            return cuts_off(faults, "alice", 4s, 5s);
        },
        3);
    EXPECT_EQ(asked, 3U);
    EXPECT_TRUE(cuts_off(shrunk.faults, "alice", 4s, 5s));
}

}  // namespace
}  // namespace sockeye::view
