// The checklist's rows on addresses: MAC, netmask, IP, subnetting. Each test is the row it is named after.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "base/subnet.hpp"
#include "sockeye/address.hpp"
#include "test/lessons/sockeye.hpp"
#include "test/support/python.hpp"
#include "wire/ethernet.hpp"

namespace sockeye {
namespace {

using test::sockeye;
using testing::HasSubstr;

TEST(Lessons, Lesson005_AMacAddressHasThreeForms_AnOui_AndTwoBitsThatSayWhose) {
    const std::string bits =
        "OUI      3C-52-82 (the first 24 bits)\n"
        "I/G bit  0: individual, one station (unicast)\n"
        "U/L bit  0: universal, assigned by the maker\n";
    for (const char* form :
         {"3c-52-82-4f-01-9a", "3c:52:82:4f:01:9a", "3c52.824f.019a", "3C:52:82:4F:01:9A"}) {
        const test::Answer answer = sockeye({"mac", form});
        EXPECT_EQ(answer.exit, 0);
        EXPECT_EQ(answer.text,
                  "colons   3c:52:82:4f:01:9a\n"
                  "hyphens  3C-52-82-4F-01-9A\n"
                  "dots     3c52.824f.019a\n" +
                      bits);
    }
    // The fix: what a phone or a virtual machine made up is no maker's, and normal.
    EXPECT_THAT(sockeye({"mac", "02:00:00:00:00:65"}).text,
                testing::AllOf(HasSubstr("OUI      none"), HasSubstr("U/L bit  1: local")));
    EXPECT_THAT(sockeye({"mac", "ff:ff:ff:ff:ff:ff"}).text, HasSubstr("I/G bit  1: group, all stations"));
    EXPECT_THAT(sockeye({"mac", "01:00:5e:00:00:01"}).text, HasSubstr("I/G bit  1: group, many stations"));
    EXPECT_EQ(sockeye({"mac", "3c:52:82:4f:01"}).exit, 2);
}

/// "OWN PEER same": 10,000 pairs at random, near enough to each other that many are in one network.
constexpr const char* ten_thousand_pairs = R"(
import ipaddress, random
chance = random.Random(10)
for _ in range(10000):
    width = chance.choice((32, 128))
    make = ipaddress.IPv4Interface if width == 32 else ipaddress.IPv6Interface
    bits, own = chance.randint(0, width), chance.getrandbits(width)
    peer = own ^ chance.getrandbits(chance.randint(0, width))
    other_bits = bits if chance.random() < 0.9 else chance.randint(0, width)
    own, peer = make((own, bits)), make((peer, other_bits))
    print(own, peer, int(own.network == peer.network))
)";

TEST(Lessons, Lesson010_EqualNetworksUnderTheMaskAreOneLan_AsPythonSaysOfTenThousandPairs) {
    const test::Answer other = sockeye({"subnet", "same", "192.168.1.1/24", "192.168.2.1/24"});
    EXPECT_EQ(other.exit, 1);
    EXPECT_EQ(other.text,
              "own network     192.168.1.1 AND 255.255.255.0 = 192.168.1.0\n"
              "peer's network  192.168.2.1 AND 255.255.255.0 = 192.168.2.0\n"
              "compare         different: the peer is reached through a router\n");
    EXPECT_EQ(sockeye({"subnet", "same", "192.168.1.1/24", "192.168.1.254/24"}).exit, 0);

    const std::vector<std::string> pairs = test::python(ten_thousand_pairs);
    ASSERT_EQ(pairs.size(), 10'000U);
    int equal = 0;
    for (const std::string& pair : pairs) {
        std::istringstream words{pair};
        std::string own;
        std::string peer;
        bool same = false;
        words >> own >> peer >> same;
        ASSERT_EQ(is_same_network(Prefix::parse(own).value(), Prefix::parse(peer).value()), same) << pair;
        equal += same;
    }
    EXPECT_GT(equal, 2'000);  // else the pairs would prove little
    EXPECT_LT(equal, 8'000);
}

TEST(Lessons, Lesson020_AnIpAddressIsFourPartsFrom0To255_OrIpv6) {
    for (const char* text : {"0.0.0.0", "255.255.255.255", "192.168.1.1", "192.168.2.1", "::", "2001:db8::1",
                             "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"})
        EXPECT_EQ(IpAddress::parse(text).value().to_string(), text);
    for (const char* text : {"256.0.0.0", "0.0.0.256", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.-4",
                             "1.2.3.4 ", "0x1.2.3.4", "", "1:2:3:4:5:6:7", "::g", "1::2::3"})
        EXPECT_EQ(IpAddress::parse(text).error(), Errc::invalid_argument) << text;
    EXPECT_EQ(sockeye({"subnet", "show", "192.168.1.1/24"}).exit, 0);
    EXPECT_EQ(sockeye({"subnet", "show", "2001:db8::1/64"}).exit, 0);
    EXPECT_EQ(sockeye({"subnet", "show", "256.168.1.1/24"}).exit, 2);
    EXPECT_EQ(sockeye({"subnet", "show", "01.2.3.4/24"}).exit, 2);
}

TEST(Lessons, Lesson027_BorrowedHostBitsMakeSubnets_Slash31AndVlsmToo) {
    EXPECT_EQ(sockeye({"subnet", "split", "192.168.1.0/24", "--into", "4"}).text,
              "network           hosts  first          last           broadcast\n"
              "192.168.1.0/26    62     192.168.1.1    192.168.1.62   192.168.1.63\n"
              "192.168.1.64/26   62     192.168.1.65   192.168.1.126  192.168.1.127\n"
              "192.168.1.128/26  62     192.168.1.129  192.168.1.190  192.168.1.191\n"
              "192.168.1.192/26  62     192.168.1.193  192.168.1.254  192.168.1.255\n");
    EXPECT_EQ(sockeye({"subnet", "split", "10.0.0.0/30", "--into", "2"}).text,  // RFC 3021
              "network      hosts  first     last\n"
              "10.0.0.0/31  2      10.0.0.0  10.0.0.1\n"
              "10.0.0.2/31  2      10.0.0.2  10.0.0.3\n");
    EXPECT_EQ(sockeye({"subnet", "split", "192.168.1.0/24", "--hosts", "50,100,10"}).text,
              "network           hosts  first          last           for\n"
              "192.168.1.0/25    126    192.168.1.1    192.168.1.126  100\n"
              "192.168.1.128/26  62     192.168.1.129  192.168.1.190  50\n"
              "192.168.1.192/28  14     192.168.1.193  192.168.1.206  10\n"
              "192.168.1.208/28  14     192.168.1.209  192.168.1.222  free\n"
              "192.168.1.224/27  30     192.168.1.225  192.168.1.254  free\n");
}

}  // namespace
}  // namespace sockeye
