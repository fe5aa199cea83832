// The spanning tree between bridges alone, whose messages take a millisecond.
#include "link/spanning_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace sockeye::link {
namespace {

using ::testing::ElementsAre;
using State = SpanningTree::State;

constexpr std::uint32_t gigabit = 20'000;

wire::BridgeId bridge(std::uint8_t number, std::uint16_t priority = 0x8000) {
    return {priority, wire::MacAddress{{0x02, 0x01, 0, 0, 0, number}}};
}

/// Bridges 1, 2, 3, … of equal priority: the first is the root.
struct Bridges {
    struct End {
        std::size_t bridge;
        Port port;
    };
    struct Cable {
        std::array<End, 2> ends;
        bool is_cut = false;
    };
    struct Flight {
        Instant at;
        End target;
        wire::Bpdu message;
    };

    std::deque<SpanningTree> trees;
    std::vector<Port> ports;  // how many each has
    std::vector<Cable> cables;
    std::deque<Flight> flights;
    Instant now;

    explicit Bridges(std::size_t count) : ports(count) {
        for (std::size_t i = 0; i < count; ++i)
            trees.emplace_back(SpanningTree::Options{.id = bridge(static_cast<std::uint8_t>(i + 1))});
    }
    End plug(std::size_t at, std::uint32_t cost) {
        trees[at].add_port(cost, now);
        return {at, ports[at]++};
    }
    void join(std::size_t a, std::size_t b, std::uint32_t cost = gigabit) {
        const End end_a = plug(a, cost);
        cables.push_back({{end_a, plug(b, cost)}});
    }
    void cut(std::size_t cable) {
        cables[cable].is_cut = true;
        for (const End& end : cables[cable].ends) trees[end.bridge].disable(end.port, now);
    }
    void heal(std::size_t cable) {
        cables[cable].is_cut = false;
        for (const End& end : cables[cable].ends) trees[end.bridge].enable(end.port, now);
    }
    void send(std::size_t from) {
        while (const auto outgoing = trees[from].take())
            for (const Cable& cable : cables)
                for (std::size_t i : {0u, 1u})
                    if (!cable.is_cut && cable.ends[i].bridge == from && cable.ends[i].port == outgoing->port)
                        flights.push_back({now + 1ms, cable.ends[1 - i], outgoing->message});
    }
    void run_for(Duration duration) {
        const Instant end = now + duration;
        while (true) {
            for (std::size_t i = 0; i < trees.size(); ++i) {
                trees[i].poll(now);
                send(i);
            }
            Instant next = flights.empty() ? Instant::never() : flights.front().at;
            for (const SpanningTree& tree : trees) next = std::min(next, tree.next_wakeup());
            if (next > end) break;
            now = std::max(now, next);
            while (!flights.empty() && flights.front().at <= now) {
                const Flight flight = flights.front();
                flights.pop_front();
                trees[flight.target.bridge].receive(flight.target.port, flight.message, now);
                send(flight.target.bridge);
            }
        }
        now = end;
    }
    bool forwards(const Cable& cable) const {
        return !cable.is_cut && std::ranges::all_of(cable.ends, [&](const End& end) {
            return trees[end.bridge].forwards(end.port);
        });
    }
    std::vector<std::size_t> forwarding_cables() const {
        std::vector<std::size_t> all;
        for (std::size_t i = 0; i < cables.size(); ++i)
            if (forwards(cables[i])) all.push_back(i);
        return all;
    }
    /// Which bridges reach each other over cables that are as `is_used` says: a number for each island.
    std::vector<std::size_t> islands(const std::function<bool(const Cable&)>& is_used) const {
        std::vector<std::size_t> island(trees.size());
        std::iota(island.begin(), island.end(), std::size_t{0});
        for (const Cable& cable : cables) {
            if (!is_used(cable)) continue;
            const std::size_t from = island[cable.ends[0].bridge];
            const std::size_t to = island[cable.ends[1].bridge];
            std::ranges::replace(island, from, to);
        }
        return island;
    }
};

TEST(SpanningTree, APortForwardsAfterTwoForwardDelaysOfSilence) {
    Bridges one{1};
    one.plug(0, gigabit);
    EXPECT_EQ(one.trees[0].state(0), State::listening);
    one.run_for(15s);
    EXPECT_EQ(one.trees[0].state(0), State::learning);
    one.run_for(15s);
    EXPECT_EQ(one.trees[0].state(0), State::forwarding);
}

TEST(SpanningTree, ARootTellsEveryTwoSecondsAndOnceASecondAtMost) {
    Bridges one{1};
    one.plug(0, gigabit);
    std::vector<Instant> told;
    for (Instant now; now <= Instant{6s}; now = now + 100ms) {
        one.trees[0].poll(now);
        while (one.trees[0].take()) told.push_back(now);
    }
    EXPECT_THAT(told, ElementsAre(Instant{}, Instant{2s}, Instant{4s}, Instant{6s}));
}

TEST(SpanningTree, OfTwoCablesBetweenTwoBridgesOneBlocks) {
    Bridges two{2};
    two.join(0, 1);
    two.join(0, 1);
    two.run_for(31s);
    EXPECT_THAT(two.forwarding_cables(), ElementsAre(0)) << "the port with the lower number";
    EXPECT_TRUE(two.trees[0].is_root());
    EXPECT_EQ(two.trees[1].root(), bridge(1));
    EXPECT_EQ(two.trees[1].root_path_cost(), gigabit);
    EXPECT_EQ(two.trees[1].state(1), State::blocking);
}

TEST(SpanningTree, ATriangleBlocksTheCableFarthestFromItsRoot) {
    Bridges three{3};
    three.join(0, 1);
    three.join(1, 2);
    three.join(2, 0);
    three.run_for(31s);
    EXPECT_THAT(three.forwarding_cables(), ElementsAre(0, 2));
}

TEST(SpanningTree, AFasterWayRoundIsBetterThanASlowCable) {
    Bridges three{3};
    three.join(0, 1);
    three.join(1, 2);
    three.join(2, 0, 10 * gigabit);
    three.run_for(31s);
    EXPECT_THAT(three.forwarding_cables(), ElementsAre(0, 1));
    EXPECT_EQ(three.trees[2].root_path_cost(), 2 * gigabit);
}

TEST(SpanningTree, TheBestPriorityIsTheRootWhateverTheAddresses) {
    Bridges two{1};
    two.trees.emplace_back(SpanningTree::Options{.id = bridge(9, 0x1000)});
    two.ports.push_back(0);
    two.join(0, 1);
    two.run_for(31s);
    EXPECT_TRUE(two.trees[1].is_root());
    EXPECT_FALSE(two.trees[0].is_root());
}

TEST(SpanningTree, WhenACableIsCutABlockedOneTakesOver) {
    Bridges two{2};
    two.join(0, 1);
    two.join(0, 1);
    two.run_for(60s);
    two.cut(0);
    EXPECT_THAT(two.forwarding_cables(), ElementsAre());
    two.run_for(31s);
    EXPECT_THAT(two.forwarding_cables(), ElementsAre(1));
    two.heal(0);
    two.run_for(32s);
    EXPECT_THAT(two.forwarding_cables(), ElementsAre(0));
}

TEST(SpanningTree, ARootThatFallsSilentIsReplacedAfterTheMaximumAge) {
    Bridges three{3};
    three.join(0, 1);
    three.join(1, 2);
    three.run_for(60s);
    three.cables[0].is_cut = true;  // but nobody's port lost its carrier
    three.run_for(18s);
    EXPECT_EQ(three.trees[1].root(), bridge(1));
    three.run_for(5s);
    EXPECT_TRUE(three.trees[1].is_root());
    EXPECT_EQ(three.trees[2].root(), bridge(2));
}

TEST(SpanningTree, AChangeIsTheRootsBusinessAndMakesEverybodyForgetSooner) {
    Bridges four{4};
    four.join(0, 1);
    four.join(1, 2);
    four.join(2, 3);
    four.run_for(120s);  // the changes of the start are over after 35 s
    for (const SpanningTree& tree : four.trees) EXPECT_EQ(tree.ageing(300s), 300s);
    four.cut(2);
    four.run_for(1s);
    for (std::size_t i : {0u, 1u, 2u})
        EXPECT_EQ(four.trees[i].ageing(300s), 300s) << "a leaf lost is no change";
    four.heal(2);
    four.run_for(33s);
    for (const SpanningTree& tree : four.trees) EXPECT_EQ(tree.ageing(300s), 15s) << "the forward delay";
    four.run_for(60s);
    for (const SpanningTree& tree : four.trees) EXPECT_EQ(tree.ageing(300s), 300s);
}

TEST(SpanningTree, NobodyAnswersANotificationThatIsNotForIt) {
    Bridges two{2};
    two.join(0, 1);
    two.run_for(60s);
    SpanningTree& leaf = two.trees[1];
    leaf.receive(0, {.type = wire::BpduType::topology_change}, two.now);
    EXPECT_FALSE(leaf.take()) << "its root port is not designated";
}

TEST(SpanningTree, NewsThatIsTooOldIsNotPassedOnAndWakesNobodyForEver) {
    SpanningTree tree{{.id = bridge(5)}};
    tree.add_port(gigabit, {});
    tree.add_port(gigabit, {});
    wire::Bpdu message{.root = bridge(1), .bridge = bridge(1), .port = 1, .max_age = 255 * 256};
    tree.receive(0, message, {});
    EXPECT_EQ(tree.take()->port, 1u);
    message.message_age = 45 * 256;  // older than any tree's maximum
    tree.receive(0, message, Instant{500ms});
    tree.poll(Instant{1s});
    EXPECT_FALSE(tree.take());
    EXPECT_GT(tree.next_wakeup(), Instant{1s});
}

TEST(SpanningTree, CostsFollowTheRate) {
    EXPECT_EQ(SpanningTree::path_cost(10'000'000), 2'000'000u);
    EXPECT_EQ(SpanningTree::path_cost(1'000'000'000), 20'000u);
    EXPECT_EQ(SpanningTree::path_cost(1), 200'000'000u);
    EXPECT_EQ(SpanningTree::path_cost(~std::uint64_t{0}), 1u);
}

/// What forwards is a tree over each island of bridges: all of them reach each other, by one way.
RC_GTEST_PROP(SpanningTree, WhatForwardsIsATreeOverWhatHangsTogether, ()) {
    const auto count = *rc::gen::inRange<std::size_t>(1, 7);
    Bridges some{count};
    const auto pick = [&] { return *rc::gen::inRange<std::size_t>(0, count); };
    const int joins = *rc::gen::inRange(0, 10);
    for (int i = 0; i < joins; ++i) {
        const std::size_t a = pick();
        const std::size_t b = pick();
        if (a != b) some.join(a, b, *rc::gen::element(gigabit, 10 * gigabit));
    }
    some.run_for(100s);
    if (!some.cables.empty()) {
        some.cut(*rc::gen::inRange<std::size_t>(0, some.cables.size()));
        some.run_for(100s);
    }
    const auto whole = some.islands([](const Bridges::Cable& cable) { return !cable.is_cut; });
    const auto used = some.islands([&](const Bridges::Cable& cable) { return some.forwards(cable); });
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = 0; b < count; ++b) RC_ASSERT((whole[a] == whole[b]) == (used[a] == used[b]));
    const auto islands = [&] {
        std::vector<std::size_t> all = used;
        std::ranges::sort(all);
        return static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin());
    };
    RC_ASSERT(some.forwarding_cables().size() == count - islands());
}

