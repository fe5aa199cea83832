// The checklist's rows on one LAN: switches, frames, ARP. Each test is the row it is named after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lab/host_node.hpp"
#include "lab/world.hpp"
#include "link/switch.hpp"
#include "socket/stack/stack_network.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "test/lessons/sockeye.hpp"
#include "wire/text.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using wire::MacAddress;

/// Four hosts on a switch: "a" is 10.0.0.1 with the MAC 02:00:00:00:00:01 on the switch's first port
/// and cable 0, and so on.
struct LessonsOnALan : testing::Test {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    std::vector<Host*> hosts;

    LessonsOnALan() {
        for (const char* name : {"a", "b", "c", "d"})
            hosts.push_back(&lab.add_host(name, lan, "10.0.0." + std::to_string(hosts.size() + 1) + "/24"));
    }
    static Address address(std::size_t host, std::uint16_t port = 0) {
        return Address{"10.0.0." + std::to_string(host + 1), port};
    }
    Pong::Kind ping_from(std::size_t host, std::size_t target) {
        return hosts[host]->run(ping(*hosts[host], address(target))).value().kind;
    }

    const std::vector<lab::Record>& records() const { return lab.world().recorder().records(); }
    /// Whether a host sent it, and not the switch.
    static bool is_sent_by_host(const lab::Record& record) { return record.from == link::End::a; }
    /// The cables on which the switch passed that frame on.
    std::vector<std::uint32_t> forwarded(std::uint64_t number) const {
        std::vector<std::uint32_t> cables;
        for (std::uint64_t i = number + 1; i < records().size(); ++i)
            if (records()[i].origin == number) cables.push_back(records()[i].cable);
        return cables;
    }
    /// What is on that cable from now on is of interest.
    std::vector<std::string> lines(std::uint32_t cable, std::size_t since = 0) const {
        std::vector<std::string> all;
        for (std::size_t i = since; i < records().size(); ++i)
            if (records()[i].cable == cable) all.push_back(wire::to_line(records()[i].frame.bytes()));
        return all;
    }
    std::vector<network::Neighbour> neighbours(std::size_t host) {
        auto& stack = static_cast<lab::HostNode&>(hosts[host]->node()).stack();
        return stack.ip().interfaces().front().neighbours().list(lab.now());
    }
};

TEST_F(LessonsOnALan, Lesson002_ASwitchJoinsAnyTwoOfItsHosts_AndKnowsWhichPortEachIsOn) {
    for (std::size_t own = 0; own < hosts.size(); ++own)
        for (std::size_t peer = 0; peer < hosts.size(); ++peer)
            EXPECT_TRUE(own == peer || ping_from(own, peer) == Pong::Kind::reply) << own << " to " << peer;

    // The same frames at a switch whose table can be seen: four rows, and every unicast goes to one port.
    link::Switch table;
    for (const lab::Record& record : records())
        if (is_sent_by_host(record)) table.receive(record.cable, record.frame, record.departs);
    EXPECT_EQ(table.table().size(), 4U);
    for (std::uint64_t number = 0; number < records().size(); ++number) {
        const MacAddress target = wire::summarise(records()[number].frame.bytes()).ethernet.target;
        if (!is_sent_by_host(records()[number]) || target.is_multicast()) continue;
        EXPECT_EQ(forwarded(number).size(), 1U) << wire::to_line(records()[number].frame.bytes());
    }
}

TEST_F(LessonsOnALan, Lesson007_TheArpTableIsTheHosts_ItsEntriesAge_AndAreAskedForAgain) {
    EXPECT_TRUE(neighbours(0).empty());
    ASSERT_EQ(ping_from(0, 1), Pong::Kind::reply);
    std::vector<network::Neighbour> table = neighbours(0);
    ASSERT_EQ(table.size(), 1U);
    EXPECT_EQ(table[0].ip, address(1).ip());
    EXPECT_EQ(table[0].mac.to_string(), "02:00:00:00:00:02");
    EXPECT_EQ(table[0].state, network::Reachability::reachable);
    EXPECT_LT(lab.now() - table[0].since, 1s) << "its age";
    EXPECT_TRUE(neighbours(2).empty()) << "it is no table of the switch's or of everybody's";

    lab.run_for(31s).value();
    EXPECT_EQ(neighbours(0)[0].state, network::Reachability::stale) << "30 s old (RFC 4861 §10)";
    const std::size_t before = records().size();
    Socket socket{*hosts[0], Family::inet, SocketType::datagram};
    socket.sendto("are you still there?", address(1, 9)).wait().value();
    lab.run_for(6s).value();
    EXPECT_THAT(lines(0, before), testing::Contains("ARP who has 10.0.0.2? tell 10.0.0.1"));
    EXPECT_EQ(neighbours(0)[0].state, network::Reachability::reachable);
}

