#include "socket/tap/tap_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sockeye {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string mistake_in(const char* text) {
    const Result<TapOptions> options = TapOptions::parse(text);
    if (options) return "none";
    EXPECT_EQ(options.error(), Errc::invalid_argument);
    return std::string{options.error().detail()};
}

TEST(TapOptions, AreADeviceAndAddressesWithTheirNetworks) {
    const TapOptions options = TapOptions::parse("tap0,10.9.0.2/24").value();
    EXPECT_EQ(options.device, "tap0");
    EXPECT_THAT(options.addresses, ElementsAre(Prefix::parse("10.9.0.2/24").value()));
    EXPECT_THAT(options.gateways, IsEmpty());
    EXPECT_THAT(options.name_servers, IsEmpty());
    EXPECT_EQ(options.mtu, std::nullopt);
}

TEST(TapOptions, HaveGatewaysNameServersAndAnMtuInAnyOrder) {
    const TapOptions options =
        TapOptions::parse(
            "tap0,dns=10.9.0.1,gw6=fd00:9::1,10.9.0.2/24,dns=[fd00:9::1]:5353,mtu=1280,"
            "fd00:9::2/64,gw=10.9.0.1")
            .value();
    EXPECT_THAT(options.addresses,
                ElementsAre(Prefix::parse("10.9.0.2/24").value(), Prefix::parse("fd00:9::2/64").value()));
    EXPECT_THAT(options.gateways,
                ElementsAre(IpAddress::parse("fd00:9::1").value(), IpAddress::parse("10.9.0.1").value()));
    EXPECT_THAT(options.name_servers, ElementsAre(Address{"10.9.0.1", 53}, Address{"fd00:9::1", 5353}));
    EXPECT_EQ(options.mtu, 1280);
}

TEST(TapOptions, AskForEcnWhereThatIsWanted) {
    EXPECT_FALSE(TapOptions::parse("tap0,10.9.0.2/24").value().ask_for_ecn);
    EXPECT_TRUE(TapOptions::parse("tap0,10.9.0.2/24,ecn=on").value().ask_for_ecn);
    EXPECT_FALSE(TapOptions::parse("tap0,10.9.0.2/24,ecn=off").value().ask_for_ecn);
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,ecn=yes"), HasSubstr("neither ecn=on nor ecn=off"));
}

TEST(TapOptions, TakeALinkLocalGatewayWhateverTheNetwork) {
    EXPECT_TRUE(TapOptions::parse("tap0,fd00:9::2/64,gw6=fe80::1"));
}

TEST(TapOptions, TakeBothEndsOfAPointToPointNetwork) {
    EXPECT_TRUE(TapOptions::parse("tap0,10.9.0.0/31,gw=10.9.0.1")) << "RFC 3021";
    EXPECT_TRUE(TapOptions::parse("tap0,fd00:9::/127,gw6=fd00:9::1")) << "RFC 6164";
}

TEST(TapOptions, SayWhatIsWrongWithTheDevicesName) {
    EXPECT_THAT(mistake_in(""), HasSubstr("name is missing"));
    EXPECT_THAT(mistake_in(",10.9.0.2/24"), HasSubstr("name is missing"));
    EXPECT_EQ(mistake_in("fifteen-octets-,10.9.0.2/24"), "none");
    EXPECT_THAT(mistake_in("sixteen-octets--,10.9.0.2/24"), HasSubstr("at most 15 octets"));
    for (const char* bad : {"a/b", "a:b", "a b", "tap%d", "..", "t\xc3\xa4p"})
        EXPECT_THAT(mistake_in((std::string{bad} + ",10.9.0.2/24").c_str()),
                    HasSubstr("cannot be a device's name"));
}

TEST(TapOptions, SayWhatIsWrongWithAnAddress) {
    EXPECT_THAT(mistake_in("tap0"), HasSubstr("tap0 has no address: write tap0,10.9.0.2/24"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2"), HasSubstr("write 10.9.0.2/24"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.0/24"), HasSubstr("not the address of one host"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.255/24"), HasSubstr("not the address of one host"));
    EXPECT_THAT(mistake_in("tap0,127.0.0.1/8"), HasSubstr("not the address of one host"));
    EXPECT_THAT(mistake_in("tap0,fd00:9::/64"), HasSubstr("not the address of one host"));
    EXPECT_THAT(mistake_in("tap0,ff02::1/64"), HasSubstr("not the address of one host"));
    EXPECT_THAT(mistake_in("tap0,"), HasSubstr("where an IP address belongs"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,"), HasSubstr("where an IP address belongs"));
}

TEST(TapOptions, SayWhatIsWrongWithAGateway) {
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,gw=10.8.0.1"),
                HasSubstr("10.8.0.1 is outside of every network"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,gw6=fd00:9::1"), HasSubstr("outside of every network"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,gw=10.9.0.2"), HasSubstr("own address"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,gw=10.9.0.1,gw=10.9.0.3"), HasSubstr("two gateways"));
    EXPECT_THAT(mistake_in("tap0,fd00:9::2/64,gw=fd00:9::1"), HasSubstr("write gw6=fd00:9::1"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,gw6=10.9.0.1"), HasSubstr("write gw=10.9.0.1"));
}

TEST(TapOptions, SayWhatIsWrongWithTheRest) {
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,mtu=575"), HasSubstr("from 576 to 65521"));
    EXPECT_THAT(mistake_in("tap0,fd00:9::2/64,mtu=1279"), HasSubstr("from 1280 (IPv6)"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,mtu=65522"), HasSubstr("not a number up to 65521"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,mtu=-1"), HasSubstr("not a number"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,dns=ns.example"), HasSubstr("ns.example"));
    EXPECT_THAT(mistake_in("tap0,10.9.0.2/24,mut=1500"), HasSubstr("none of gw=, gw6=, dns=, mtu=, ecn="));
}

TEST(TapNetwork, ChecksItsOptionsBeforeItTouchesADevice) {
    const auto network = TapNetwork::open({.device = "tap0", .addresses = {}});
    ASSERT_FALSE(network);
    EXPECT_EQ(network.error(), Errc::invalid_argument);
}

}  // namespace
}  // namespace sockeye
