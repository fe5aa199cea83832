#include "lab/event_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <utility>
#include <vector>

namespace sockeye::lab {
namespace {

TEST(EventQueue, IsNeverWhenNothingIsGoingToHappen) {
    EventQueue queue;
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(queue.next_at(), Instant::never());
}

RC_GTEST_PROP(EventQueue, GivesEventsOutByTimeThenInTheOrderTheyWereScheduled, ()) {
    const auto times = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 10));
    EventQueue queue;
    std::vector<std::pair<int, std::uint64_t>> expected;
    for (std::uint64_t i = 0; i < times.size(); ++i) {
        queue.push(Instant{Duration{times[i]}}, {.number = i});
        expected.emplace_back(times[i], i);
    }
    std::ranges::sort(expected);

    for (const auto& [at, number] : expected) {
        RC_ASSERT(queue.next_at() == Instant{Duration{at}});
        RC_ASSERT(queue.pop().number == number);
    }
    RC_ASSERT(queue.empty());
}

RC_GTEST_PROP(EventQueue, DoesSoWhileEventsComeAndGo, ()) {
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-3, 4));
    EventQueue queue;
    std::set<std::pair<int, std::uint64_t>> expected;  // by time, then by number
    std::uint64_t number = 0;
    for (int step : steps) {
        if (step >= 0) {
            queue.push(Instant{Duration{step}}, {.number = number});
            expected.emplace(step, number++);
        } else if (!expected.empty()) {
            RC_ASSERT(queue.next_at() == Instant{Duration{expected.begin()->first}});
            RC_ASSERT(queue.next().number == expected.begin()->second);
            RC_ASSERT(queue.pop().number == expected.begin()->second);
            expected.erase(expected.begin());
        }
        RC_ASSERT(queue.empty() == expected.empty());
    }
}

}  // namespace
}  // namespace sockeye::lab
