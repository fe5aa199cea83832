// What hosts and routers of one link tell each other (RFC 4861 §6, RFC 4862 §5.5, RFC 8106).
#include "network/router_discovery.hpp"

#include "network/ip_header.hpp"
#include "network/scope.hpp"
#include "test/support/ip_harness.hpp"

namespace sockeye::network {
namespace {

using test::at, test::ip, test::prefix;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using wire::PrefixInformation;
using Kind = RouterDiscovery::Step::Kind;

const IpAddress router = ip("fe80::9");
const IpAddress other_router = ip("fe80::8");
const Prefix network = prefix("2001:db8::/64");
const Prefix own_address = with_interface_identifier(network.address, test::mac(1));

PrefixInformation information(std::uint32_t valid, std::uint32_t preferred) {
    return {.prefix = network,
            .on_link = true,
            .autonomous = true,
            .valid_lifetime = valid,
            .preferred_lifetime = preferred};
}

std::vector<IpAddress> list(std::span<const IpAddress> addresses) {
    return {addresses.begin(), addresses.end()};
}

/// What one card has learned, without a network.
struct Discovery : testing::Test {
    RouterDiscovery discovery{{}, test::mac(1), Random{1}, at(0s)};

    /// The kinds of what is to be done now.
    std::vector<Kind> steps(Instant now) {
        std::vector<Kind> kinds;
        while (const auto step = discovery.next(now)) kinds.push_back(step->kind);
        return kinds;
    }
    void hear(wire::RouterAdvertisement says, Instant now, const IpAddress& from = router) {
        discovery.receive({.router = from, .says = std::move(says)}, now);
    }
    void hear(const PrefixInformation& says, Instant now) {
        hear({.lifetime = 1800, .prefixes = {says}}, now);
    }
};

TEST_F(Discovery, AsksThreeTimesFourSecondsApartAfterASecondAtMost_Rfc4861_6_3_7) {
    std::vector<Instant> asked;
    for (Instant now = at(0s); now < at(60s); now = now + 1ms)
        for (const Kind kind : steps(now))
            if (kind == Kind::solicit) asked.push_back(now);
    ASSERT_EQ(asked.size(), 3U);
    EXPECT_LE(asked[0], at(1001ms));
    EXPECT_EQ(asked[1] - asked[0], 4s);
    EXPECT_EQ(asked[2] - asked[1], 4s);
    EXPECT_EQ(discovery.next_wakeup(), Instant::never());
}

TEST_F(Discovery, AsksNoMoreOnceARouterHasAnswered_ButGoesOnWhereItIsNoWayOut_Rfc4861_6_3_7) {
    EXPECT_THAT(steps(at(1s)), ElementsAre(Kind::solicit));
    hear({.lifetime = 0}, at(1100ms));
    EXPECT_THAT(steps(at(5s)), ElementsAre(Kind::solicit));
    hear({.lifetime = 1800}, at(5100ms));
    EXPECT_THAT(steps(at(20s)), ElementsAre(Kind::use_router));
}

TEST_F(Discovery, ARouterIsLeftWhenItsLifetimeIsOverOrIsZero_Rfc4861_6_3_4_6_3_5) {
    steps(at(1s));
    hear({.lifetime = 30}, at(2s));
    hear({.lifetime = 1800}, at(2s), other_router);
    EXPECT_THAT(steps(at(2s)), ElementsAre(Kind::use_router, Kind::use_router));
    EXPECT_EQ(discovery.next_wakeup(), at(32s));
    EXPECT_THAT(steps(at(32s)), ElementsAre(Kind::leave_router));
    hear({.lifetime = 0}, at(33s), other_router);
    EXPECT_THAT(steps(at(33s)), ElementsAre(Kind::leave_router));
}

TEST_F(Discovery, OneThatDoesNotAnswerStandsBehindTheOthers_Rfc4861_6_3_6) {
    steps(at(1s));
    hear({.lifetime = 1800}, at(2s));
    discovery.is_silent(router);
    EXPECT_THAT(steps(at(2s)), ElementsAre(Kind::use_router)) << "there is no other";
    hear({.lifetime = 1800}, at(3s), other_router);
    steps(at(3s));
    discovery.is_silent(router);
    EXPECT_THAT(steps(at(3s)), ElementsAre(Kind::leave_router, Kind::use_router));
    discovery.is_no_router(router);
    EXPECT_THAT(steps(at(3s)), ElementsAre(Kind::leave_router)) << "RFC 4861 §7.2.5";
}

TEST_F(Discovery, APrefixGivesAnAddressOfItsNetworkAndTheCardsIdentifier_Rfc4862_5_5_3) {
    steps(at(1s));
    hear(information(86400, 3600), at(2s));
    std::vector<Prefix> claimed;
    while (const auto step = discovery.next(at(2s)))
        if (step->kind == Kind::claim) claimed.push_back(step->prefix);
    EXPECT_THAT(claimed, ElementsAre(own_address));
    EXPECT_FALSE(discovery.has_address()) << "not before nobody has objected";
    discovery.claimed(own_address.address);
    EXPECT_TRUE(discovery.has_address());
}

TEST_F(Discovery, WhatGivesNoAddress_Rfc4862_5_5_3) {
    steps(at(1s));
    const auto gives_nothing = [&](const PrefixInformation& says) {
        hear({.prefixes = {says}}, at(2s));
        return !discovery.is_of_a_router(own_address.address);
    };
    PrefixInformation says = information(86400, 3600);
    says.autonomous = false;
    EXPECT_TRUE(gives_nothing(says)) << "(a)";
    says = information(86400, 3600);
    says.prefix = prefix("fe80::/64");
    EXPECT_TRUE(gives_nothing(says)) << "(b)";
    EXPECT_TRUE(gives_nothing(information(3600, 3601))) << "(c)";
    EXPECT_TRUE(gives_nothing(information(0, 0))) << "(d)";
    says = information(86400, 3600);
    says.prefix.bits = 56;
    EXPECT_TRUE(gives_nothing(says)) << "(d): with 64 bits of identifier that is no address";
    EXPECT_FALSE(gives_nothing(information(86400, 3600)));
}

TEST_F(Discovery, AnAddressIsPreferredThenDeprecatedThenGone_Rfc4862_5_5_4) {
    steps(at(1s));
    hear(information(100, 40), at(2s));
    steps(at(2s));
    discovery.claimed(own_address.address);
    EXPECT_THAT(list(discovery.deprecated()), IsEmpty());
    EXPECT_EQ(discovery.next_wakeup(), at(42s));
    EXPECT_THAT(steps(at(42s)), IsEmpty());
    EXPECT_THAT(list(discovery.deprecated()), ElementsAre(own_address.address));
    hear(information(100, 40), at(50s));
    EXPECT_THAT(list(discovery.deprecated()), IsEmpty()) << "a router may prefer it again";
    EXPECT_THAT(steps(at(150s)), ElementsAre(Kind::prefix_off_link, Kind::withdraw));
    EXPECT_FALSE(discovery.has_address());
}

TEST_F(Discovery, NobodyEndsAnAddressWithinTwoHours_Rfc4862_5_5_3_e) {
    steps(at(1s));
    hear(information(86400, 86400), at(0s));
    steps(at(1s));
    hear(information(60, 60), at(2s));
    EXPECT_THAT(steps(at(7201s)), testing::Not(testing::Contains(Kind::withdraw))) << "e.3: two hours";
    EXPECT_THAT(list(discovery.deprecated()), ElementsAre(own_address.address)) << "that counts at once";
    EXPECT_THAT(steps(at(7202s)), testing::Contains(Kind::withdraw));
}

TEST_F(Discovery, OfTheLastTwoHoursNothingIsTaken_ButMoreIsGiven_Rfc4862_5_5_3_e) {
    steps(at(1s));
    hear(information(3600, 3600), at(0s));
    steps(at(1s));
    hear(information(60, 60), at(600s));
    EXPECT_THAT(steps(at(3599s)), testing::Not(testing::Contains(Kind::withdraw))) << "e.2: it is ignored";
    hear(information(3600, 3600), at(3599s));
    EXPECT_THAT(steps(at(3600s)), testing::Not(testing::Contains(Kind::withdraw)))
        << "e.1: longer than it has";
    EXPECT_THAT(steps(at(7199s)), testing::Contains(Kind::withdraw));
}

TEST_F(Discovery, InfiniteIsForEver_Rfc4861_4_6_2) {
    steps(at(1s));
    hear(information(PrefixInformation::infinite, PrefixInformation::infinite), at(2s));
    steps(at(2s));
    EXPECT_EQ(discovery.next_wakeup(), at(1802s)) << "the router's own is not";
    steps(at(1802s));
    EXPECT_EQ(discovery.next_wakeup(), Instant::never());
}

TEST_F(Discovery, AnAddressThatSomebodyHasIsNotTriedAgain_Rfc4862_5_4_5) {
    steps(at(1s));
    hear(information(86400, 3600), at(2s));
    steps(at(2s));
    discovery.refused(own_address.address);
    EXPECT_TRUE(discovery.is_refused());
    hear(information(86400, 3600), at(3s));
    EXPECT_THAT(steps(at(3s)), IsEmpty());
}

TEST_F(Discovery, NameServersHaveLifetimesToo_Rfc8106_5_3_1) {
    const IpAddress server = ip("2001:db8::53");
    hear({.dns_servers = {{.lifetime = 60, .addresses = {server}}}}, at(2s));
    EXPECT_THAT(list(discovery.name_servers()), ElementsAre(server));
    EXPECT_TRUE(discovery.take_changed());
    hear({.dns_servers = {{.lifetime = 60, .addresses = {server}}}}, at(3s));
    EXPECT_FALSE(discovery.take_changed()) << "it says the same";
    steps(at(63s));
    EXPECT_THAT(list(discovery.name_servers()), IsEmpty());
    EXPECT_TRUE(discovery.take_changed());
    hear({.dns_servers = {{.lifetime = 60, .addresses = {server}}}}, at(64s));
    hear({.dns_servers = {{.lifetime = 0, .addresses = {server}}}}, at(65s));
    EXPECT_THAT(list(discovery.name_servers()), IsEmpty()) << "0: no longer";
}

TEST_F(Discovery, AnMtuBelow1280IsNotBelieved_Rfc4861_6_3_4) {
    hear({.mtu = 1279}, at(2s));
    EXPECT_EQ(discovery.mtu(), std::nullopt);
    hear({.mtu = 1280}, at(2s));
    EXPECT_EQ(discovery.mtu(), 1280U);
}

TEST_F(Discovery, AFloodOfAdvertisementsFillsTablesAndPushesNobodyOut) {
    steps(at(1s));
    hear(information(86400, 3600), at(2s));
    steps(at(2s));
    std::size_t done = 0;
    for (std::uint8_t i = 1; i <= 200; ++i) {
        PrefixInformation says = information(86400, 3600);
        says.prefix = prefix("2001:db8:" + std::to_string(i) + "::/64");
        hear({.lifetime = 1800,
              .prefixes = {says},
              .dns_servers = {{.lifetime = 60, .addresses = {ip("2001:db8::" + std::to_string(i))}}}},
             at(3s), ip("fe80::1:" + std::to_string(i)));
        done += steps(at(3s)).size();
    }
    const RouterDiscovery::Config limits;
    EXPECT_LE(done, limits.routers + 2 * limits.prefixes);
    EXPECT_EQ(discovery.name_servers().size(), limits.name_servers);
    EXPECT_TRUE(discovery.is_of_a_router(own_address.address));
}

// ---- on a link

struct OnALink : testing::Test {
    test::Box host{{}, 1};
    test::Box gateway{{.forwarding = Forwarding::on}, 2};
    test::Net net;
    Instant now;

