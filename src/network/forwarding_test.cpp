// A router (RFC 1812): two networks, each with a host, in both families.
#include "test/support/ip_harness.hpp"
#include "wire/ipv4.hpp"

namespace sockeye::network {
namespace {

using test::at, test::ip, test::prefix;
using testing::HasSubstr;
using Kind = IcmpNotice::Kind;

struct Plan {
    const char* name;
    const char* near;
    const char* near_router;
    const char* far_router;
    const char* far;
    const char* bits;
    const char* everything;
    const char* elsewhere;
};

class Forwarding_ : public testing::TestWithParam<Plan> {
protected:
    explicit Forwarding_(std::size_t far_mtu = 1500) {
        const Plan& plan = GetParam();
        const auto with_bits = [&](const char* address) { return std::string{address} + plan.bits; };
        near.plug(1, {with_bits(plan.near)});
        router.plug(2, {with_bits(plan.near_router)});
        router.plug(3, {with_bits(plan.far_router)}, far_mtu);
        far.plug(4, {with_bits(plan.far)}, far_mtu);
        net.connect(near, 0, router, 0);
        net.connect(router, 1, far, 0);
        near.stack.add_route(prefix(plan.everything), ip(plan.near_router)).value();
        far.stack.add_route(prefix(plan.everything), ip(plan.far_router)).value();
    }
    std::string send(std::size_t octets = 4, std::uint8_t hop_limit = 64) {
        near.stack.send(test::udp(GetParam().near, GetParam().far, octets, hop_limit), now).value();
        return net.run(now);
    }

