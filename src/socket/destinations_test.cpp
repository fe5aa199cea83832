#include "socket/destinations.hpp"

#include <gtest/gtest.h>

namespace sockeye::backend {
namespace {

Destination to(std::string_view address, std::string_view source) {
    const Result<IpAddress> from = IpAddress::parse(source);
    return {.address = Address{IpAddress::parse(address).value(), 0},
            .source = from ? std::optional{*from} : std::nullopt};
}

/// The examples of RFC 6724 §10.2, and what its rules say where that has none.
TEST(Destinations, AreOrderedAsRfc6724Says) {
    const auto prefers = [](const Destination& first, const Destination& second) {
        return is_preferred(first, second) && !is_preferred(second, first);
    };
    EXPECT_TRUE(prefers(to("198.51.100.121", "198.51.100.117"), to("2001:db8:1::1", "fe80::1"))) << "rule 2";
    EXPECT_TRUE(prefers(to("2001:db8:1::1", "2001:db8:1::2"), to("198.51.100.121", "169.254.13.78")))
        << "rule 2";
    EXPECT_TRUE(prefers(to("2001:db8:1::1", "2001:db8:1::2"), to("10.1.2.3", "10.1.2.4"))) << "rule 6";
    EXPECT_TRUE(prefers(to("fe80::1", "fe80::2"), to("2001:db8:1::1", "2001:db8:1::2"))) << "rule 8";
    EXPECT_TRUE(prefers(to("2001:db8:1::1", "2001:db8:1::2"), to("2001:db8:3ffe::1", "2001:db8:3f44::2")))
        << "rule 9";
    EXPECT_TRUE(
        prefers(to("2002:c633:6401::1", "2002:c633:6401::2"), to("2001:db8:1::1", "2002:c633:6401::2")))
        << "rule 5";
    EXPECT_TRUE(prefers(to("2001:db8:1::1", "2001:db8:1::2"), to("2002:c633:6401::1", "2002:c633:6401::2")))
        << "rule 6";
    EXPECT_TRUE(prefers(to("192.0.2.1", "192.0.2.2"), to("2001:db8:1::1", "nowhere"))) << "rule 1";
    EXPECT_TRUE(prefers(to("::1", "::1"), to("127.0.0.1", "127.0.0.1"))) << "rule 6";
}

TEST(Destinations, OneThatIsLeftForFromADeprecatedAddressStandsBehind_Rfc6724_6_Rule3) {
    Destination old = to("2001:db8:1::1", "2001:db8:1::2");
    old.has_deprecated_source = true;
    EXPECT_TRUE(is_preferred(to("2001:db8:3::1", "2001:db8:3::2"), old));
    EXPECT_TRUE(is_preferred(to("198.51.100.1", "198.51.100.2"), old)) << "rule 6 comes later";
    EXPECT_TRUE(is_preferred(old, to("2001:db8:3::1", "fe80::2"))) << "rule 2 comes first";
    EXPECT_TRUE(is_preferred(old, to("2001:db8:3::1", "nowhere"))) << "and rule 1";
}

TEST(Destinations, OfIPv4LongerPrefixesInCommonAreNoReason) {
    EXPECT_FALSE(is_preferred(to("10.0.0.1", "10.0.0.2"), to("203.0.113.1", "10.0.0.2")));
    EXPECT_FALSE(is_preferred(to("203.0.113.1", "10.0.0.2"), to("10.0.0.1", "10.0.0.2")));
}

}  // namespace
}  // namespace sockeye::backend
