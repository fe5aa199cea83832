// The decision between "on this link" and "by a gateway", in words (RFC 1122 §3.3.1.1).
#include "view/explain_send.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"

namespace sockeye::view {
namespace {

using ::testing::HasSubstr;

struct ExplainSend : ::testing::Test {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Switch& other = lab.add_switch("other");
    Host& router = lab.add_router("router");
    Host& alice = lab.add_host("alice", lan, "192.168.1.1/24");
    Host& bob = lab.add_host("bob", lan, "192.168.1.2/24");
    Host& carol = lab.add_host("carol", other, "192.168.2.1/24");

    ExplainSend() {
        lab.connect(router, lan, "192.168.1.254/24");
        lab.connect(router, other, "192.168.2.254/24");
        lab.add_route(alice, "0.0.0.0/0", "192.168.1.254");
    }
    std::string text(std::string_view host, std::string_view target) {
        return "\n" + explain_send(lab::decide_send(lab.world(), host, IpAddress::parse(target).value()));
    }
};

TEST_F(ExplainSend, TheSameNetworkIsOnTheLink) {
    EXPECT_EQ(text("alice", "192.168.1.2"), R"(
alice sends to 192.168.1.2
1. own network  192.168.1.1 AND 255.255.255.0 = 192.168.1.0
2. its network  192.168.1.2 AND 255.255.255.0 = 192.168.1.0
3. compare      192.168.1.0 twice: the same network, so it is on this link
route           192.168.1.0/24 on the link of eth0, connected
next hop        192.168.1.2 (bob), the target itself
its MAC         not known: ARP asks who has 192.168.1.2
the frame       leaves by eth0 for that MAC; in it the packet is for 192.168.1.2
)");
}

TEST_F(ExplainSend, AnotherNetworkIsBehindTheGateway_WhoseMacIsAskedFor) {
    EXPECT_EQ(text("alice", "192.168.2.1"), R"(
alice sends to 192.168.2.1
1. own network  192.168.1.1 AND 255.255.255.0 = 192.168.1.0
2. its network  192.168.2.1 AND 255.255.255.0 = 192.168.2.0
3. compare      192.168.1.0 is not 192.168.2.0: another network, so by a gateway
route           0.0.0.0/0 by 192.168.1.254 on eth0, static
next hop        192.168.1.254 (router), the gateway
its MAC         not known: ARP asks who has 192.168.1.254
the frame       leaves by eth0 for that MAC; in it the packet is for 192.168.2.1
)");
}

TEST_F(ExplainSend, AMacThatIsKnownIsShownWithItsState) {
    ASSERT_TRUE(alice.run(ping(alice, Address{"192.168.1.2", 0})));
    EXPECT_THAT(text("alice", "192.168.1.2"),
                HasSubstr("its MAC         02:00:00:00:00:02, known: REACHABLE\n"));
}

TEST_F(ExplainSend, WithoutARouteNothingIsSent) {
    EXPECT_EQ(text("bob", "192.168.2.1"), R"(
bob sends to 192.168.2.1
1. own network  192.168.1.2 AND 255.255.255.0 = 192.168.1.0
2. its network  192.168.2.1 AND 255.255.255.0 = 192.168.2.0
3. compare      192.168.1.0 is not 192.168.2.0: another network, so by a gateway
route           none leads there
so              nothing is sent: "unreachable"
)");
}

TEST_F(ExplainSend, ARouterSpeaksFromTheCardThatItLeavesBy) {
    EXPECT_THAT(text("router", "192.168.2.1"), HasSubstr("1. own network  192.168.2.254 AND 255.255.255.0"));
}

TEST_F(ExplainSend, BroadcastsGroupsAndItself) {
    EXPECT_THAT(text("alice", "192.168.1.255"),
                HasSubstr("its MAC         ff:ff:ff:ff:ff:ff, which is everybody"));
    EXPECT_THAT(text("alice", "224.0.0.251"), HasSubstr("its MAC         01:00:5e:00:00:fb, which follows"));
    EXPECT_THAT(text("alice", "192.168.1.1"), HasSubstr("it is           an address of its own"));
}

TEST_F(ExplainSend, AHostWithoutAnAddressHasNothingToCompare) {
    lab.add_host("late", lan);
    EXPECT_THAT(text("late", "192.168.1.1"), HasSubstr("late has no IPv4 address yet"));
}

TEST_F(ExplainSend, IPv6AsksByNeighbourDiscovery) {
    lab.add_address(alice, "2001:db8::1/64");
    lab.add_address(bob, "2001:db8::2/64");
    EXPECT_THAT(text("alice", "2001:db8::2"),
                HasSubstr("1. own network  2001:db8::1 AND /64 = 2001:db8::\n"));
    EXPECT_THAT(text("alice", "2001:db8::2"), HasSubstr("neighbour discovery asks who has 2001:db8::2\n"));
}

TEST_F(ExplainSend, MachinesGetEachStep) {
    const Json object =
        explain_send_json(lab::decide_send(lab.world(), "alice", IpAddress::parse("192.168.2.1").value()));
    EXPECT_EQ(object["same_network"], false);
    EXPECT_EQ(object["own_network"], "192.168.1.0");
    EXPECT_EQ(object["target_network"], "192.168.2.0");
    EXPECT_EQ(object["way"], "gateway");
    EXPECT_EQ(object["next_hop_node"], "router");
    EXPECT_TRUE(object["mac"].is_null());
}

TEST_F(ExplainSend, ASwitchSendsNothingOfItsOwn) {
    EXPECT_THROW(text("lan", "192.168.1.1"), std::invalid_argument);
}

}  // namespace
}  // namespace sockeye::view
