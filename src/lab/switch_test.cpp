// Switches of a lab that do more than learn: VLANs, spanning tree, storm control; and loops without them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "lab/host_node.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "test/support/tshark.hpp"

namespace sockeye {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

bool reaches(Host& from, const char* target) {
    PingOptions options;
    options.patience = 100ms;
    return from.run(ping(from, Address{target, 0}, options)).value().kind == Pong::Kind::reply;
}

std::vector<std::string> drops(const Lab& lab) {
    std::vector<std::string> texts;
    for (const lab::Drop& drop : lab.world().recorder().drops())
        texts.push_back(lab.world().topology().nodes()[drop.node]->name() + ": " + std::string{drop.why});
    return texts;
}

/// Two switches with a trunk; on each a host in VLAN 10 and one in VLAN 20, all in one subnet.
struct VlanLab : ::testing::Test {
    Lab lab;
    Switch& left = lab.add_switch("left");
    Switch& right = lab.add_switch("right");
    Host& a10 = lab.add_host("a10", left, "10.0.0.1/24");
    Host& a20 = lab.add_host("a20", left, "10.0.0.2/24");
    Host& b10 = lab.add_host("b10", right, "10.0.0.3/24");
    Host& b20 = lab.add_host("b20", right, "10.0.0.4/24");

    VlanLab() {
        lab.add_cable(left, right);
        lab.set_vlans(left, "a10", VlanPort::access(10));
        lab.set_vlans(left, "a20", VlanPort::access(20));
        lab.set_vlans(right, "b10", VlanPort::access(10));
        lab.set_vlans(right, "b20", VlanPort::access(20));
        lab.set_vlans(left, "right", VlanPort::trunk({10, 20}));
        lab.set_vlans(right, "left", VlanPort::trunk({10, 20}));
    }
    std::size_t frames_to(std::string_view host) const {
        std::size_t count = 0;
        for (const lab::Record& record : lab.world().recorder().records()) {
            const lab::Connection& cable = lab.world().topology().cables()[record.cable];
            if (cable.at(link::opposite(record.from)).node->name() == host) ++count;
        }
        return count;
    }
};

TEST_F(VlanLab, AVlanReachesAcrossATrunkAndNoFurther) {
    EXPECT_TRUE(reaches(a10, "10.0.0.3"));
    EXPECT_TRUE(reaches(a20, "10.0.0.4"));
    EXPECT_FALSE(reaches(a10, "10.0.0.2"));
    EXPECT_FALSE(reaches(a10, "10.0.0.4"));
}

TEST_F(VlanLab, ABroadcastIsSeenInItsVlanAlone) {
    Socket sender{a10, Family::inet, SocketType::datagram};
    ASSERT_TRUE(sender.setsockopt(option::so_broadcast, true));
    ASSERT_TRUE(sender.sendto("all", {"255.255.255.255", 9}).wait());
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_EQ(frames_to("b10"), 1u);
    EXPECT_EQ(frames_to("a20"), 0u);
    EXPECT_EQ(frames_to("b20"), 0u);
}

TEST_F(VlanLab, ATrunkThatForgetsAVlanDropsItAndSaysSo) {
    lab.set_vlans(right, "left", VlanPort::trunk({10}));
    EXPECT_FALSE(reaches(a20, "10.0.0.4"));
    EXPECT_THAT(drops(lab), ::testing::Contains("right: the port is not in its VLAN"));
    EXPECT_THAT(ladder(lab, {.width = 120}), HasSubstr("x dropped by right: the port is not in its VLAN"));
    EXPECT_THAT(lab.pcapng(), HasSubstr("DROP right: the port is not in its VLAN"));
}

std::string mistake(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::invalid_argument& e) {
        return e.what();
    }
    return "none";
}

TEST_F(VlanLab, MistakesAreNamed) {
    EXPECT_THAT(mistake([&] { lab.set_vlans(left, "a10", VlanPort::access(4095)); }), HasSubstr("1 to 4094"));
    EXPECT_THAT(mistake([&] { lab.set_vlans(left, "b10", VlanPort::access(10)); }),
                HasSubstr("there is no cable between"));
    EXPECT_THAT(mistake([&] { lab.set_vlans(left, "a10", VlanPort::trunk({10}, 10)); }), HasSubstr("native"));
    EXPECT_THAT(mistake([&] { lab.add_switch("s", {.priority = 5}); }), HasSubstr("multiple of 4096"));
    EXPECT_THAT(mistake([&] { lab.add_switch("s", {.ageing = 0s}); }), HasSubstr("learns nothing"));
}

/// Two switches with two cables, and a host on each.
struct Loop {
    Lab lab;
    Switch& left;
    Switch& right;
    Host& a;
    Host& b;

