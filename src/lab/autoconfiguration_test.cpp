// Hosts of a lab that ask its routers for their addresses (RFC 4861, RFC 4862, RFC 8106).
#include "sockeye/autoconfiguration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "lab/host_node.hpp"
#include "lab/node.hpp"
#include "socket/destinations.hpp"
#include "sockeye/cards.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/names.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

using testing::HasSubstr;
using testing::Not;

/// host -- lan -- gw -- far
struct Autoconfiguration : testing::Test {
    Lab lab{{.seed = 4}};
    Switch& lan = lab.add_switch("lan");
    Switch& far_lan = lab.add_switch("far-lan");
    Host& host = lab.add_host("host", lan);
    Host& gw = lab.add_router("gw");
    Host& far = lab.add_host("far", far_lan, "2001:db8:2::2/64");

    Autoconfiguration() {
        lab.connect(gw, lan, "2001:db8:1::1/64");
        lab.connect(gw, far_lan, "2001:db8:2::1/64");
        lab.add_route(far, "::/0", "2001:db8:2::1");
    }
    static std::string addresses(Network& network) {
        std::string text;
        const CardInfo card = card_list(network).value().at(0);
        for (const Prefix& each : card.addresses) text += (text.empty() ? "" : " ") + each.to_string();
        return text;
    }
};

TEST_F(Autoconfiguration, AHostReachesWhatIsBehindItsRouter) {
    ASSERT_TRUE(advertise(gw, 1));
    ASSERT_TRUE(autoconfigure(host, 1).wait());
    EXPECT_EQ(addresses(host), "fe80::ff:fe00:1/64 2001:db8:1::ff:fe00:1/64");
    EXPECT_LE(lab.now(), Instant{4s});
    EXPECT_EQ(host.run(ping(host, {"2001:db8:2::2", 0})).value().kind, Pong::Kind::reply);
    EXPECT_EQ(host.node().describe(), "host host 2001:db8:1::ff:fe00:1/64 02:00:00:00:00:01");
    EXPECT_THAT(ladder(lab), HasSubstr("ICMPv6 router advertisement"));
}

TEST_F(Autoconfiguration, ItWaitsForARouterToCome) {
    lab.at(60s, [&] { advertise(gw, 1).value(); });
    ASSERT_TRUE(autoconfigure(host, 1).wait());
    EXPECT_GE(lab.now(), Instant{60s});
    EXPECT_LE(lab.now(), Instant{63s});
}

TEST_F(Autoconfiguration, WhereNoRouterAnswersADeadlineEndsTheWait) {
    EXPECT_EQ(autoconfigure(host, 1, 30s).wait().error(), Errc::timed_out);
    EXPECT_EQ(autoconfigure(host, 1).wait().error(), Errc::stalled) << "nothing is left that could happen";
}

TEST_F(Autoconfiguration, ARestartedHostAsksAgain) {
    ASSERT_TRUE(advertise(gw, 1));
    lab.run_on(host, [](Host& own) -> Task<> {
        (void)co_await autoconfigure(own, 1);  // the test looks at what it has
    });
    ASSERT_TRUE(lab.run_for(10s));
    lab.restart("host");
    EXPECT_THAT(addresses(host), Not(HasSubstr("2001:db8")));
    ASSERT_TRUE(lab.run_for(10s));
    EXPECT_THAT(addresses(host), HasSubstr("2001:db8:1::ff:fe00:1/64"));
}

TEST_F(Autoconfiguration, AnAddressThatIsInUseIsNotTaken_Rfc4862_5_4) {
    lab.add_host("thief", lan, "2001:db8:1::ff:fe00:1/64");
    ASSERT_TRUE(advertise(gw, 1));
    EXPECT_EQ(autoconfigure(host, 1).wait().error(), Errc::address_in_use);
    EXPECT_EQ(lab.conflicts().size(), 1U);
}

TEST_F(Autoconfiguration, ARouterThatStopsIsNoWayOut_AndItsLifetimeEndsIt) {
    ASSERT_TRUE(advertise(gw, 1));
    ASSERT_TRUE(autoconfigure(host, 1).wait());
    ASSERT_TRUE(stop_advertising(gw, 1));
    ASSERT_TRUE(lab.run_for(1s));
    Socket socket{host, Family::inet6, SocketType::datagram};
    EXPECT_EQ(socket.sendto("hi", Address{"2001:db8:2::2", 9}).wait().error(), Errc::unreachable);
    ASSERT_TRUE(advertise(gw, 1, {.interval = 10s, .lifetime = 30s}));
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_TRUE(socket.sendto("hi", Address{"2001:db8:2::2", 9}).wait());
    lab.crash("gw");
    ASSERT_TRUE(lab.run_for(31s));
    EXPECT_EQ(socket.sendto("hi", Address{"2001:db8:2::2", 9}).wait().error(), Errc::unreachable);
}

