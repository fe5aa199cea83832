// The checklist's rows on switches. Each test is the row it is named after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lab/node.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/option.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

bool reaches(Host& from, std::string_view target) {
    return from.run(ping(from, Address{std::string{target}.c_str(), 0})).value().kind == Pong::Kind::reply;
}

void broadcast(Host& from) {
    Socket socket{from, Family::inet, SocketType::datagram};
    socket.setsockopt(option::so_broadcast, true).value();
    socket.sendto("everybody", {"255.255.255.255", 9}).wait().value();
}

/// How many frames the cables have brought to the host since record `begin`.
std::size_t frames_to(const Lab& lab, std::string_view host, std::size_t begin = 0) {
    const std::vector<lab::Record>& records = lab.world().recorder().records();
    std::size_t count = 0;
    for (std::size_t i = begin; i < records.size(); ++i) {
        const lab::Connection& cable = lab.world().topology().cables()[records[i].cable];
        if (cable.at(link::opposite(records[i].from)).node->name() == host) ++count;
    }
    return count;
}

const link::MacTable& table_of(Switch& lan) {
    return static_cast<lab::SwitchNode&>(lan.node()).logic().table();
}

/// Four hosts on a switch.
struct LessonsOnSwitches : testing::Test {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& h1 = lab.add_host("h1", lan, "10.0.0.1/24");
    Host& h2 = lab.add_host("h2", lan, "10.0.0.2/24");
    Host& h3 = lab.add_host("h3", lan, "10.0.0.3/24");
    Host& h4 = lab.add_host("h4", lan, "10.0.0.4/24");
};

TEST_F(LessonsOnSwitches, Lesson002_AnyTwoOfALanExchangeFrames_TheTableHasARowForEach) {
    for (Host* from : {&h1, &h2, &h3, &h4})
        for (const char* target : {"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"})
            EXPECT_TRUE(reaches(*from, target)) << from->name() << " " << target;
    EXPECT_EQ(table_of(lan).entries(lab.now()).size(), 4u);
}

TEST_F(LessonsOnSwitches, Lesson003_ABroadcastInVlan10IsSeenByNoHostOfVlan20) {
    lab.set_vlans(lan, "h1", VlanPort::access(10));
    lab.set_vlans(lan, "h2", VlanPort::access(10));
    lab.set_vlans(lan, "h3", VlanPort::access(20));
    lab.set_vlans(lan, "h4", VlanPort::access(20));
    broadcast(h1);
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_EQ(frames_to(lab, "h2"), 1u);
    EXPECT_EQ(frames_to(lab, "h3"), 0u);
    EXPECT_EQ(frames_to(lab, "h4"), 0u);
    EXPECT_TRUE(reaches(h3, "10.0.0.4"));
    EXPECT_FALSE(reaches(h3, "10.0.0.1")) << "of one subnet by its address, and of another VLAN";
}

TEST_F(LessonsOnSwitches, Lesson011_AfterOneExchangeAUnicastFrameIsOnOneOtherPort) {
    EXPECT_TRUE(reaches(h1, "10.0.0.2"));
    const std::size_t begin = lab.world().recorder().records().size();
    EXPECT_TRUE(reaches(h1, "10.0.0.2"));
    EXPECT_EQ(frames_to(lab, "h2", begin), 1u);
    EXPECT_EQ(frames_to(lab, "h3", begin) + frames_to(lab, "h4", begin), 0u);
}

TEST(LessonsOnStorms, Lesson019_ABroadcastStorm_AndWhatASpanningTreeAndStormControlMakeOfIt) {
    const auto frames = [](SwitchOptions options) {
        Lab lab;
        Switch& left = lab.add_switch("left", options);
        Switch& right = lab.add_switch("right", options);
        lab.add_cable(left, right);
        lab.add_cable(left, right);
        Host& host = lab.add_host("host", left, "10.0.0.1/24");
        EXPECT_TRUE(lab.run_for(31s)) << "a spanning tree forwards by now";
        const std::size_t before = lab.world().recorder().records().size();
        broadcast(host);
        EXPECT_TRUE(lab.run_for(10ms));
        return lab.world().recorder().records().size() - before;
    };
    EXPECT_GT(frames({}), 10'000u);
    EXPECT_LT(frames({.spanning_tree = SpanningTree::on}), 10u);
    EXPECT_LT(frames({.storm_control = 10}), 100u);
}

TEST_F(LessonsOnSwitches, Lesson026_AnEntryAgesOut_AndWhatIsForItIsFloodedAgain) {
    EXPECT_TRUE(reaches(h1, "10.0.0.2"));
    Socket socket{h1, Family::inet, SocketType::datagram};
    const auto floods = [&] {
        const std::size_t begin = lab.world().recorder().records().size();
        socket.sendto("x", {"10.0.0.2", 9}).wait().value();
        EXPECT_TRUE(lab.run_for(1ms));
        return frames_to(lab, "h3", begin);
    };
    EXPECT_EQ(floods(), 0u);
    ASSERT_TRUE(lab.run_for(310s));  // 5 s after it answered the host looked once more who had asked it
    EXPECT_GT(floods(), 0u) << "802.1D's 300 s of silence";
}

}  // namespace
}  // namespace sockeye
