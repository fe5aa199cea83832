// The checklist's rows on the network layer: routers, gateways, hops. Each test is the row it is named after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lab/host_node.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/option.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "wire/ipv4.hpp"
#include "wire/text.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Two networks, 10.0.1.0/24 and 10.0.2.0/24, with a switch and a host each, and a router between.
struct TwoNetworks : testing::Test {
    Lab lab;
    Switch& near_lan = lab.add_switch("near_lan");
    Switch& far_lan = lab.add_switch("far_lan");
    Host& near = lab.add_host("near", near_lan, "10.0.1.1/24");
    Host& far = lab.add_host("far", far_lan, "10.0.2.1/24");
    Host& router = lab.add_router("router");

    TwoNetworks() {
        lab.connect(router, near_lan, "10.0.1.254/24");
        lab.connect(router, far_lan, "10.0.2.254/24");
        lab.add_route(far, "0.0.0.0/0", "10.0.2.254");
    }
    void give_near_a_gateway() { lab.add_route(near, "0.0.0.0/0", "10.0.1.254"); }

    /// One line of text for each frame that the cable to that host carried.
    std::vector<std::string> frames_at(std::uint32_t cable) const {
        std::vector<std::string> lines;
        for (const lab::Record& record : lab.world().recorder().records())
            if (record.cable == cable) lines.push_back(wire::to_line(record.frame.bytes()));
        return lines;
    }
    /// The first frame with an echo request on that cable.
    wire::Summary echo_at(std::uint32_t cable) const {
        for (const lab::Record& record : lab.world().recorder().records()) {
            if (record.cable != cable) continue;
            const wire::Summary summary = wire::summarise(record.frame.bytes());
            if (summary.icmp && summary.icmp->type == wire::IcmpType::echo) return summary;
        }
        ADD_FAILURE() << "no echo on cable " << cable;
        return {};
    }
    static constexpr std::uint32_t cable_of_near = 0;
    static constexpr std::uint32_t cable_of_far = 1;
    static constexpr std::uint32_t far_cable_of_router = 3;
};

const Address far_host{"10.0.2.1", 0};

using LessonsOnNetworks = TwoNetworks;

TEST_F(LessonsOnNetworks, Lesson001_ARouterPassesAPacketOnWithOneHopLessAndSaysWhereItsHopsEnd) {
    give_near_a_gateway();
    const Pong reply = near.run(ping(near, far_host)).value();
    EXPECT_EQ(reply.kind, Pong::Kind::reply);
    EXPECT_EQ(reply.from, far_host.ip());
    EXPECT_EQ(echo_at(cable_of_near).hop_limit, 64);
    EXPECT_EQ(echo_at(cable_of_far).hop_limit, 63);

    PingOptions one_hop;
    one_hop.hop_limit = 1;
    const Pong exceeded = near.run(ping(near, far_host, one_hop)).value();
    EXPECT_EQ(exceeded.kind, Pong::Kind::hop_limit_exceeded);
    // The fix: a router has an address on each interface, and this is the one that faces us.
    EXPECT_EQ(exceeded.from.to_string(), "10.0.1.254");

    // Inside hosts share one public IP by NAT: the far host needs no route back, and sees the router.
    lab.enable_nat(router, "eth1");
    Socket server = create_datagram_server(far, Address{"10.0.2.1", 7}).value();
    std::vector<std::string> seen;
    Host& other = lab.add_host("other", near_lan, "10.0.1.2/24");
    lab.add_route(other, "0.0.0.0/0", "10.0.1.254");
    for (Host* inside : {&near, &other}) {
        Socket client{*inside, Family::inet, SocketType::datagram};
        ASSERT_TRUE(client.sendto("hello", Address{"10.0.2.1", 7}).wait());
        const Datagram asked = server.recvfrom(100).wait().value();
        seen.push_back(asked.sender.ip().to_string());
        ASSERT_TRUE(server.sendto("welcome", asked.sender).wait());
        EXPECT_EQ(client.recvfrom(100).wait().value().bytes.text(), "welcome");
    }
    EXPECT_THAT(seen, ElementsAre("10.0.2.254", "10.0.2.254"));
}

TEST(LessonsOnAddresses, Lesson004_WhoClaimsAnAddressThatAnotherHostHasIsToldAndTheLabReportsIt) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    lab.add_host("first", lan, "10.0.0.1/24");
    Host& late = lab.add_host("late", lan, "10.0.0.2/24");
    lab.claim_address(late, "10.0.0.1/24");
    lab.claim_address(late, "10.0.0.3/24");
    ASSERT_TRUE(lab.run_for(10s));
    EXPECT_THAT(lab.conflicts(),
                ElementsAre("address conflict: late and 02:00:00:00:00:01 both want 10.0.0.1"));
    EXPECT_FALSE(create_datagram_server(late, Address{"10.0.0.1", 9})) << "it has given it up";
    EXPECT_TRUE(create_datagram_server(late, Address{"10.0.0.3", 9})) << "nobody objected";
}