TEST_F(LessonsOnALan, Lesson011_TheFirstQuestionGoesToAll_EverythingAfterItToOnePort) {
    ASSERT_EQ(ping_from(0, 1), Pong::Kind::reply);
    EXPECT_THAT(lines(2), ElementsAre("ARP who has 10.0.0.2? tell 10.0.0.1")) << "which c discards";
    EXPECT_TRUE(neighbours(2).empty());
    const std::size_t before = records().size();
    ASSERT_EQ(ping_from(0, 1), Pong::Kind::reply);
    ASSERT_EQ(records().size(), before + 4) << "there and back, on two cables each";
    EXPECT_THAT(forwarded(before), ElementsAre(1U));
    EXPECT_TRUE(lines(2, before).empty());
}

TEST(LessonsOnCables, Lesson017_At100MegabitsASecond1500OctetsTake120Microseconds) {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    CableOptions fast_ethernet;
    fast_ethernet.bits_per_second = 100'000'000;
    fast_ethernet.delay = 0ns;
    Host& near = lab.add_host("near", lan, "10.0.0.1/24", fast_ethernet);
    lab.add_host("far", lan, "10.0.0.2/24", fast_ethernet);
    constexpr std::size_t headers = 14 + 20 + 8;
    Socket socket{near, Family::inet, SocketType::datagram};
    socket.sendto(std::string(1500 - headers, 'x'), Address{"10.0.0.2", 9}).wait().value();
    lab.run_for(1s).value();

    std::vector<Instant> departures;
    for (const lab::Record& record : lab.world().recorder().records())
        if (record.frame.size() == 1500) departures.push_back(record.departs);
    ASSERT_EQ(departures.size(), 2U) << "from the host, and once all of it is there from the switch";
    EXPECT_EQ(departures[1] - departures[0], 120us);
}

TEST_F(LessonsOnALan, Lesson018_AFrameForAnotherMacReachesNoSocket_ThoughTheCableCarriesIt) {
    Socket c = create_datagram_server(*hosts[2], Address{"0.0.0.0", 9}).value();
    ASSERT_EQ(ping_from(0, 1), Pong::Kind::reply);
    // The switch has forgotten b, who last spoke 5 s after the ping (RFC 4861 §7.3.3), and a has not.
    lab.run_for(310s).value();
    const std::size_t before = records().size();
    Socket a{*hosts[0], Family::inet, SocketType::datagram};
    a.sendto("for b alone", address(1, 9)).wait().value();
    EXPECT_EQ(c.recvfrom(100, 1s).wait().error(), Errc::timed_out);

    // A capture sees what the card threw away.
    const std::vector<std::string> captured = lines(2, before);
    ASSERT_FALSE(captured.empty());
    EXPECT_THAT(captured[0], HasSubstr("10.0.0.2.9"));
    a.sendto("for c", address(2, 9)).wait().value();
    EXPECT_EQ(c.recvfrom(100, 1s).wait().value().bytes.text(), "for c");
}

TEST(LessonsOnArp, Lesson022_OwnNetworkPeersNetworkCompared_AndTheHostAsksAccordingly) {
    struct Case {
        const char* own;
        const char* peer;
        int equal;  ///< the exit code
        const char* asks;
    };
    for (const Case& one : {Case{"192.168.1.1/24", "192.168.1.200", 0, "192.168.1.200"},
                            Case{"192.168.1.1/24", "192.168.2.1", 1, "192.168.1.254"},
                            Case{"192.168.1.1/16", "192.168.2.1", 0, "192.168.2.1"},
                            Case{"192.168.1.1/25", "192.168.1.200", 1, "192.168.1.126"}}) {
        const test::Answer shown = test::sockeye({"subnet", "same", one.own, one.peer});
        EXPECT_EQ(shown.exit, one.equal) << one.own << ' ' << one.peer;
        EXPECT_THAT(shown.text, testing::ContainsRegex("own network .* AND .* = .*\n"
                                                       "peer's network .* AND .* = .*\n"
                                                       "compare  "));
        Lab lab;
        Switch& lan = lab.add_switch("lan");
        Host& host = lab.add_host("host", lan, one.own);
        const Prefix own = Prefix::parse(one.own).value();
        const char* gateway = own.bits == 25 ? "192.168.1.126" : "192.168.1.254";
        lab.add_route(host, "0.0.0.0/0", gateway);
        Socket socket{host, Family::inet, SocketType::datagram};
        socket.sendto("hello", Address{one.peer, 9}).wait().value();
        lab.run_for(1ms).value();
        const std::vector<lab::Record>& records = lab.world().recorder().records();
        ASSERT_FALSE(records.empty());
        EXPECT_EQ(wire::to_line(records[0].frame.bytes()),
                  std::string{"ARP who has "} + one.asks + "? tell 192.168.1.1");
    }
}