TEST_F(Autoconfiguration, NameServersAreLearned_ButThoseThatOneIsToldCount_Rfc8106) {
    const auto& servers = static_cast<lab::HostNode&>(host.node()).stack().names().servers();
    EXPECT_TRUE(servers.empty());
    const IpAddress server = IpAddress::parse("2001:db8:2::2").value();
    ASSERT_TRUE(advertise(gw, 1, {.name_servers = {server}}));
    ASSERT_TRUE(autoconfigure(host, 1).wait());
    auto& names = static_cast<lab::HostNode&>(host.node()).stack().names();
    EXPECT_THAT(names.servers(), testing::ElementsAre(Address{server, 53}));
    const Address told{"10.0.0.53", 53};
    set_name_servers(host, std::array{told});
    EXPECT_THAT(names.servers(), testing::ElementsAre(told));
}

/// Its IPv6 address is about to go, so what has addresses of both families is gone to by IPv4.
TEST_F(Autoconfiguration, WhereItsOwnAddressIsDeprecatedTheOtherFamilyComesFirst_Rfc6724_6_Rule3) {
    const Address by_ipv6{"2001:db8:1::1", 80};
    const Address by_ipv4{"10.0.0.1", 80};
    const auto order = [&] {
        return backend::by_preference(static_cast<lab::HostNode&>(host.node()).stack(), {by_ipv4, by_ipv6});
    };
    add_address(host, 1, Prefix::parse("10.0.0.2/24").value()).value();
    ASSERT_TRUE(advertise(gw, 1, {.valid = 1h, .preferred = 30s}));
    ASSERT_TRUE(autoconfigure(host, 1).wait());
    EXPECT_THAT(order(), testing::ElementsAre(by_ipv6, by_ipv4));
    lab.crash("gw");
    ASSERT_TRUE(lab.run_for(31s));
    EXPECT_THAT(order(), testing::ElementsAre(by_ipv4, by_ipv6));
}

TEST_F(Autoconfiguration, AMistakeIsNamed) {
    const auto refused = [&](const RouterAdvertising& what) {
        const Result<void> advertised = advertise(gw, 1, what);
        EXPECT_EQ(advertised.error(), Errc::invalid_argument);
        return std::string{advertised.error().detail()};
    };
    EXPECT_EQ(refused({.interval = 1s}), "an interval of 1s: it is 4s to 1800s");
    EXPECT_THAT(refused({.lifetime = 60s}), HasSubstr("from the interval of 600s to 9000s"));
    EXPECT_THAT(refused({.valid = 1s}), HasSubstr("longer than valid"));
    EXPECT_EQ(refused({.mtu = 1000}), "an MTU of 1000: IPv6 needs 1280 octets");
    EXPECT_EQ(refused({.prefixes = {Prefix::parse("10.0.0.0/24").value()}}),
              "10.0.0.0/24 is no network of IPv6 hosts");
    EXPECT_EQ(advertise(host, 1).error(), Errc::unsupported);
    EXPECT_EQ(advertise(gw, 7).error(), Errc::address_not_available);
    EXPECT_EQ(stop_advertising(gw, 1).error(), Errc::not_found);
    EXPECT_EQ(autoconfigure(gw, 1).wait().error(), Errc::unsupported);
    EXPECT_EQ(autoconfigure(host, 7).wait().error(), Errc::address_not_available);
}

TEST(AutoconfigurationTwice, IsTheSame) {
    const auto run = [] {
        Lab twin{{.seed = 9}};
        Switch& lan = twin.add_switch("lan");
        Host& gw = twin.add_router("gw");
        twin.connect(gw, lan, "2001:db8:1::1/64");
        Host& host = twin.add_host("host", lan);
        advertise(gw, 1).value();
        autoconfigure(host, 1).wait().value();
        twin.run_for(1h).value();
        return twin.hash();
    };
    EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace sockeye