TEST_F(LessonsOnNetworks,
       Lesson009_WithoutADefaultRouteAnotherNetworkCannotBeReached_WithOneTheGatewaysMacLeadsThere) {
    EXPECT_EQ(near.run(ping(near, far_host)).value().kind, Pong::Kind::unreachable);
    EXPECT_THAT(frames_at(cable_of_near), testing::IsEmpty());

    give_near_a_gateway();
    EXPECT_EQ(near.run(ping(near, far_host)).value().kind, Pong::Kind::reply);
    const wire::Summary echo = echo_at(cable_of_near);
    EXPECT_EQ(echo.ethernet.target.to_string(), "02:00:00:00:00:03") << "the router's first card";
    EXPECT_EQ(echo.target.ip(), far_host.ip());
}

TEST_F(LessonsOnNetworks,
       Lesson012_ArpForTheGateway_ARoute_ArpOnTheOtherNetwork_AndNoBroadcastCrossesTheRouter) {
    give_near_a_gateway();
    ASSERT_EQ(near.run(ping(near, far_host)).value().kind, Pong::Kind::reply);
    EXPECT_THAT(frames_at(cable_of_near),
                ElementsAre("ARP who has 10.0.1.254? tell 10.0.1.1", HasSubstr("10.0.1.254 is at"),
                            HasSubstr("echo request"), HasSubstr("echo reply")));
    EXPECT_THAT(frames_at(cable_of_far),
                ElementsAre("ARP who has 10.0.2.1? tell 10.0.2.254", HasSubstr("10.0.2.1 is at"),
                            HasSubstr("echo request"), HasSubstr("echo reply")));

    Socket socket{near, Family::inet, SocketType::datagram};
    const std::size_t before = frames_at(far_cable_of_router).size();
    ASSERT_TRUE(socket.setsockopt(option::so_broadcast, true));
    for (const char* everybody : {"255.255.255.255", "10.0.1.255", "10.0.2.255"})
        ASSERT_TRUE(socket.sendto("all of you", Address{everybody, 9}).wait());
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_EQ(frames_at(far_cable_of_router).size(), before);
}

TEST_F(LessonsOnNetworks,
       Lesson024_TheFrameCarriesTheGatewaysMac_ThePacketTheFarHostsAddress_AndTheRouterNewMacs) {
    give_near_a_gateway();
    ASSERT_EQ(near.run(ping(near, far_host)).value().kind, Pong::Kind::reply);
    const wire::Summary before = echo_at(cable_of_near);
    const wire::Summary behind = echo_at(cable_of_far);
    EXPECT_EQ(before.ethernet.source.to_string(), "02:00:00:00:00:01");
    EXPECT_EQ(before.ethernet.target.to_string(), "02:00:00:00:00:03");
    EXPECT_EQ(behind.ethernet.source.to_string(), "02:00:00:00:00:04");
    EXPECT_EQ(behind.ethernet.target.to_string(), "02:00:00:00:00:02");
    for (const wire::Summary& echo : {before, behind}) {
        EXPECT_EQ(echo.source.ip().to_string(), "10.0.1.1");
        EXPECT_EQ(echo.target.ip().to_string(), "10.0.2.1");
        EXPECT_FALSE(echo.malformed.has_value()) << "every checksum is right";
    }
    EXPECT_EQ(before.hop_limit - behind.hop_limit, 1);
}

TEST(LessonsOnRouters, Lesson025_ThroughThreeRoutersATracerouteShowsEachHop) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& home = lab.add_host("home", lan, "192.168.1.2/24");
    Host& gateway = lab.add_router("gateway");
    Host& carrier = lab.add_router("carrier");
    Host& backbone = lab.add_router("backbone");
    Switch& farm = lab.add_switch("farm");
    Host& server = lab.add_host("server", farm, "203.0.113.80/24");
    lab.connect(gateway, lan, "192.168.1.1/24");
    lab.connect(gateway, "198.51.100.1/30", carrier, "198.51.100.2/30");
    lab.connect(carrier, "198.51.100.5/30", backbone, "198.51.100.6/30");
    lab.connect(backbone, farm, "203.0.113.1/24");
    lab.add_route(home, "0.0.0.0/0", "192.168.1.1");
    lab.add_route(gateway, "0.0.0.0/0", "198.51.100.2");
    lab.add_route(carrier, "192.168.1.0/24", "198.51.100.1");
    lab.add_route(carrier, "0.0.0.0/0", "198.51.100.6");
    lab.add_route(backbone, "0.0.0.0/0", "198.51.100.5");
    lab.add_route(server, "0.0.0.0/0", "203.0.113.1");

    std::vector<std::string> hops;
    const std::vector<Pong> pongs = home.run(traceroute(home, Address{"203.0.113.80", 0})).value();
    for (const Pong& pong : pongs) hops.push_back(pong.from.to_string());
    EXPECT_THAT(hops, ElementsAre("192.168.1.1", "198.51.100.2", "198.51.100.6", "203.0.113.80"));
}

