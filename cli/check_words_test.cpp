#include "cli/check_words.hpp"

#include <gtest/gtest.h>

namespace sockeye::cli {
namespace {

using Ranges = std::vector<PortRange>;

TEST(CheckWords, AHostAndItsPorts) {
    const auto question = parse_check({"10.0.0.1", "22", "http", "1-1024"}).value();
    EXPECT_EQ(question.host, "10.0.0.1");
    EXPECT_EQ(question.ports, (Ranges{{22, 22}, {80, 80}, {1, 1024}}));
    EXPECT_FALSE(question.transport);
}

TEST(CheckWords, AnAddressWithItsPort) {
    const auto question = parse_check({"udp://10.0.0.1:53"}).value();
    EXPECT_EQ(question.host, "10.0.0.1");
    EXPECT_EQ(question.ports, (Ranges{{53, 53}}));
    EXPECT_EQ(question.transport, Transport::udp);
    EXPECT_EQ(parse_check({"web.example:80", "443"})->ports, (Ranges{{80, 80}, {443, 443}}));
    EXPECT_EQ(parse_check({"[::1]:80"})->host, "::1");
}

TEST(CheckWords, AnIpv6AddressAloneIsAHost) {
    EXPECT_EQ(parse_check({"::1", "80"})->host, "::1");
    EXPECT_EQ(parse_check({"fe80::1%2", "80"})->host, "fe80::1%2");
}

TEST(CheckWords, PortsAloneAreThisMachines) {
    const auto question = parse_check({"9001", "1-1024"}).value();
    EXPECT_FALSE(question.host);
    EXPECT_EQ(question.ports, (Ranges{{9001, 9001}, {1, 1024}}));
}

TEST(CheckWords, AMistakeIsNamed) {
    EXPECT_EQ(parse_check({"10.0.0.1"}).error().detail(),
              "which ports of 10.0.0.1? Such as: sockeye check 10.0.0.1 22 80 8000-8100");
    for (const char* word : {"10.0.0.1:0", "unix:/run/x", "10.0.0.1:65536", "65536", "sctp://10.0.0.1:1"})
        EXPECT_FALSE(parse_check({word})) << word;
    EXPECT_FALSE(parse_check({"10.0.0.1", "no-such-service"}));
}

}  // namespace
}  // namespace sockeye::cli