    test::Box near;
    test::Box router{{.forwarding = Forwarding::on}};
    test::Box far;
    test::Net net;
    Instant now;
};

struct ForwardingToANarrowLink : Forwarding_ {
    ForwardingToANarrowLink() : Forwarding_{1280} {}
};

const auto plans = testing::Values(
    Plan{"Ipv4", "10.0.1.1", "10.0.1.254", "10.0.2.254", "10.0.2.1", "/24", "0.0.0.0/0", "192.0.2.1"},
    Plan{"Ipv6", "2001:db8:1::1", "2001:db8:1::254", "2001:db8:2::254", "2001:db8:2::1", "/64", "::/0",
         "2001:db8:9::1"});
const auto plan_name = [](const auto& plan) { return std::string{plan.param.name}; };
INSTANTIATE_TEST_SUITE_P(Families, Forwarding_, plans, plan_name);
INSTANTIATE_TEST_SUITE_P(Families, ForwardingToANarrowLink, plans, plan_name);

TEST_P(Forwarding_, APacketArrivesWithOneHopLess_Rfc1812_5_3_1) {
    send();
    ASSERT_EQ(far.received.size(), 1U);
    EXPECT_EQ(far.received.front().header.hop_limit, 63);
    EXPECT_EQ(far.received.front().header.source, ip(GetParam().near));
}

TEST_P(Forwarding_, TheLastHopIsTheRoutersAndItSaysSo_Rfc1812_5_3_1) {
    EXPECT_THAT(send(4, 1), HasSubstr("time exceeded"));
    EXPECT_TRUE(far.received.empty());
    const auto notice = near.stack.take_notice();
    ASSERT_TRUE(notice.has_value());
    EXPECT_EQ(notice->kind, Kind::hop_limit_exceeded);
    EXPECT_EQ(notice->reporter, ip(GetParam().near_router));
}

TEST_P(Forwarding_, WithoutARouteTheSenderIsTold_Rfc1812_5_2_7_1) {
    near.stack.send(test::udp(GetParam().near, GetParam().elsewhere), now).value();
    net.run(now);
    EXPECT_EQ(near.stack.take_notice()->kind, Kind::network_unreachable);
}

TEST_P(Forwarding_, WhereNobodyAnswersTheSenderIsTold_Rfc1812_5_2_7_1) {
    test::Net cut;
    cut.connect(near, 0, router, 0);
    near.stack.send(test::udp(GetParam().near, GetParam().far), now).value();
    for (; now <= at(4s); now = now + 1s) cut.run(now);
    EXPECT_EQ(near.stack.take_notice()->kind, Kind::host_unreachable);
}

TEST_P(Forwarding_, ARouterOnlyForwardsWhatItIsHandedAndAHostNothing) {
    test::Box host;
    host.plug(9, {std::string{GetParam().near_router} + GetParam().bits});
    test::Net lan;
    lan.connect(near, 0, host, 0);
    near.stack.send(test::udp(GetParam().near, GetParam().far), now).value();
    lan.run(now);
    EXPECT_TRUE(host.received.empty());
    EXPECT_FALSE(near.stack.take_notice().has_value());
}

TEST_P(ForwardingToANarrowLink, APacketThatMayNotBeFragmentedIsReturnedWithTheMtu_Rfc1191_4_Rfc8201) {
    EXPECT_THAT(send(1400),
                testing::AnyOf(HasSubstr("mtu 1280"), HasSubstr("too big"), HasSubstr("fragment")));
    EXPECT_TRUE(far.received.empty());
    EXPECT_EQ(near.stack.take_notice()->mtu, 1280U);
    EXPECT_EQ(near.stack.path_mtu(ip(GetParam().far), now).value(), 1280U);
    send(1400);  // now in fragments
    ASSERT_EQ(far.received.size(), 1U);
    EXPECT_EQ(far.received.front().payload.size(), 1408U);
    EXPECT_EQ(far.received.front().header.hop_limit, 63);
}

/// Two networks of IPv4.
struct Router : testing::Test {
    Router() {
        near.plug(1, {"10.0.1.1/24"});
        router.plug(2, {"10.0.1.254/24"});
        router.plug(3, {"10.0.2.254/24"}, 576);
        far.plug(4, {"10.0.2.1/24"});
        net.connect(near, 0, router, 0);
        net.connect(router, 1, far, 0);
        near.stack.add_route(prefix("0.0.0.0/0"), ip("10.0.1.254")).value();
    }
    test::Box near;
    test::Box router{{.forwarding = Forwarding::on}};
    test::Box far;
    test::Net net;
    Instant now;
};

TEST_F(Router, NoBroadcastIsEverForwarded_Rfc1812_5_3_5) {
    for (const std::string_view target : {"255.255.255.255", "10.0.1.255", "10.0.2.255"}) {
        near.stack.send(test::udp("10.0.1.1", target), now).value();
        net.run(now);
    }
    EXPECT_TRUE(far.received.empty());
    EXPECT_FALSE(far.devices.front().has_frames());
}

TEST_F(Router, NothingOfOneLinkIsForwarded_Rfc4291_2_5_6_Rfc3927_2_7) {
    near.stack.send(test::udp("10.0.1.1", "169.254.1.1"), now).value();
    near.stack.send(test::udp("169.254.1.2", "10.0.2.1"), now).value();
    EXPECT_THAT(net.run(now), testing::Not(HasSubstr("unreachable")));
    EXPECT_TRUE(far.received.empty());
}

TEST_F(Router, WhatMayBeFragmentedIsAndFragmentsFallIntoSmallerOnes_Rfc791_3_2) {
    near.stack.send(test::udp("10.0.1.1", "10.0.2.1", 4000), now).value();  // three, of 1500 octets at most
    net.run(now);
    ASSERT_EQ(far.received.size(), 1U);
    EXPECT_EQ(far.received.front().payload.size(), 4008U);
    EXPECT_FALSE(near.stack.take_notice().has_value());
}

TEST_F(Router, TheHeadersChecksumStaysRight_Rfc1624) {
    for (int step = 0; step < 600; ++step) {
        Packet packet{std::vector<std::byte>(static_cast<std::size_t>(step % 7))};
        write_ip(packet, {.source = ip("10.0.1.1"),
                          .target = IpAddress{std::array<std::uint8_t, 4>{
                              192, 0, static_cast<std::uint8_t>(step / 3), static_cast<std::uint8_t>(step)}},
                          .protocol = 17,
                          .hop_limit = static_cast<std::uint8_t>(1 + step % 255)});
        decrement_hop_limit(packet);
        const auto read = wire::parse_ipv4(packet.bytes());
        ASSERT_TRUE(read.has_value()) << step;
        EXPECT_EQ(read->header.ttl, step % 255);
    }
}

TEST_F(Router, TheLongestPrefixDecides_Rfc1812_5_2_4_3) {
    router.stack.add_route(prefix("192.0.0.0/8"), ip("10.0.1.1")).value();
    router.stack.add_route(prefix("192.0.2.0/24"), ip("10.0.2.1")).value();
    near.stack.send(test::udp("10.0.1.1", "192.0.2.7"), now).value();
    EXPECT_THAT(net.run(now), HasSubstr("who has 10.0.2.1"));
}

}  // namespace
}  // namespace sockeye::network
