// The neighbour cache of both families, and what it asks (RFC 4861 §7.3, RFC 826).
#include "network/neighbours.hpp"

#include "test/support/ip_harness.hpp"

namespace sockeye::network {
namespace {

using test::at, test::ip, test::mac;
using testing::HasSubstr;

/// ARP's family and neighbour discovery's, with an address of ours and one of a neighbour.
struct Pair {
    const char* name;
    const char* own;
    const char* peer;
    const char* network;
};

/// Two hosts on a cable.
class BothFamilies : public testing::TestWithParam<Pair> {
protected:
    BothFamilies() {
        host.plug(1, {std::string{GetParam().own} + GetParam().network});
        peer.plug(2, {std::string{GetParam().peer} + GetParam().network});
        net.connect(host, 0, peer, 0);
    }
    void send() { host.stack.send(test::udp(GetParam().own, GetParam().peer), now).value(); }
    Reachability state() {
        const auto list = host.stack.interfaces().front().neighbours().list(now);
        EXPECT_EQ(list.size(), 1U);
        return list.front().state;
    }
    /// The peer has been asked and has answered.
    void meet() {
        send();
        net.run(now);
    }

    test::Box host;
    test::Box peer;
    test::Net net;
    Instant now;
};

INSTANTIATE_TEST_SUITE_P(Neighbours, BothFamilies,
                         testing::Values(Pair{"Arp", "10.0.0.1", "10.0.0.2", "/24"},
                                         Pair{"Discovery", "2001:db8::1", "2001:db8::2", "/64"}),
                         [](const auto& pair) { return std::string{pair.param.name}; });

TEST_P(BothFamilies, AnAnswerMakesItReachableAndThePacketThatWaitedLeaves) {
    send();
    EXPECT_EQ(state(), Reachability::incomplete);
    net.run(now);
    EXPECT_EQ(state(), Reachability::reachable);
    ASSERT_EQ(peer.received.size(), 1U);
    EXPECT_EQ(peer.received.front().header.target, ip(GetParam().peer));
}

TEST_P(BothFamilies, WhoAsksIsRememberedAsStaleSinceItNeedNotHearUs) {
    meet();
    const auto list = peer.stack.interfaces().front().neighbours().list(now);
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list.front().state, Reachability::stale);
}

TEST_P(BothFamilies, After30SecondsItIsStaleAndAfterAUseDelayedAndThenProbedByUnicast) {
    meet();
    now = at(30s);
    EXPECT_EQ(state(), Reachability::stale);
    send();
    EXPECT_THAT(net.run(now), Not(HasSubstr("who has"))) << "what it was is used";
    EXPECT_EQ(state(), Reachability::delay);
    now = at(35s);
    EXPECT_EQ(host.stack.next_wakeup(), now);
    host.stack.poll(now);
    EXPECT_EQ(state(), Reachability::probe);
    EXPECT_THAT(net.run(now), HasSubstr("who has " + std::string{GetParam().peer}));
    EXPECT_EQ(state(), Reachability::reachable);
    EXPECT_EQ(host.stack.next_wakeup(), Instant::never());
}

TEST_P(BothFamilies, AHintFromAboveSavesTheProbe) {
    meet();
    now = at(30s);
    send();
    host.stack.confirm(ip(GetParam().peer), now);
    EXPECT_EQ(state(), Reachability::reachable);
    EXPECT_EQ(host.stack.next_wakeup(), Instant::never());
}

TEST_P(BothFamilies, ThreeProbesWithoutAnAnswerAndItIsForgotten) {
    meet();
    now = at(30s);
    send();
    host.devices.front().take();
    std::vector<Duration> probes;
    for (now = at(31s); now <= at(40s); now = now + 500ms) {
        host.stack.poll(now);
        while (host.devices.front().take()) probes.push_back(now.since_zero());
    }
    EXPECT_EQ(probes, (std::vector<Duration>{35s, 36s, 37s}));
    EXPECT_TRUE(host.stack.interfaces().front().neighbours().list(now).empty());
}

TEST_P(BothFamilies, AnEntryThatNobodyUsesNeedsNoTimer) {
    meet();
    EXPECT_EQ(host.stack.next_wakeup(), Instant::never());
}

TEST_P(BothFamilies, SilenceIsANoticeToWhoeverSent) {
    host.stack.send(test::udp(GetParam().own, GetParam().peer), now).value();
    for (; now <= at(3s); now = now + 1s) host.stack.poll(now);
    const auto notice = host.stack.take_notice();
    ASSERT_TRUE(notice.has_value());
    EXPECT_EQ(notice->kind, IcmpNotice::Kind::host_unreachable);
    EXPECT_EQ(notice->about.target, ip(GetParam().peer));
    EXPECT_EQ(notice->quoted.size(), 12U);
}

// ---- what is said (RFC 4861 §4)

TEST(NeighbourDiscovery, ASolicitationGoesToTheSolicitedNodeGroupWithHopLimit255_Rfc4861_7_2_2) {
    test::Box host;
    host.plug(1, {"2001:db8::1/64"});
    host.stack.send(test::udp("2001:db8::1", "2001:db8::ab:cdef"), {}).value();
    const auto frame = host.devices.front().take();
    ASSERT_TRUE(frame.has_value());
    const wire::Summary summary = wire::summarise(frame->bytes());
    EXPECT_EQ(summary.ethernet.target.to_string(), "33:33:ff:ab:cd:ef");
    EXPECT_EQ(summary.target.ip(), ip("ff02::1:ffab:cdef"));
    EXPECT_EQ(summary.hop_limit, 255);
    EXPECT_THAT(wire::to_line(summary), HasSubstr("who has 2001:db8::ab:cdef"));
}

TEST(NeighbourDiscovery, AMessageThatARouterPassedOnIsIgnored_Rfc4861_7_1) {
    test::Box host;
    host.plug(1, {"2001:db8::1/64"});
    NeighbourMessage asks{.kind = NeighbourMessage::Kind::solicitation,
                          .target = ip("2001:db8::1"),
                          .sender = ip("2001:db8::2")};
    Packet frame = write_neighbour_message(asks, mac(2), mac(1), {});
    constexpr std::size_t hop_limit_at = 14 + 7;
    frame.writable()[hop_limit_at] = std::byte{254};
    host.hear(std::move(frame), {});
    EXPECT_EQ(host.sent(), "");
    host.hear(write_neighbour_message(asks, mac(2), mac(1), {}), {});
    EXPECT_THAT(host.sent(), HasSubstr("neighbour advertisement"));
}

TEST(NeighbourDiscovery, WithoutTheOverrideFlagAnotherLinkAddressIsNotBelieved_Rfc4861_7_2_5) {
    Neighbours neighbours{{}};
    neighbours.wait(ip("2001:db8::2"), Packet{20}, {});
    NeighbourMessage says{.kind = NeighbourMessage::Kind::advertisement,
                          .target = ip("2001:db8::2"),
                          .sender = ip("2001:db8::2"),
                          .mac = mac(2),
                          .solicited = true};
    EXPECT_EQ(neighbours.answered(says, {}).size(), 1U);
    says.mac = mac(3);
    neighbours.answered(says, {});
    EXPECT_EQ(neighbours.list({}).front().state, Reachability::stale);
    EXPECT_EQ(neighbours.find(ip("2001:db8::2"), {}), mac(2));
    says.override_cache = true;
    neighbours.answered(says, {});
    EXPECT_EQ(neighbours.find(ip("2001:db8::2"), {}), mac(3));
}

// ---- bounds

TEST(Neighbours, TheTableIsBoundedAndTheOldestMakesWay) {
    Neighbours neighbours{{.maximum = 2}};
    const auto learn = [&](std::string_view who, Instant now) { neighbours.asked(ip(who), mac(2), now); };
    learn("10.0.0.2", at(1s));
    learn("10.0.0.3", at(2s));
    learn("10.0.0.4", at(3s));
    EXPECT_FALSE(neighbours.find(ip("10.0.0.2"), at(3s)).has_value());
    EXPECT_TRUE(neighbours.find(ip("10.0.0.3"), at(3s)).has_value());
}

TEST(Neighbours, AScanPushesNobodyOutWhoIsKnown_Rfc6583) {
    Neighbours neighbours{{.maximum = 300, .incomplete = 4}};
    neighbours.asked(ip("10.0.0.2"), mac(2), {});
    for (std::uint8_t host = 1; host < 200; ++host)
        neighbours.wait(IpAddress{std::array<std::uint8_t, 4>{10, 0, 1, host}}, Packet{20}, {});
    EXPECT_EQ(neighbours.list({}).size(), 5U);
    EXPECT_TRUE(neighbours.known(ip("10.0.0.2")).has_value());
    EXPECT_TRUE(neighbours.take_unreachable().has_value()) << "whose packets waited is told";
}

}  // namespace
}  // namespace sockeye::network