    explicit Loop(SwitchOptions options)
        : left{lab.add_switch("left", options)},
          right{lab.add_switch("right", options)},
          a{lab.add_host("a", left, "10.0.0.1/24")},
          b{lab.add_host("b", right, "10.0.0.2/24")} {
        lab.add_cable(left, right);
        lab.add_cable(left, right);
    }
    std::size_t frames_in(Duration duration) {
        const std::size_t before = lab.world().recorder().records().size();
        (void)lab.run_for(duration);
        return lab.world().recorder().records().size() - before;
    }
    void broadcast() {
        Socket sender{a, Family::inet, SocketType::datagram};
        ASSERT_TRUE(sender.setsockopt(option::so_broadcast, true));
        ASSERT_TRUE(sender.sendto("all", {"255.255.255.255", 9}).wait());
    }
};

TEST(StormInALab, OneBroadcastGoesRoundAndRoundWithoutLoopProtection) {
    Loop loop{{}};
    loop.broadcast();
    EXPECT_GT(loop.frames_in(1ms), 1000u);
}

TEST(StormInALab, ARunThatAStormWouldNeverEndSaysSo) {
    Loop loop{{}};
    loop.broadcast();
    const Result<void> ran = loop.lab.run_for(1h);
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error(), Errc::resources_exhausted);
    EXPECT_THAT(ran.error().detail(), HasSubstr("a storm: switches have sent on one frame of a:eth0"));
}

TEST(StormInALab, StormControlBoundsIt) {
    Loop loop{{.storm_control = 10}};
    loop.broadcast();
    EXPECT_LT(loop.frames_in(500ms), 200u);
    EXPECT_THAT(drops(loop.lab), ::testing::Contains(HasSubstr(": storm control")));
}

TEST(StormInALab, ASpanningTreeEndsIt) {
    Loop loop{{.spanning_tree = SpanningTree::on}};
    ASSERT_TRUE(loop.lab.run_for(31s));
    loop.broadcast();
    EXPECT_LT(loop.frames_in(1s), 10u) << "the broadcast on its way, and what the switches say";
    EXPECT_TRUE(reaches(loop.a, "10.0.0.2"));
}

TEST(SpanningTreeInALab, BeforeItForwardsNothingGetsThroughAndThatIsRecorded) {
    Loop loop{{.spanning_tree = SpanningTree::on}};
    EXPECT_FALSE(reaches(loop.a, "10.0.0.2"));
    EXPECT_THAT(drops(loop.lab), ::testing::Contains("left: spanning tree blocks the port"));
    EXPECT_THAT(ladder(loop.lab), HasSubstr("x dropped by left"));
}

TEST(SpanningTreeInALab, WhenOneCableIsCutTheOtherTakesOver) {
    Loop loop{{.spanning_tree = SpanningTree::on}};
    ASSERT_TRUE(loop.lab.run_for(31s));
    EXPECT_TRUE(reaches(loop.a, "10.0.0.2"));
    loop.lab.world().cut(2);  // the first of the two
    EXPECT_FALSE(reaches(loop.a, "10.0.0.2"));
    ASSERT_TRUE(loop.lab.run_for(31s));
    EXPECT_TRUE(reaches(loop.a, "10.0.0.2"));
}

TEST(SpanningTreeInALab, ItsMessagesAreInTheRecordingAndTsharkUnderstandsThem) {
    if (!test::has_tshark()) GTEST_SKIP() << "tshark is not here";
    Loop loop{{.spanning_tree = SpanningTree::on}};
    ASSERT_TRUE(loop.lab.run_for(5s));
    const std::string recording = loop.lab.pcapng();
    EXPECT_EQ(test::tshark(recording, "-Y '_ws.malformed'"), "");
    EXPECT_THAT(test::tshark(recording, "-Y stp -T fields -e stp.root.hw -e frame.interface_name"),
                HasSubstr("02:01:00:00:00:01\tleft:1\n"));
}

TEST(DropsInALab, AFrameToAHostThatIsOffIsDroppedThere) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& a = lab.add_host("a", lan, "10.0.0.1/24");
    lab.add_host("b", lan, "10.0.0.2/24");
    EXPECT_TRUE(reaches(a, "10.0.0.2"));
    EXPECT_THAT(drops(lab), ElementsAre());
    lab.crash("b");
    EXPECT_FALSE(reaches(a, "10.0.0.2"));
    EXPECT_THAT(drops(lab), ElementsAre("b: the host is off"));
    EXPECT_THAT(ladder(lab), HasSubstr("x dropped by b"));
}

}  // namespace
}  // namespace sockeye