TEST(LessonsOnRouters, Lesson025_OfTwoWaysTheShorterOneIsTaken_AndTheOtherWhenACableIsCut) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Switch& farm = lab.add_switch("farm");
    Host& home = lab.add_host("home", lan, "192.168.1.2/24");
    Host& server = lab.add_host("server", farm, "203.0.113.80/24");
    Host& gateway = lab.add_router("gateway");
    Host& carrier = lab.add_router("carrier");
    Host& backbone = lab.add_router("backbone");
    lab.connect(gateway, lan, "192.168.1.1/24");
    lab.connect(backbone, farm, "203.0.113.1/24");
    lab.connect(gateway, "198.51.100.1/30", backbone, "198.51.100.2/30");
    lab.connect(gateway, "198.51.100.5/30", carrier, "198.51.100.6/30");
    lab.connect(carrier, "198.51.100.9/30", backbone, "198.51.100.10/30");
    lab.add_route(home, "0.0.0.0/0", "192.168.1.1");
    lab.add_route(server, "0.0.0.0/0", "203.0.113.1");

    const auto hops = [&] {
        std::vector<std::string> all;
        const std::vector<Pong> pongs = home.run(traceroute(home, Address{"203.0.113.80", 0})).value();
        for (const Pong& pong : pongs) all.push_back(pong.from.to_string());
        return all;
    };
    EXPECT_THAT(hops(), ElementsAre("192.168.1.1", "198.51.100.2", "203.0.113.80"));
    lab.cut("gateway", "backbone");
    EXPECT_THAT(hops(), ElementsAre("192.168.1.1", "198.51.100.6", "198.51.100.10", "203.0.113.80"));
}

std::vector<std::string> heard(std::vector<Socket>& sockets) {
    std::vector<std::string> texts;
    for (Socket& socket : sockets) {
        const Result<Datagram> datagram = socket.recvfrom(100, 1ms).wait();
        texts.emplace_back(datagram ? datagram->bytes.text() : "nothing");
    }
    return texts;
}

TEST(LessonsOnUdp, Lesson036_TwoDatagramsAreTwoReceives_BroadcastAndAGroupReachThree_AndALossIsNotRepaired) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& sender = lab.add_host("sender", lan, "10.0.0.1/24");
    std::vector<Socket> receivers;
    for (const char* name : {"a", "b", "c", "d"}) {
        Host& host = lab.add_host(name, lan, "10.0.0." + std::to_string(10 + receivers.size()) + "/24");
        receivers.push_back(create_datagram_server(host, Address{"0.0.0.0", 9}).value());
        stack::StackNetwork& stack = static_cast<lab::HostNode&>(host.node()).stack();
        if (receivers.size() > 3) continue;
        ASSERT_TRUE(stack.join(IpAddress::parse("239.1.2.3").value()));
    }
    Socket socket{sender, Family::inet, SocketType::datagram};
    ASSERT_TRUE(socket.setsockopt(option::so_broadcast, true));
    const auto send = [&](const char* text, const char* target) {
        ASSERT_TRUE(socket.sendto(text, Address{target, 9}).wait());
    };

    send("one", "10.0.0.10");
    send("two", "10.0.0.10");
    EXPECT_EQ(receivers[0].recvfrom(100).wait().value().bytes.text(), "one");
    EXPECT_EQ(receivers[0].recvfrom(100).wait().value().bytes.text(), "two");

    send("everybody", "255.255.255.255");
    EXPECT_THAT(heard(receivers), testing::Each("everybody"));
    send("group", "239.1.2.3");
    EXPECT_THAT(heard(receivers), ElementsAre("group", "group", "group", "nothing"));

    lab.cut("a", "lan");
    send("lost", "10.0.0.10");
    ASSERT_TRUE(lab.run_for(1s));
    lab.heal("a", "lan");
    send("next", "10.0.0.10");
    EXPECT_EQ(receivers[0].recvfrom(100).wait().value().bytes.text(), "next");
}

TEST_F(LessonsOnNetworks, Lesson128_AConnectedUdpSocketIsRefusedByAClosedPort_AnUnconnectedOneHearsNothing) {
    give_near_a_gateway();
    const Address closed{"10.0.2.1", 9};
    Socket connected{near, Family::inet, SocketType::datagram};
    ASSERT_TRUE(connected.connect(closed).wait());
    ASSERT_TRUE(connected.send("anybody there?").wait());
    EXPECT_EQ(connected.recv(100, 1s).wait().error(), Errc::refused);

    Socket unconnected{near, Family::inet, SocketType::datagram};
    ASSERT_TRUE(unconnected.sendto("anybody there?", closed).wait());
    EXPECT_EQ(unconnected.recvfrom(100, 1s).wait().error(), Errc::timed_out);
}

}  // namespace
}  // namespace sockeye
