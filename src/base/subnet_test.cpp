#include "base/subnet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "test/support/generators.hpp"
#include "test/support/python.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}

/// "first - last (count)"
std::string hosts(std::string_view text) {
    const HostRange range = hosts_of(prefix(text));
    return range.first.to_string() + " - " + range.last.to_string() + " (" + to_string(range.count) + ')';
}

std::vector<std::string> texts(const std::vector<Prefix>& prefixes) {
    std::vector<std::string> all;
    for (const Prefix& one : prefixes) all.push_back(one.to_string());
    return all;
}

template <class T>
std::string mistake_in(const Result<T>& result) {
    if (result) return "nothing";
    EXPECT_EQ(result.error(), Errc::invalid_argument);
    return std::string{result.error().detail()};
}

TEST(Hosts, HaveAllAddressesButTheNetworksOwnAndTheBroadcastAddress_RFC1122_3_2_1_3) {
    EXPECT_EQ(hosts("192.168.1.77/24"), "192.168.1.1 - 192.168.1.254 (254)");
    EXPECT_EQ(hosts("192.168.1.0/30"), "192.168.1.1 - 192.168.1.2 (2)");
    EXPECT_EQ(hosts("1.2.3.4/0"), "0.0.0.1 - 255.255.255.254 (4294967294)");
    EXPECT_TRUE(has_broadcast(prefix("192.168.1.0/30")));
}

TEST(Hosts, HaveBothAddressesOfASlash31_RFC3021) {
    EXPECT_EQ(hosts("192.168.1.7/31"), "192.168.1.6 - 192.168.1.7 (2)");
    EXPECT_FALSE(has_broadcast(prefix("192.168.1.7/31")));
    EXPECT_EQ(hosts("192.168.1.7/32"), "192.168.1.7 - 192.168.1.7 (1)");
}

TEST(Hosts, HaveAllOfIpv6ButTheSubnetRouterAnycastAddress_RFC4291_2_6_1) {
    EXPECT_EQ(hosts("2001:db8::7/64"), "2001:db8::1 - 2001:db8::ffff:ffff:ffff:ffff (18446744073709551615)");
    EXPECT_EQ(hosts("::/0"),
              "::1 - ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff (340282366920938463463374607431768211455)");
    EXPECT_FALSE(has_broadcast(prefix("2001:db8::/64")));
}

TEST(Hosts, HaveBothAddressesOfASlash127_RFC6164) {
    EXPECT_EQ(hosts("2001:db8::1/127"), "2001:db8:: - 2001:db8::1 (2)");
    EXPECT_EQ(hosts("2001:db8::1/128"), "2001:db8::1 - 2001:db8::1 (1)");
}

/// One line a prefix: itself, its netmask, network and broadcast address, first and last host, and how
/// many hosts. Of 10,000 at random.
constexpr const char* ten_thousand_prefixes = R"(
import ipaddress, random
chance = random.Random(4632)
for _ in range(10000):
    width = chance.choice((32, 128))
    make = ipaddress.IPv4Interface if width == 32 else ipaddress.IPv6Interface
    prefix = make((chance.getrandbits(width), chance.randint(0, width)))
    net, spare = prefix.network, width - prefix.network.prefixlen
    first = 0 if spare < 2 else 1
    last = net.num_addresses - (2 if spare > 1 and width == 32 else 1)
    if spare < 12:
        hosts = list(net.hosts())
        assert (hosts[0], hosts[-1], len(hosts)) == (net[first], net[last], last - first + 1)
    print(prefix, net.netmask, net.network_address, net.broadcast_address, net[first], net[last], last - first + 1)
)";

