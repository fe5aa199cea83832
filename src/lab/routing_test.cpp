// What the routers of a lab work out: shortest paths, again when cables are cut and heal, and less than what
// somebody says.
#include "lab/routing.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lab/host_node.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"

namespace sockeye {
namespace {

using ::testing::ElementsAre;

/// a and b hang at r1 and r3, which a cable joins; and there is a way round over r2.
///
///     a -- r1 ------- r3 -- b        10.0.1.0/24, 10.13.0.0/30, 10.0.3.0/24
///            \       /
///             -- r2 -                10.12.0.0/30, 10.23.0.0/30
struct RoutingTest : ::testing::Test {
    Lab lab;
    Switch& lan_a = lab.add_switch("lan_a");
    Switch& lan_b = lab.add_switch("lan_b");
    Host& a = lab.add_host("a", lan_a, "10.0.1.1/24");
    Host& b = lab.add_host("b", lan_b, "10.0.3.1/24");
    Host& r1 = lab.add_router("r1");
    Host& r2 = lab.add_router("r2");
    Host& r3 = lab.add_router("r3");

    RoutingTest() {
        lab.connect(r1, lan_a, "10.0.1.254/24");
        lab.connect(r3, lan_b, "10.0.3.254/24");
        lab.add_route(a, "0.0.0.0/0", "10.0.1.254");
        lab.add_route(b, "0.0.0.0/0", "10.0.3.254");
    }
    void join(CableOptions direct = {}, CableOptions round = {}) {
        lab.connect(r1, "10.13.0.1/30", r3, "10.13.0.2/30", direct);
        lab.connect(r1, "10.12.0.1/30", r2, "10.12.0.2/30", round);
        lab.connect(r2, "10.23.0.1/30", r3, "10.23.0.2/30", round);
    }
    std::vector<std::string> way(Host& from, const char* target) {
        std::vector<std::string> hops;
        const std::vector<Pong> pongs = from.run(traceroute(from, Address{target, 0}, 5)).value();
        for (const Pong& pong : pongs)
            hops.push_back(pong.kind == Pong::Kind::silence ? "*" : pong.from.to_string());
        return hops;
    }
    /// "10.0.3.0/24 via 10.13.0.2", as far as it was worked out.
    std::vector<std::string> computed(Host& router) {
        lab.world().settle_routes();
        std::vector<std::string> texts;
        const auto routes = static_cast<lab::HostNode&>(router.node()).stack().ip().routes();
        for (const network::Route& route : routes)
            if (route.origin == network::Route::Origin::computed)
                texts.push_back(route.target.to_string() + " via " + route.gateway->to_string());
        return texts;
    }
};

TEST_F(RoutingTest, TheShortestPathIsTaken) {
    join();
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.13.0.2", "10.0.3.1"));
    EXPECT_THAT(computed(r2), ElementsAre("10.13.0.0/30 via 10.12.0.1", "10.0.1.0/24 via 10.12.0.1",
                                          "10.0.3.0/24 via 10.23.0.2"));
}

TEST_F(RoutingTest, AFasterWayRoundIsShorterThanASlowCable) {
    join({.bits_per_second = 10'000'000});
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.12.0.2", "10.23.0.2", "10.0.3.1"));
}

TEST_F(RoutingTest, ACostThatSomebodySaysCountsInsteadOfTheRate) {
    join({.cost = 201}, {.cost = 100});
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.12.0.2", "10.23.0.2", "10.0.3.1"));
}

TEST_F(RoutingTest, WhenACableIsCutAnotherWayIsFoundAndTheFirstAgainWhenItHeals) {
    join();
    lab.cut("r1", "r3");
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.12.0.2", "10.23.0.2", "10.0.3.1"));
    lab.heal("r1", "r3");
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.13.0.2", "10.0.3.1"));
}

TEST_F(RoutingTest, ARouterThatCrashesIsGoneFromEveryPathUntilItStartsAgain) {
    join({.bits_per_second = 10'000'000});
    lab.crash("r2");
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.13.0.2", "10.0.3.1"));
    lab.restart("r2");
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.12.0.2", "10.23.0.2", "10.0.3.1"));
}

TEST_F(RoutingTest, ANetworkThatNoCableLeadsToIsNotReached) {
    join();
    lab.cut("r3", "lan_b");
    EXPECT_THAT(computed(r1), ElementsAre("10.23.0.0/30 via 10.12.0.2"))
        << "as near over r3, which was added later";
}

TEST_F(RoutingTest, WhatSomebodySaysWinsHoweverLongThePath) {
    join();
    lab.add_route(r1, "10.0.3.0/24", "10.12.0.2");
    // The third router answers by its own shortest path, and from that card (RFC 1812 §4.3.2.4).
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.12.0.2", "10.13.0.2", "10.0.3.1"));
    lab.cut("r1", "r3");
    lab.heal("r1", "r3");
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.12.0.2", "10.13.0.2", "10.0.3.1"));
}

TEST_F(RoutingTest, RoutersAreNeighboursAcrossSwitchesToo) {
    Switch& middle = lab.add_switch("middle");
    Switch& other = lab.add_switch("other");
    lab.add_cable(middle, other);
    lab.connect(r1, middle, "10.9.0.1/24");
    lab.connect(r3, other, "10.9.0.3/24");
    EXPECT_THAT(way(a, "10.0.3.1"), ElementsAre("10.0.1.254", "10.9.0.3", "10.0.3.1"));
    lab.cut("middle", "other");
    EXPECT_THAT(computed(r1), ElementsAre());
}

TEST_F(RoutingTest, BothFamiliesHaveTheirPaths) {
    join();
    lab.add_address(r3, "2001:db8:3::1/64");  // on its latest card, to r2
    lab.add_address(r2, "2001:db8:3::2/64");
    lab.connect(r3, lan_b, "2001:db8:9::1/64");
    const char* route = "2001:db8:9::/64 via 2001:db8:3::1";
    EXPECT_THAT(computed(r2), testing::Contains(route));
    EXPECT_THAT(computed(r1), testing::Not(testing::Contains(testing::HasSubstr("2001:"))))
        << "it has no neighbour of that family";
}

TEST_F(RoutingTest, WhatANatHidesIsNotToldOutside) {
    join();
    lab.enable_nat(r1, "eth1");  // towards r3
    EXPECT_THAT(computed(r3), ElementsAre("10.12.0.0/30 via 10.23.0.1", "10.0.1.0/24 via 10.23.0.1"))
        << "over r2, where there is no NAT";
    lab.cut("r1", "r2");
    EXPECT_THAT(computed(r3), ElementsAre()) << "nor is the network of a cable that is cut";
    EXPECT_THAT(computed(r1), ElementsAre("10.23.0.0/30 via 10.13.0.2", "10.0.3.0/24 via 10.13.0.2"));
}

TEST(CostOfRate, FollowsTheRate) {
    EXPECT_EQ(lab::cost_of_rate(1'000'000'000), 100u);
    EXPECT_EQ(lab::cost_of_rate(400'000'000'000), 1u);
    EXPECT_EQ(lab::cost_of_rate(1), 1'000'000'000u);
}

}  // namespace
}  // namespace sockeye