TEST_F(LessonsOnALan, Lesson023_ARequestToEverybody_AReplyToOne_ThenTheFrameWithBothAddresses) {
    Socket server = create_datagram_server(*hosts[1], address(1, 9)).value();
    Socket client{*hosts[0], Family::inet, SocketType::datagram};
    client.sendto("hello", address(1, 9)).wait().value();
    ASSERT_EQ(server.recvfrom(100).wait().value().bytes.text(), "hello");

    std::vector<wire::Summary> frames;
    for (const lab::Record& record : records())
        if (record.cable == 0) frames.push_back(wire::summarise(record.frame.bytes()));
    ASSERT_EQ(frames.size(), 3U);
    EXPECT_EQ(frames[0].ethernet.target, MacAddress::broadcast());
    EXPECT_THAT(lines(0)[0], "ARP who has 10.0.0.2? tell 10.0.0.1");
    EXPECT_EQ(frames[1].ethernet.target.to_string(), "02:00:00:00:00:01") << "unicast";
    EXPECT_THAT(lines(0)[1], HasSubstr("10.0.0.2 is at 02:00:00:00:00:02"));
    EXPECT_EQ(frames[2].ethernet.source.to_string(), "02:00:00:00:00:01");
    EXPECT_EQ(frames[2].ethernet.target.to_string(), "02:00:00:00:00:02");
    EXPECT_EQ(frames[2].source, (Address{"10.0.0.1", client.getsockname().value().port()}));
    EXPECT_EQ(frames[2].target, address(1, 9));
    EXPECT_EQ(frames[2].payload_octets, 5U);
}

TEST_F(LessonsOnALan,
       Lesson026_ASwitchFloodsABroadcast_AGroup_AndWhomItHasNotHeardFor300Seconds_AndNobodyElse) {
    std::vector<Socket> sockets;
    for (Host* host : hosts) sockets.emplace_back(*host, Family::inet, SocketType::datagram);
    Random chance = lab.world().random_for("who speaks to whom");
    for (int round = 0; round < 300; ++round) {
        const std::size_t own = chance.below(hosts.size());
        const std::size_t peer = chance.below(hosts.size());
        if (own == peer) continue;
        const Address target = chance.below(8) == 0 ? Address{"239.1.2.3", 9} : address(peer, 9);
        sockets[own].sendto("hello", target).wait().value();
        lab.run_for(1s * static_cast<int>(chance.below(200)) + 7ms).value();
    }

    std::map<std::string, std::pair<std::uint32_t, Instant>> heard;  // on which cable, and when
    std::size_t floods = 0;
    std::size_t forgotten = 0;
    for (std::uint64_t number = 0; number < records().size(); ++number) {
        const lab::Record& record = records()[number];
        if (!is_sent_by_host(record)) continue;
        const wire::EthernetHeader frame = wire::summarise(record.frame.bytes()).ethernet;
        heard.insert_or_assign(frame.source.to_string(), std::pair{record.cable, record.departs});
        const auto known = heard.find(frame.target.to_string());
        const bool is_fresh = known != heard.end() && record.departs - known->second.second < 300s;
        const std::vector<std::uint32_t> ports = forwarded(number);
        if (frame.target.is_multicast() || !is_fresh) {
            EXPECT_EQ(ports.size(), hosts.size() - 1);
            ++floods;
            if (!frame.target.is_multicast() && known != heard.end()) ++forgotten;
        } else {
            EXPECT_THAT(ports, ElementsAre(known->second.first));
        }
    }
    EXPECT_GT(floods, 0U);
    EXPECT_GT(forgotten, 0U) << "the table's 300 s were over";
}

}  // namespace
}  // namespace sockeye
