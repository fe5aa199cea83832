// Which address a host speaks from (RFC 6724 §5, §10.1), and how far addresses mean something.
#include "network/source_selection.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "network/scope.hpp"

namespace sockeye::network {
namespace {

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

std::string chosen(std::vector<std::string_view> candidates, std::string_view target,
                   std::string_view next_hop = {}, std::vector<IpAddress> deprecated = {}) {
    std::vector<Prefix> own;
    for (const std::string_view candidate : candidates) own.push_back(Prefix::parse(candidate).value());
    const Prefix* best = choose_source(own, deprecated, ip(target), ip(next_hop.empty() ? target : next_hop));
    return best == nullptr ? "none" : best->address.to_string();
}

TEST(SourceSelection, TheExamplesOfRfc6724_10_1) {
    // Prefer appropriate scope.
    EXPECT_EQ(chosen({"2001:db8:3::1/64", "fe80::1/64"}, "2001:db8:1::1"), "2001:db8:3::1");
    EXPECT_EQ(chosen({"2001:db8:3::1/64", "fe80::1/64"}, "ff05::1"), "2001:db8:3::1");
    EXPECT_EQ(chosen({"fe80::1/64", "2001:db8:1::1/64"}, "2001:db8:1::1"), "2001:db8:1::1") << "the same";
    EXPECT_EQ(chosen({"fe80::2/64", "2001:db8:1::1/64"}, "fe80::1"), "fe80::2");
    // Longest matching prefix.
    EXPECT_EQ(chosen({"2001:db8:1::2/64", "2001:db8:3::2/64"}, "2001:db8:1::1"), "2001:db8:1::2");
    // Prefer matching label.
    EXPECT_EQ(chosen({"2002:c633:6401::2/64", "2001:db8:1::2/64"}, "2002:c633:6401::1"), "2002:c633:6401::2");
    EXPECT_EQ(chosen({"fd00::1/64", "2001:db8:1::1/64"}, "2001:db8:9::1"), "2001:db8:1::1");
    EXPECT_EQ(chosen({"fd00::1/64", "2001:db8:1::1/64"}, "fd77::1"), "fd00::1");
}

TEST(SourceSelection, ADeprecatedAddressIsAvoided_Rfc6724_5_Rule3) {
    const std::vector<IpAddress> old{ip("2001:db8:1::2")};
    EXPECT_EQ(chosen({"2001:db8:1::2/64", "2001:db8:3::2/64"}, "2001:db8:1::1", "fe80::1", old),
              "2001:db8:3::2")
        << "though the other one has more of the target's bits";
    EXPECT_EQ(chosen({"2001:db8:1::2/64", "2001:db8:3::2/64"}, "2001:db8:1::2", "fe80::1", old),
              "2001:db8:1::2")
        << "rule 1 stands before it";
    EXPECT_EQ(chosen({"2001:db8:1::2/64", "fe80::2/64"}, "2001:db8:9::1", "fe80::1", old), "2001:db8:1::2")
        << "and so does rule 2";
    EXPECT_EQ(chosen({"2001:db8:1::2/64"}, "2001:db8:9::1", "fe80::1", old), "2001:db8:1::2")
        << "it is valid: where there is no other, it serves";
}

TEST(SourceSelection, IPv4GoesByTheSameRules) {
    EXPECT_EQ(chosen({"10.0.0.1/24", "172.16.0.1/16"}, "192.0.2.1", "172.16.0.254"), "172.16.0.1");
    EXPECT_EQ(chosen({"169.254.7.7/16", "10.0.0.1/24"}, "192.0.2.1"), "10.0.0.1");
    EXPECT_EQ(chosen({"10.0.0.1/24", "10.0.0.2/24"}, "10.0.0.9"), "10.0.0.1") << "the first of equals";
    EXPECT_EQ(chosen({"fe80::1/64"}, "10.0.0.9"), "none");
}

TEST(Scope, AnInterfaceHasTheLinkLocalAddressOfItsMac_Rfc4291_A) {
    const wire::MacAddress mac{{0x00, 0x00, 0x5e, 0x00, 0x53, 0x01}};
    EXPECT_EQ(link_local(mac).to_string(), "fe80::200:5eff:fe00:5301/64");
    EXPECT_EQ(with_interface_identifier(ip("2001:db8::"), mac).to_string(),
              "2001:db8::200:5eff:fe00:5301/64");
}

TEST(Scope, GroupsAndTheirEthernetAddresses_Rfc4291_2_7_1_Rfc2464_7_Rfc1112_6_4) {
    EXPECT_EQ(solicited_node(ip("4037::01:800:200e:8c6c")), ip("ff02::1:ff0e:8c6c"));
    EXPECT_EQ(multicast_mac(ip("ff02::1:ff0e:8c6c")).to_string(), "33:33:ff:0e:8c:6c");
    EXPECT_EQ(multicast_mac(ip("224.128.64.32")).to_string(), "01:00:5e:00:40:20") << "23 bits of it";
    EXPECT_EQ(scope_of(ip("ff05::2")), Scope::site);
    EXPECT_EQ(scope_of(ip("fe80::1")), Scope::link);
    EXPECT_EQ(scope_of(ip("224.0.0.251")), Scope::link);
    EXPECT_EQ(scope_of(ip("10.0.0.1")), Scope::global);
}

TEST(Scope, IPv4InAnIPv6Address_Rfc4291_2_5_5_2) {
    EXPECT_EQ(v4_mapped(ip("10.0.0.1")), ip("::ffff:10.0.0.1"));
    EXPECT_TRUE(is_v4_mapped(ip("::ffff:10.0.0.1")));
    EXPECT_FALSE(is_v4_mapped(ip("::10.0.0.1")));
}

}  // namespace
}  // namespace sockeye::network
