// A host's IP: who is asked for which address, what is sent where, and what is for us (RFC 826, RFC 1122).
#include "network/ip.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "wire/arp.hpp"
#include "wire/ethernet.hpp"
#include "wire/ipv4.hpp"
#include "wire/protocol.hpp"

namespace sockeye::network {
namespace {

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}
Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}
Instant at(Duration since_start) {
    return Instant{since_start};
}

const wire::MacAddress our_mac{{2, 0, 0, 0, 0, 1}};
const wire::MacAddress peer_mac{{2, 0, 0, 0, 0, 2}};
const wire::MacAddress other_mac{{2, 0, 0, 0, 0, 3}};

IpPacket packet_to(std::string_view target, std::size_t size = 20, std::string_view source = "10.0.0.1") {
    return {.header = {.source = ip(source), .target = ip(target), .protocol = wire::protocol::udp},
            .payload = Packet{std::vector<std::byte>(size)}};
}

/// One host, 10.0.0.1/24 on eth0 with a gateway 10.0.0.254; the test is everybody else.
struct IpTest : testing::Test {
    IpTest() {
        const std::array own{prefix("10.0.0.1/24")};
        host.add_interface(eth0, own);
        host.add_route(prefix("0.0.0.0/0"), ip("10.0.0.254")).value();
    }

    /// The frames that left, a line each: "who-has 10.0.0.2 to ff:…", "ipv4 10.0.0.2 to 02:…".
    std::string sent() {
        std::string lines;
        while (auto frame = eth0.take()) {
            const auto ethernet = wire::parse_ethernet(frame->bytes()).value();
            EXPECT_EQ(ethernet.header.source, our_mac);
            lines += describe(ethernet) + " to " + ethernet.header.target.to_string() + "\n";
        }
        return lines;
    }

    static std::string describe(const wire::EthernetFrame& frame) {
        if (frame.header.ethertype != wire::EtherType::arp)
            return "ipv4 " + wire::parse_ipv4(frame.payload).value().header.target.to_string();
        const auto arp = wire::parse_arp(frame.payload).value();
        if (arp.operation == wire::ArpOperation::request) return "who-has " + arp.target_ip.to_string();
        return arp.sender_ip.to_string() + " is-at " + arp.sender_mac.to_string();
    }

    struct Arp {
        wire::ArpOperation operation = wire::ArpOperation::reply;
        std::string_view from = "10.0.0.2";
        wire::MacAddress mac = peer_mac;
        std::string_view target = "10.0.0.1";
    };
    void hear(const Arp& arp) {
        Packet frame = wire::make_arp({.operation = arp.operation,
                                       .sender_mac = arp.mac,
                                       .sender_ip = ip(arp.from),
                                       .target_mac = our_mac,
                                       .target_ip = ip(arp.target)});
        wire::prepend_ethernet(frame,
                               {.target = our_mac, .source = arp.mac, .ethertype = wire::EtherType::arp});
        EXPECT_FALSE(host.receive(eth0, std::move(frame), now).has_value());
    }

    /// The neighbour has answered.
    void meet(std::string_view who = "10.0.0.2") {
        host.send(packet_to(who), now).value();
        hear({.from = who});
        sent();
    }

    struct Arriving {
        std::string_view source = "10.0.0.2";
        std::string_view target = "10.0.0.1";
        wire::MacAddress mac = our_mac;
        std::uint8_t protocol = wire::protocol::tcp;
        bool more_fragments = false;
    };
    bool accepts(const Arriving& arriving) {
        Packet frame{std::vector<std::byte>(8)};
        wire::prepend_ipv4(frame, {.more_fragments = arriving.more_fragments,
                                   .protocol = arriving.protocol,
                                   .source = ip(arriving.source),
                                   .target = ip(arriving.target)});
        wire::prepend_ethernet(
            frame, {.target = arriving.mac, .source = peer_mac, .ethertype = wire::EtherType::ipv4});
        return host.receive(eth0, std::move(frame), now).has_value();
    }

    link::Device eth0{"eth0", our_mac};
    Ip host;
    Instant now;
};

// ---- neighbours

TEST_F(IpTest, APacketToTheOwnNetworkAsksEverybodyForTheTargetAndGoesWhenItAnswers_Rfc826) {
    host.send(packet_to("10.0.0.2"), now).value();
    EXPECT_EQ(sent(), "who-has 10.0.0.2 to ff:ff:ff:ff:ff:ff\n");
    hear({});
    EXPECT_EQ(sent(), "ipv4 10.0.0.2 to 02:00:00:00:00:02\n");
    host.send(packet_to("10.0.0.2"), now).value();
    EXPECT_EQ(sent(), "ipv4 10.0.0.2 to 02:00:00:00:00:02\n");
}

TEST_F(IpTest, APacketToAnotherNetworkGoesToTheGatewayUnderItsOwnTarget) {
    host.send(packet_to("192.0.2.9"), now).value();
    EXPECT_EQ(sent(), "who-has 10.0.0.254 to ff:ff:ff:ff:ff:ff\n");
    hear({.from = "10.0.0.254"});
    EXPECT_EQ(sent(), "ipv4 192.0.2.9 to 02:00:00:00:00:02\n");
}

