#include "base/timer_queue.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <vector>

namespace sockeye {
namespace {

struct Thing {
    int name = 0;
    TimerQueue<Thing>::Timer timer;
};

Instant at(int nanoseconds) {
    return Instant{Duration{nanoseconds}};
}

std::vector<int> expired(TimerQueue<Thing>& queue, Instant now) {
    std::vector<int> names;
    while (const Thing* thing = queue.expire(now)) names.push_back(thing->name);
    return names;
}

TEST(TimerQueue, IsNeverDueWhileNothingIsArmed) {
    TimerQueue<Thing> queue;
    EXPECT_EQ(queue.next_at(), Instant::never());
    EXPECT_EQ(queue.expire(Instant::never()), nullptr);
}

TEST(TimerQueue, TimersPassByTheirTimeAndEqualOnesInTheOrderTheyWereArmed) {
    TimerQueue<Thing> queue;
    std::deque<Thing> things;
    for (int name = 0; name < 4; ++name) things.emplace_back(name);
    queue.arm(things[0], things[0].timer, at(30));
    queue.arm(things[1], things[1].timer, at(10));
    queue.arm(things[2], things[2].timer, at(30));
    queue.arm(things[3], things[3].timer, at(20));

    EXPECT_EQ(queue.next_at(), at(10));
    EXPECT_EQ(expired(queue, at(20)), (std::vector{1, 3}));
    EXPECT_EQ(expired(queue, at(30)), (std::vector{0, 2}));
}

TEST(TimerQueue, ArmedOnceMoreATimerStandsBehindItsEquals) {
    TimerQueue<Thing> queue;
    std::deque<Thing> things;
    for (int name = 0; name < 2; ++name) things.emplace_back(name);
    for (Thing& thing : things) queue.arm(thing, thing.timer, at(10));
    queue.arm(things[0], things[0].timer, at(10));
    EXPECT_EQ(expired(queue, at(10)), (std::vector{1, 0}));
}

TEST(TimerQueue, WhoIsDestroyedIsForgotten) {
    TimerQueue<Thing> queue;
    {
        Thing thing;
        queue.arm(thing, thing.timer, at(10));
        EXPECT_TRUE(thing.timer.is_armed());
    }
    EXPECT_EQ(queue.next_at(), Instant::never());
}

RC_GTEST_PROP(TimerQueueProperty, AgreesWithAMultimapWhateverIsArmedCancelledAndExpired, ()) {
    constexpr int things_count = 12;
    TimerQueue<Thing> queue;
    std::deque<Thing> things;
    for (int name = 0; name < things_count; ++name) things.emplace_back(name);
    std::multimap<Instant, int> plain;
    const auto forget = [&](int name) {
        std::erase_if(plain, [&](const auto& row) { return row.second == name; });
    };

    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, things_count), rc::gen::inRange(-3, 40)));
    for (const auto& [name, time] : steps) {
        Thing& thing = things[static_cast<std::size_t>(name)];
        if (time >= 0) {
            queue.arm(thing, thing.timer, at(time));
            forget(name);
            plain.emplace(at(time), name);
        } else if (time == -1) {
            thing.timer.cancel();
            forget(name);
        } else if (!plain.empty()) {
            const auto first = plain.begin();
            RC_ASSERT(queue.next_at() == first->first);
            RC_ASSERT(queue.expire(first->first)->name == first->second);
            plain.erase(first);
        }
        RC_ASSERT(queue.next_at() == (plain.empty() ? Instant::never() : plain.begin()->first));
        RC_ASSERT(thing.timer.is_armed() ==
                  std::ranges::any_of(plain, [&](const auto& row) { return row.second == name; }));
    }
    std::vector<int> rest;
    for (const auto& row : plain) rest.push_back(row.second);
    RC_ASSERT(expired(queue, Instant::never()) == rest);
}

}  // namespace
}  // namespace sockeye