    OnALink() {
        host.plug(1, {});
        gateway.plug(9, {"2001:db8::9/64"});
        net.connect(host, 0, gateway, 0);
    }
    Interface& card(test::Box& box) { return box.stack.interfaces().front(); }
    std::string pass(Instant end) {
        std::string lines;
        for (; now <= end; now = now + 10ms) lines += net.run(now);
        return lines;
    }
    Result<IpAddress> source() const { return host.stack.source_for(ip("2001:db8:7::7")); }
    /// An advertisement as it stands on the cable, from a router that is not there.
    static Packet advertisement(const IpAddress& source, std::uint8_t hop_limit,
                                wire::RouterAdvertisement says = {.lifetime = 1800}) {
        const IpAddress all = all_nodes(Family::inet6);
        Packet packet = wire::make_router_advertisement(says, source, all);
        write_ip(
            packet,
            {.source = source, .target = all, .protocol = wire::protocol::icmpv6, .hop_limit = hop_limit});
        wire::prepend_ethernet(
            packet,
            {.target = multicast_mac(all), .source = test::mac(8), .ethertype = wire::EtherType::ipv6});
        return packet;
    }
};

TEST_F(OnALink, AHostGetsItsAddressAndItsWayOut_Rfc4861_6_Rfc4862_5) {
    card(host).discover_routers(now);
    std::string lines = pass(at(1s));
    card(gateway).advertise({}, now);
    lines += pass(at(5s));
    EXPECT_THAT(lines, HasSubstr("router solicitation"));
    EXPECT_THAT(lines, HasSubstr("prefix 2001:db8::/64"));
    EXPECT_TRUE(card(host).owns(own_address.address));
    EXPECT_EQ(source(), own_address.address);
    EXPECT_EQ(host.stack.interface_to(ip("2001:db8:7::7")), 1U);
    EXPECT_TRUE(host.stack.take_configured());
}

/// Seconds and frames. The host asks all routers, is told of one and of a prefix, asks whether anybody has
/// the address that it makes of that, and as nobody answers within a second, has it. The router's answer is
/// for all, so it comes three seconds after the last one (RFC 4861 §6.2.6), and the host waits for up to a
/// second before it asks, as others may have heard it too (RFC 4862 §5.4.2).
TEST_F(OnALink, TheWireFromTheSolicitationToTheAddress_Rfc4861_6_3_7_6_2_6_Rfc4862_5_4) {
    card(gateway).advertise({}, now);
    pass(at(100ms));
    card(host).discover_routers(now);
    std::string story;
    for (; now <= at(6s); now = now + 10ms)
        if (const std::string lines = net.run(now); !lines.empty()) story += to_string(now, 2) + ' ' + lines;
    EXPECT_EQ("\n" + story, R"(
0.96 fe80::ff:fe00:1 > ff02::2: ICMPv6 router solicitation
3.08 fe80::ff:fe00:9 > ff02::1: ICMPv6 router advertisement lifetime 1800 s prefix 2001:db8::/64
3.72 :: > ff02::1:ff00:1: ICMPv6 neighbour solicitation who has 2001:db8::ff:fe00:1?
)");
    EXPECT_TRUE(card(host).owns(own_address.address));
}

TEST_F(OnALink, NothingIsLearnedUnlessAskedFor_NorByARouter) {
    card(gateway).advertise({}, now);
    pass(at(5s));
    EXPECT_FALSE(card(host).owns(own_address.address));
    card(gateway).discover_routers(now);
    EXPECT_EQ(card(gateway).discovery(), nullptr);
}

TEST_F(OnALink, AnAddressThatSomebodyHasIsNotTaken_Rfc4862_5_4) {
    card(gateway).add_address(own_address);
    card(gateway).advertise({}, now);
    card(host).discover_routers(now);
    pass(at(10s));
    EXPECT_FALSE(card(host).owns(own_address.address));
    EXPECT_TRUE(card(host).discovery()->is_refused());
}

TEST_F(OnALink, WhenTheRouterStopsItIsNoWayOutAnyMore_Rfc4861_6_2_5) {
    card(gateway).advertise({}, now);
    card(host).discover_routers(now);
    pass(at(5s));
    EXPECT_TRUE(card(gateway).stop_advertising());
    EXPECT_FALSE(card(gateway).stop_advertising());
    pass(at(6s));
    EXPECT_EQ(source().error(), Errc::unreachable);
    EXPECT_TRUE(card(host).owns(own_address.address)) << "its address stays";
    EXPECT_TRUE(host.stack.source_for(ip("2001:db8::77"))) << "and so does the link";
}

TEST_F(OnALink, ThePrefixThatIsOnTheLinkIsReachedDirectly_AndThatOfTheAddressAloneIsNot_Rfc5942) {
    PrefixInformation says{
        .prefix = network, .autonomous = true, .valid_lifetime = 60, .preferred_lifetime = 60};
    RouterAdvertiser::Config config;
    config.says.prefixes = {says};
    card(gateway).advertise(config, now);
    card(host).discover_routers(now);
    pass(at(5s));
    ASSERT_TRUE(card(host).owns(own_address.address));
    ASSERT_TRUE(host.stack.send(test::udp(own_address.address.to_string(), "2001:db8::77"), now));
    EXPECT_THAT(pass(at(5500ms)), testing::Not(HasSubstr("who has 2001:db8::77? tell 02:00:00:00:00:01")))
        << "by the router";
}

TEST_F(OnALink, TheMtuOfTheLinkIsThatOfItsRouters_ForIpv6_Rfc4861_6_3_4) {
    RouterAdvertiser::Config config;
    config.says.mtu = 1400;
    card(gateway).advertise(config, now);
    card(host).discover_routers(now);
    pass(at(5s));
    EXPECT_EQ(host.stack.path_mtu(ip("2001:db8:7::7"), now), 1400U);
    EXPECT_EQ(card(host).mtu(Family::inet), 1500U);
    config.says.mtu = 9000;
    card(gateway).advertise(config, now);
    pass(at(6s));
    EXPECT_EQ(host.stack.path_mtu(ip("2001:db8:7::7"), now), 1500U) << "no more than the card takes";
}

TEST_F(OnALink, WhatHasCrossedARouterOrIsFromNoNeighbourIsNotBelieved_Rfc4861_6_1_2) {
    card(host).discover_routers(now);
    host.hear(advertisement(router, 254), now);
    EXPECT_EQ(host.stack.take_drop(), "a discovery message that is not valid");
    host.hear(advertisement(ip("2001:db8::9"), 255), now);
    EXPECT_EQ(host.stack.take_drop(), "a discovery message that is not valid");
    pass(at(100ms));
    EXPECT_EQ(source().error(), Errc::unreachable);
    host.hear(advertisement(router, 255), now);
    EXPECT_EQ(host.stack.take_drop(), "");
    pass(at(200ms));
    EXPECT_EQ(host.stack.interface_to(ip("2001:db8:7::7")), 1U);
}

TEST_F(OnALink, ASilentRouterMakesWayForAnother_Rfc4861_6_3_6) {
    card(host).add_address(prefix("2001:db8::1/64"));
    card(host).discover_routers(now);
    host.hear(advertisement(router, 255, {.lifetime = 1800, .source_mac = test::mac(8)}), now);
    card(gateway).advertise({}, now);
    pass(at(2s));
    const auto first_router = [&] {
        for (const Route& route : host.stack.routes())
            if (route.target.bits == 0) return route.gateway.value();
        return IpAddress{};
    };
    ASSERT_EQ(first_router(), router);
    for (; now < at(20s); now = now + 1s) {
        ASSERT_TRUE(host.stack.send(test::udp("2001:db8::1", "2001:db8:7::7"), now));
        net.run(now);
    }
    EXPECT_EQ(first_router(), link_local(test::mac(9)).address);
}

TEST_F(OnALink, ARouterAnswersHostsTogetherAndNotMoreThanOnceInThreeSeconds_Rfc4861_6_2_6) {
    card(gateway).advertise({}, now);
    pass(at(100s));  // the first few are over
    std::vector<Instant> said;
    const Instant end = now + 20s;
    for (; now < end; now = now + 10ms) {
        gateway.stack.receive(gateway.devices.front(), write_router_solicitation(test::mac(1)), now);
        if (net.run(now).contains("router advertisement")) said.push_back(now);
    }
    EXPECT_GE(said.size(), 5U);
    EXPECT_LE(said.size(), 7U);
    for (std::size_t i = 1; i < said.size(); ++i) EXPECT_GE(said[i] - said[i - 1], 3s);
}

TEST_F(OnALink, ARouterAdvertisesAtOnceThenThriceWithinSixteenSecondsThenByItsInterval_Rfc4861_6_2_4) {
    card(gateway).advertise({.interval = 300s}, now);
    std::vector<Instant> said;
    for (; now < at(2000s); now = now + 100ms)
        if (net.run(now).contains("router advertisement")) said.push_back(now);
    ASSERT_GE(said.size(), 8U);
    EXPECT_EQ(said[0], at(0s));
    EXPECT_LE(said[1] - said[0], 16100ms);
    EXPECT_LE(said[2] - said[1], 16100ms);
    for (std::size_t i = 3; i < said.size(); ++i) {
        EXPECT_GE(said[i] - said[i - 1], 100s);
        EXPECT_LE(said[i] - said[i - 1], 300100ms);
    }
}

TEST_F(OnALink, ASolicitationFromNobodyThatNamesACardIsIgnored_Rfc4861_6_1_1) {
    const IpAddress all = all_routers(Family::inet6);
    const IpPacket solicitation{.header = {.source = ip("::"), .target = all, .hop_limit = 255},
                                .payload = wire::make_router_solicitation({test::mac(1)}, ip("::"), all)};
    EXPECT_FALSE(read_router_solicitation(solicitation));
    const IpPacket anonymous{.header = {.source = ip("::"), .target = all, .hop_limit = 255},
                             .payload = wire::make_router_solicitation({}, ip("::"), all)};
    EXPECT_TRUE(read_router_solicitation(anonymous));
}

}  // namespace
}  // namespace sockeye::network
