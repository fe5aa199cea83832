#include "base/queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace sockeye {
namespace {

using ::testing::ElementsAre;

RC_GTEST_PROP(Queue, GivesOutWhatItTookInThatOrder, ()) {
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-2, 4));
    Queue<std::unique_ptr<int>> queue;
    std::deque<int> expected;
    for (int step : steps) {
        if (step >= 0) {
            queue.push_back(std::make_unique<int>(step));
            expected.push_back(step);
        } else if (!expected.empty()) {
            RC_ASSERT(*queue.front() == expected.front());
            RC_ASSERT(*queue.back() == expected.back());
            queue.pop_front();
            expected.pop_front();
        }
        RC_ASSERT(std::ranges::equal(queue, expected, {}, [](const auto& value) { return *value; }));
    }
}

TEST(Queue, IsSearchedLikeAnArrayWhereverItBegins) {
    Queue<int> queue;
    for (int i = 0; i < 20; ++i) queue.push_back(i);
    for (int i = 0; i < 15; ++i) queue.pop_front();
    for (int i = 20; i < 30; ++i) queue.push_back(i);
    EXPECT_EQ(*std::ranges::lower_bound(queue, 27), 27);
    EXPECT_EQ(queue.size(), 15u);
    EXPECT_EQ(queue[12], 27);
}

TEST(Queue, TakesOutWhatIsEqualAndKeepsTheOrderOfTheRest) {
    Queue<int> queue;
    for (int i : {1, 2, 3, 2, 4}) queue.push_back(i);
    EXPECT_EQ(queue.erase(2), 2u);
    EXPECT_THAT(queue, ElementsAre(1, 3, 4));
    EXPECT_EQ(queue.erase(2), 0u);
}

TEST(Queue, ACopyIsItsOwnAndAMoveLeavesNothing) {
    Queue<int> queue;
    queue.push_back(1);
    Queue<int> copy = queue;
    copy.push_back(2);
    EXPECT_THAT(queue, ElementsAre(1));
    const Queue<int> moved = std::move(copy);
    EXPECT_THAT(moved, ElementsAre(1, 2));
}

}  // namespace
}  // namespace sockeye