/// Whatever a port is told, the tree keeps to one message a second and port, and goes on.
RC_GTEST_PROP(SpanningTree, SurvivesWhateverItIsTold, ()) {
    SpanningTree tree{{.id = bridge(5)}};
    tree.add_port(gigabit, {});
    tree.add_port(gigabit, {});
    Instant now;
    const int messages = *rc::gen::inRange(0, 60);
    for (int i = 0; i < messages; ++i) {
        now = now + 1ms * *rc::gen::inRange(0, 4000);
        wire::Bpdu message{.type = *rc::gen::element(wire::BpduType::configuration, wire::BpduType::rapid,
                                                     wire::BpduType::topology_change)};
        message.flags = *rc::gen::arbitrary<std::uint8_t>();
        message.root = bridge(*rc::gen::inRange<std::uint8_t>(1, 9));
        message.root_path_cost = *rc::gen::arbitrary<std::uint32_t>();
        message.bridge = bridge(*rc::gen::inRange<std::uint8_t>(1, 9));
        message.port = *rc::gen::arbitrary<std::uint16_t>();
        message.max_age = *rc::gen::inRange<std::uint16_t>(1, 65535);
        message.message_age = static_cast<std::uint16_t>(*rc::gen::inRange(0, int{message.max_age}));
        message.hello_time = *rc::gen::arbitrary<std::uint16_t>();
        message.forward_delay = *rc::gen::arbitrary<std::uint16_t>();
        tree.poll(now);
        tree.receive(*rc::gen::inRange<Port>(0, 2), message, now);
        std::size_t sent = 0;
        while (tree.take()) ++sent;
        RC_ASSERT(sent <= 8u);
        tree.poll(now);
        while (tree.take()) {
        }
        RC_ASSERT(tree.next_wakeup() > now);
    }
}

}  // namespace
}  // namespace sockeye::link