TEST(Prefixes, AreWhatPythonSaysOfTenThousandAtRandom) {
    const std::vector<std::string> lines = test::python(ten_thousand_prefixes);
    ASSERT_EQ(lines.size(), 10'000U);
    for (const std::string& line : lines) {
        const Prefix made = prefix(line.substr(0, line.find(' ')));
        const HostRange range = hosts_of(made);
        std::ostringstream ours;
        ours << made.to_string();
        for (const IpAddress& address :
             {made.netmask(), made.network(), made.broadcast(), range.first, range.last})
            ours << ' ' << address.to_string();
        ours << ' ' << to_string(range.count);
        ASSERT_EQ(ours.str(), line);
    }
}

TEST(Plus, IsTheAddressSoManyBehindAndNoneBeyondTheLast) {
    const auto ip = [](std::string_view text) { return IpAddress::parse(text).value(); };
    EXPECT_EQ(plus(ip("10.0.0.255"), 1), ip("10.0.1.0"));
    EXPECT_EQ(plus(ip("255.255.255.254"), 1), ip("255.255.255.255"));
    EXPECT_EQ(plus(ip("255.255.255.255"), 1), std::nullopt);
    EXPECT_EQ(plus(ip("2001:db8::ffff"), 2), ip("2001:db8::1:1"));
    EXPECT_EQ(plus(ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 1), std::nullopt);
}

TEST(SameNetwork, NeedsEqualNetworkAddressesUnderEqualMasks) {
    EXPECT_TRUE(is_same_network(prefix("192.168.1.1/24"), prefix("192.168.1.200/24")));
    EXPECT_FALSE(is_same_network(prefix("192.168.1.1/24"), prefix("192.168.2.1/24")));
    EXPECT_FALSE(is_same_network(prefix("192.168.1.1/24"), prefix("192.168.1.2/25")));
    EXPECT_FALSE(is_same_network(prefix("0.0.0.0/0"), prefix("::/0")));
}

TEST(Split, BorrowsAsManyHostBitsAsTheNumberNeeds) {
    EXPECT_THAT(texts(split(prefix("192.168.1.9/24"), 4).value()),
                ElementsAre("192.168.1.0/26", "192.168.1.64/26", "192.168.1.128/26", "192.168.1.192/26"));
    EXPECT_EQ(split(prefix("192.168.1.0/24"), 3).value().size(), 4U);
    EXPECT_THAT(texts(split(prefix("192.168.1.0/24"), 1).value()), ElementsAre("192.168.1.0/24"));
    EXPECT_THAT(texts(split(prefix("10.0.0.2/31"), 2).value()), ElementsAre("10.0.0.2/32", "10.0.0.3/32"));
    EXPECT_THAT(texts(split(prefix("2001:db8::/32"), 2).value()),
                ElementsAre("2001:db8::/33", "2001:db8:8000::/33"));
    EXPECT_THAT(texts(split(prefix("::/0"), 2).value()), ElementsAre("::/1", "8000::/1"));
}

TEST(Split, SaysHowManyArePossible) {
    EXPECT_EQ(mistake_in(split(prefix("10.0.0.0/24"), 0)), "a network is divided into 1 subnet or more");
    EXPECT_EQ(mistake_in(split(prefix("10.0.0.0/30"), 5)),
              "10.0.0.0/30 cannot be divided into 5 subnets: it has 4 addresses");
    EXPECT_EQ(split(prefix("2001:db8::/48"), most_subnets).value().size(), most_subnets);
    EXPECT_THAT(mistake_in(split(prefix("2001:db8::/48"), most_subnets + 1)), HasSubstr("in two steps"));
    EXPECT_THAT(mistake_in(split(prefix("::/0"), 0xffff'ffff)), HasSubstr("in two steps"));
}

/// "100 192.168.1.0/25" …, and "free 192.168.1.128/25" …
std::vector<std::string> divided(std::string_view network, std::vector<std::uint64_t> hosts) {
    const Division division = divide(prefix(network), hosts).value();
    std::vector<std::string> all;
    for (const Allotment& one : division.subnets)
        all.push_back(std::to_string(one.wanted) + ' ' + one.subnet.to_string());
    for (const Prefix& one : division.free) all.push_back("free " + one.to_string());
    return all;
}

TEST(Divide, GivesEachTheSmallestSubnetThatHasItsHostsTheLargestFirst) {
    EXPECT_THAT(divided("192.168.1.0/24", {10, 100, 50}),
                ElementsAre("100 192.168.1.0/25", "50 192.168.1.128/26", "10 192.168.1.192/28",
                            "free 192.168.1.208/28", "free 192.168.1.224/27"));
}

TEST(Divide, CountsHostsAsTheyAreCountedElsewhere) {
    // 62 hosts are a full /26; one more needs a /25 (RFC 3021 and a single address: see Hosts).
    EXPECT_THAT(divided("10.0.0.0/25", {62, 62}), ElementsAre("62 10.0.0.0/26", "62 10.0.0.64/26"));
    EXPECT_THAT(divided("10.0.0.0/25", {63}), ElementsAre("63 10.0.0.0/25"));
    EXPECT_THAT(divided("10.0.0.0/29", {1, 2}),
                ElementsAre("2 10.0.0.0/31", "1 10.0.0.2/32", "free 10.0.0.3/32", "free 10.0.0.4/30"));
    EXPECT_THAT(divided("2001:db8::/124", {3, 4}),
                ElementsAre("4 2001:db8::/125", "3 2001:db8::8/126", "free 2001:db8::c/126"));
    EXPECT_THAT(divided("255.255.255.255/32", {1}), ElementsAre("1 255.255.255.255/32"));
}

TEST(Divide, LeavesTheWholeNetworkFreeWhereNobodyWantsAny) {
    EXPECT_THAT(divided("0.0.0.0/0", {}), ElementsAre("free 0.0.0.0/0"));
    EXPECT_THAT(divided("::/0", {}), ElementsAre("free ::/0"));
}

TEST(Divide, SaysForWhomThereWasNoRoom) {
    const auto mistake = [](std::string_view network, std::vector<std::uint64_t> hosts) {
        return mistake_in(divide(prefix(network), hosts));
    };
    EXPECT_EQ(mistake("10.0.0.0/24", {100, 100, 20}),
              "no room is left in 10.0.0.0/24 for 20 hosts, who need a /27: take a larger network");
    EXPECT_EQ(mistake("10.0.0.0/24", {255}), "255 hosts are more than 10.0.0.0/24 has: 254");
    EXPECT_EQ(mistake("10.0.0.0/24", {10, 0}), "a subnet has 1 host or more");
    EXPECT_EQ(mistake("0.0.0.0/0", {~std::uint64_t{0}}),
              "18446744073709551615 hosts are more than 0.0.0.0/0 has: 4294967294");
}

bool is_next(const IpAddress& one, const IpAddress& other) {
    std::vector<std::uint8_t> octets{one.octets().begin(), one.octets().end()};
    for (std::size_t i = octets.size(); i-- > 0;)
        if (++octets[i] != 0) break;
    return std::ranges::equal(octets, other.octets());
}

RC_GTEST_PROP(Divide, PartsNeitherOverlapNorLeaveAnythingOut, ()) {
    const Prefix network{*test::any_ip(), static_cast<std::uint8_t>(*rc::gen::inRange(8, 24))};
    const auto hosts = *rc::gen::resize(
        8, rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(1, 300)));
    const Result<Division> division = divide(network, hosts);
    RC_PRE(division.has_value());
    std::vector<Prefix> parts = division->free;
    for (const Allotment& one : division->subnets) {
        RC_ASSERT(hosts_of(one.subnet).count >= AddressCount{one.wanted});
        parts.insert(parts.begin() + (&one - division->subnets.data()), one.subnet);
    }
    RC_ASSERT(parts.front().network() == network.network());
    RC_ASSERT(parts.back().broadcast() == network.broadcast());
    for (std::size_t i = 1; i < parts.size(); ++i)
        RC_ASSERT(is_next(parts[i - 1].broadcast(), parts[i].network()));
}

}  // namespace
}  // namespace sockeye