TEST_F(IpTest, ANeighbourIsAskedOnceASecondThreeTimesAndThenItsPacketsAreReported_Rfc1122_2_3_2_1) {
    host.send(packet_to("10.0.0.2"), now).value();
    host.send(packet_to("10.0.0.2"), now).value();
    std::vector<Duration> asked;
    for (; now <= at(10s); now = now + 100ms) {
        host.poll(now);
        if (!sent().empty()) asked.push_back(now.since_zero());
        const bool gave_up = now >= at(3s);
        EXPECT_EQ(host.next_wakeup() == Instant::never(), gave_up);
    }
    EXPECT_EQ(asked, (std::vector<Duration>{0s, 1s, 2s}));
    for (int packet = 0; packet < 2; ++packet) {
        const auto notice = host.take_notice();
        ASSERT_TRUE(notice.has_value());
        EXPECT_EQ(notice->kind, IcmpNotice::Kind::host_unreachable);
        EXPECT_EQ(notice->about.target, ip("10.0.0.2"));
        EXPECT_TRUE(notice->reporter.is_unspecified());
    }
    EXPECT_FALSE(host.take_notice().has_value());
    EXPECT_EQ(host.next_wakeup(), Instant::never());
}

TEST_F(IpTest, TheLatestPacketsWaitAsManyAsThereIsRoomFor_Rfc1122_2_3_2_2) {
    for (std::size_t packet = 0; packet < 100; ++packet)
        host.send(packet_to("10.0.0.2", 1000 + packet), now).value();
    sent();
    hear({});
    std::vector<std::size_t> sizes;
    std::size_t octets = 0;
    while (auto frame = eth0.take()) {
        sizes.push_back(frame->size() - 34);
        octets += frame->size() - 14;
    }
    EXPECT_EQ(sizes.back(), 1099U);
    EXPECT_EQ(sizes.front(), 1100U - sizes.size());
    EXPECT_LE(octets, 70'000U);
    EXPECT_GT(octets, 68'000U);
}

TEST_F(IpTest, OneSilentNeighbourDoesNotHoldUpAnother) {
    host.send(packet_to("10.0.0.9"), now).value();
    host.send(packet_to("10.0.0.2"), now).value();
    sent();
    hear({});
    EXPECT_EQ(sent(), "ipv4 10.0.0.2 to 02:00:00:00:00:02\n");
}

TEST_F(IpTest, ARequestForOurAddressIsAnsweredToTheSenderAloneWhoIsLearned_Rfc826) {
    hear({.operation = wire::ArpOperation::request});
    EXPECT_EQ(sent(), "10.0.0.1 is-at 02:00:00:00:00:01 to 02:00:00:00:00:02\n");
    host.send(packet_to("10.0.0.2"), now).value();
    EXPECT_EQ(sent(), "ipv4 10.0.0.2 to 02:00:00:00:00:02\n");
}

TEST_F(IpTest, ARequestForSomebodyElseIsNeitherAnsweredNorLearnedFrom_Rfc826) {
    hear({.operation = wire::ArpOperation::request, .target = "10.0.0.3"});
    EXPECT_EQ(sent(), "");
    host.send(packet_to("10.0.0.2"), now).value();
    EXPECT_EQ(sent(), "who-has 10.0.0.2 to ff:ff:ff:ff:ff:ff\n");
}

TEST_F(IpTest, AKnownNeighbourThatSpeaksOfANewAddressIsBelieved_Rfc826) {
    meet();
    hear({.operation = wire::ArpOperation::request, .mac = other_mac, .target = "10.0.0.3"});
    host.send(packet_to("10.0.0.2"), now).value();
    EXPECT_EQ(sent(), "ipv4 10.0.0.2 to 02:00:00:00:00:03\n");
}

TEST_F(IpTest, NobodyElseMayHaveOurAddressABroadcastOneOrOneOfAnotherNetwork) {
    for (const std::string_view forged : {"10.0.0.1", "10.0.0.255", "0.0.0.0", "192.0.2.1"})
        hear({.operation = wire::ArpOperation::request, .from = forged});
    EXPECT_TRUE(host.interfaces().front().neighbours().list(now).empty());
    hear({.mac = wire::MacAddress::broadcast()});
    EXPECT_TRUE(host.interfaces().front().neighbours().list(now).empty());
}

TEST_F(IpTest, AnAnswerThatNobodyAskedForIsNotRemembered_Rfc4861_7_2_5) {
    hear({.from = "10.0.0.9"});
    EXPECT_TRUE(host.interfaces().front().neighbours().list(now).empty());
}

// ---- routes

TEST_F(IpTest, TheLongestPrefixDecides_Rfc1812_5_2_4_3) {
    host.add_route(prefix("192.0.0.0/8"), ip("10.0.0.3")).value();
    host.add_route(prefix("192.0.2.0/24"), ip("10.0.0.2")).value();
    host.send(packet_to("192.0.2.9"), now).value();
    EXPECT_EQ(sent(), "who-has 10.0.0.2 to ff:ff:ff:ff:ff:ff\n");
}

TEST_F(IpTest, AGatewayMustBeOnTheLink) {
    EXPECT_EQ(host.add_route(prefix("1.0.0.0/8"), ip("192.0.2.1")).error(), Errc::unreachable);
}

TEST(Ip, WithoutARouteTheTargetIsUnreachable) {
    link::Device eth0{"eth0", our_mac};
    Ip host;
    const std::array own{prefix("10.0.0.1/24")};
    host.add_interface(eth0, own);
    EXPECT_EQ(host.send(packet_to("192.0.2.1"), {}).error(), Errc::unreachable);
    EXPECT_EQ(host.source_for(ip("192.0.2.1")).error(), Errc::unreachable);
}

TEST_F(IpTest, TheSourceIsTheAddressInTheNextHopsNetwork) {
    link::Device eth1{"eth1", other_mac};
    const std::array own{prefix("172.16.0.1/16")};
    host.add_interface(eth1, own);
    EXPECT_EQ(host.source_for(ip("172.16.9.9")).value(), ip("172.16.0.1"));
    EXPECT_EQ(host.source_for(ip("192.0.2.1")).value(), ip("10.0.0.1"));
    EXPECT_EQ(host.source_for(ip("127.0.0.9")).value(), ip("127.0.0.1"));
    EXPECT_EQ(host.source_for(ip("10.0.0.1")).value(), ip("10.0.0.1"));
}

TEST_F(IpTest, NoPacketIsLongerThanItsLengthFieldCanSay) {
    EXPECT_EQ(host.path_mtu(ip("10.0.0.2"), now).value(), 1500u);
    EXPECT_TRUE(host.send(packet_to("10.0.0.2", 65'515), now).has_value());
    EXPECT_EQ(host.send(packet_to("10.0.0.2", 65'516), now).error(), Errc::message_too_large);
}

/// It cannot be fragmented, so no two of its pieces can be taken for another's.
TEST_F(IpTest, AWholePacketHasNoIdentification_Rfc6864_4_1) {
    meet();
    for (int i = 0; i < 2; ++i) {
        host.send(packet_to("10.0.0.2"), now).value();
        const auto frame = eth0.take();
        const auto header = wire::parse_ipv4(frame->bytes().subspan(wire::EthernetHeader::size))->header;
        EXPECT_TRUE(header.dont_fragment);
        EXPECT_EQ(header.identification, 0);
    }
}

TEST_F(IpTest, BroadcastsGoToEverybody) {
    host.send(packet_to("255.255.255.255"), now).value();
    host.send(packet_to("10.0.0.255"), now).value();
    EXPECT_EQ(sent(),
              "ipv4 255.255.255.255 to ff:ff:ff:ff:ff:ff\n"
              "ipv4 10.0.0.255 to ff:ff:ff:ff:ff:ff\n");
}

TEST_F(IpTest, PacketsToOurselvesComeBackAndNeverReachTheDevice) {
    for (const std::string_view own : {"10.0.0.1", "127.0.0.1", "127.1.2.3"}) {
        host.send(packet_to(own), now).value();
        EXPECT_EQ(host.next_wakeup(), Instant{});
        EXPECT_EQ(host.poll(now)->header.target, ip(own));
        EXPECT_FALSE(host.poll(now).has_value());
    }
    EXPECT_EQ(sent(), "");
}

// ---- what is for us

TEST_F(IpTest, AcceptsWhatIsAddressedToItAndNothingElse_Rfc1122_3_2_1_3) {
    EXPECT_TRUE(accepts({}));
    EXPECT_FALSE(accepts({.target = "10.0.0.2"}));
    EXPECT_FALSE(accepts({.mac = other_mac}));
    EXPECT_FALSE(accepts({.target = "127.0.0.1"}));
    EXPECT_FALSE(accepts({.source = "127.0.0.1"}));
    EXPECT_FALSE(accepts({.source = "10.0.0.255"}));
    EXPECT_FALSE(accepts({.source = "224.0.0.1"}));
    EXPECT_FALSE(accepts({.more_fragments = true})) << "not whole yet";
}

TEST_F(IpTest, ABroadcastIsForUdpAlone) {
    const auto everybody = wire::MacAddress::broadcast();
    for (const std::string_view target : {"255.255.255.255", "10.0.0.255"}) {
        EXPECT_TRUE(accepts({.target = target, .mac = everybody, .protocol = wire::protocol::udp}));
        EXPECT_FALSE(accepts({.target = target, .mac = everybody, .protocol = wire::protocol::tcp}));
    }
    EXPECT_FALSE(accepts({.mac = everybody}));  // ours, but sent to everybody (RFC 1122 §3.3.6)
}

TEST_F(IpTest, GarbageIsDropped) {
    for (std::size_t size = 0; size < 60; ++size) {
        Packet frame{std::vector<std::byte>(size, std::byte{0x45})};
        EXPECT_FALSE(host.receive(eth0, std::move(frame), now).has_value());
    }
}

}  // namespace
}  // namespace sockeye::network
