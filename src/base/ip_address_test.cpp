#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <optional>
#include <ranges>
#include <string>

#include "sockeye/address.hpp"
#include "test/support/generators.hpp"

namespace sockeye {
namespace {

using test::any_ip;

/// What is wrong with `text`, in the words of the detail.
std::string mistake_in(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    if (parsed) return "nothing: " + parsed->to_string();
    EXPECT_EQ(parsed.error(), Errc::invalid_argument);
    return std::string{parsed.error().detail()};
}

std::string normal_form(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    return parsed ? parsed->to_string() : std::string{parsed.error().detail()};
}

TEST(Ipv4Text, MistakesAreNamed) {
    EXPECT_EQ(mistake_in("10.0.0.256"), "256 in 10.0.0.256 is more than 255");
    EXPECT_EQ(mistake_in("01.2.3.4"), "leading zero in 01.2.3.4");
    EXPECT_EQ(mistake_in("10.0.1"), "10.0.1 has 3 parts: an IPv4 address has 4, such as 10.0.0.1");
    EXPECT_EQ(mistake_in("1.2.3.4.5"), "1.2.3.4.5 has 5 parts: an IPv4 address has 4, such as 10.0.0.1");
    EXPECT_EQ(mistake_in("10..0.1"), "a part is missing in 10..0.1");
    EXPECT_EQ(mistake_in("1.2.3.x"), "1.2.3.x is not an IP address: 'x' is not a number");
    EXPECT_EQ(mistake_in("web"), "'web' is not an IP address");
    EXPECT_EQ(mistake_in(""), "nothing stands where an IP address belongs: write 10.0.0.1");
    EXPECT_EQ(mistake_in("99999999999999999999.0.0.1"),
              "99999999999999999999 in 99999999999999999999.0.0.1 is more than 255");
}

TEST(Ipv6Text, MistakesAreNamed) {
    EXPECT_EQ(mistake_in("1:2:3:4:5:6:7"),
              "1:2:3:4:5:6:7 has 7 groups: an IPv6 address has 8, or '::' for those that are zero");
    EXPECT_EQ(mistake_in("1:2:3:4:5:6:7:8:9"),
              "1:2:3:4:5:6:7:8:9 has 9 groups: an IPv6 address has 8, or '::' for those that are zero");
    EXPECT_EQ(mistake_in("1::2::3"), "more than one '::' in 1::2::3");
    EXPECT_EQ(mistake_in(":::"), "more than one '::' in :::");
    EXPECT_EQ(mistake_in("1::2:3:4:5:6:7:8"),
              "1::2:3:4:5:6:7:8 has 8 groups and '::': nothing is left for it");
    EXPECT_EQ(mistake_in("fe80::g"), "'g' in fe80::g is not a hexadecimal digit");
    EXPECT_EQ(mistake_in("fe80::12345"), "12345 in fe80::12345 has more than 4 hexadecimal digits");
    EXPECT_EQ(mistake_in("1:"), "a group is missing at a ':' in 1:");
    EXPECT_EQ(mistake_in("::1.2.3.4:5"), "the dotted part of ::1.2.3.4:5 must stand last");
    EXPECT_EQ(mistake_in("::1.2.3.256"), "256 in 1.2.3.256 is more than 255");
}

TEST(IpText, FromOutsideIsShortenedAndMadePrintableInADetail) {
    const std::string hostile = "\x1b[2J\n" + std::string(100'000, 'a');
    EXPECT_EQ(mistake_in(hostile), "'?[2J?" + std::string(59, 'a') + "...' is not an IP address");
}

TEST(Ipv6Text, ShortensTheLongestRunOfZeros_RFC5952_4_2) {
    EXPECT_EQ(normal_form("2001:db8:0:0:0:0:2:1"), "2001:db8::2:1");
    EXPECT_EQ(normal_form("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");  // never a single one
    EXPECT_EQ(normal_form("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
    EXPECT_EQ(normal_form("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");  // the first of equals
    EXPECT_EQ(normal_form("0:0:0:0:0:0:0:0"), "::");
    EXPECT_EQ(normal_form("0:0:0:0:0:0:0:1"), "::1");
    EXPECT_EQ(normal_form("1:0:0:0:0:0:0:0"), "1::");
}

TEST(Ipv6Text, IsLowerCaseWithoutLeadingZeros_RFC5952_4_1_and_4_3) {
    EXPECT_EQ(normal_form("2001:0DB8::00AB"), "2001:db8::ab");
}

TEST(Ipv6Text, ShowsAMappedIpv4AddressDotted_RFC5952_5) {
    EXPECT_EQ(normal_form("::ffff:c000:201"), "::ffff:192.0.2.1");
    EXPECT_EQ(normal_form("64:ff9b::192.0.2.33"), "64:ff9b::c000:221");
}

TEST(IpKinds, AreThoseOfTheRFCs) {
    const auto ip = [](std::string_view text) { return IpAddress::parse(text).value(); };
    EXPECT_TRUE(ip("0.0.0.0").is_unspecified());
    EXPECT_TRUE(ip("::").is_unspecified());
    EXPECT_FALSE(ip("0.0.0.1").is_unspecified());
    EXPECT_TRUE(ip("127.255.0.1").is_loopback());
    EXPECT_TRUE(ip("::1").is_loopback());
    EXPECT_FALSE(ip("128.0.0.1").is_loopback());
    EXPECT_TRUE(ip("224.0.0.0").is_multicast());
    EXPECT_TRUE(ip("239.255.255.255").is_multicast());
    EXPECT_FALSE(ip("240.0.0.0").is_multicast());
    EXPECT_TRUE(ip("ff02::1").is_multicast());
    EXPECT_TRUE(ip("255.255.255.255").is_broadcast());
    EXPECT_FALSE(ip("10.0.0.255").is_broadcast());
}

RC_GTEST_PROP(IpText, IsReadBackAsTheSameAddress, ()) {
    const IpAddress address = *any_ip();
    const auto parsed = IpAddress::parse(address.to_string());
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == address);
}

/// The operating system's idea of the same text, for both families.
std::optional<IpAddress> system_parse(const std::string& text) {
    std::array<std::uint8_t, 4> v4{};
    if (inet_pton(AF_INET, text.c_str(), v4.data()) == 1) return IpAddress{v4};
    std::array<std::uint8_t, 16> v6{};
    if (inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return IpAddress{v6};
    return std::nullopt;
}

std::string system_text(const IpAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = address.family() == Family::inet ? AF_INET : AF_INET6;
    return inet_ntop(family, address.octets().data(), text.data(), text.size());
}

/// IPv4-compatible addresses, obsolete by RFC 4291 §2.5.5.1, which inet_ntop still shows dotted.
bool is_v4_compatible(const IpAddress& address) {
    return address.family() == Family::inet6 &&
           std::ranges::all_of(address.octets().first(12), [](std::uint8_t octet) { return octet == 0; });
}

RC_GTEST_PROP(IpText, IsWhatInetNtopWrites, ()) {
    const IpAddress address = *any_ip();
    RC_PRE(!is_v4_compatible(address));
    RC_ASSERT(address.to_string() == system_text(address));
}

/// An address with a few characters changed, left out or put in: near enough to be interesting.
std::string almost_an_address() {
    std::string text = (*any_ip()).to_string();
    const int edits = *rc::gen::inRange(0, 4);
    for (int i = 0; i < edits; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
        const char c = *rc::gen::elementOf(std::string{"0123456789afAFg:::...% "});
        const int kind = *rc::gen::inRange(0, 3);
        if (kind == 0) text.insert(at, 1, c);
        if (kind == 1 && at < text.size()) text[at] = c;
        if (kind == 2 && at < text.size()) text.erase(at, 1);
    }
    return text;
}

RC_GTEST_PROP(IpText, IsAcceptedWhereInetPtonAcceptsItAndMeansTheSame, ()) {
    const std::string text = almost_an_address();
    const auto ours = IpAddress::parse(text);
    const auto system = system_parse(text);
    RC_CLASSIFY(system.has_value(), "valid");
    RC_LOG() << text << '\n';
    RC_ASSERT(ours.has_value() == system.has_value());
    if (ours) RC_ASSERT(*ours == *system);
}

Prefix prefix(std::string_view text) {
    return Prefix::parse(text).value();
}

TEST(Prefixes, ContainTheAddressesThatShareTheirLeadingBits_RFC4632) {
    EXPECT_TRUE(prefix("10.0.0.1/24").contains(IpAddress::parse("10.0.0.255").value()));
    EXPECT_FALSE(prefix("10.0.0.1/24").contains(IpAddress::parse("10.0.1.0").value()));
    EXPECT_TRUE(prefix("10.0.0.1/0").contains(IpAddress::parse("203.0.113.9").value()));
    EXPECT_FALSE(prefix("10.0.0.1/32").contains(IpAddress::parse("10.0.0.2").value()));
    EXPECT_TRUE(prefix("10.0.0.130/25").contains(IpAddress::parse("10.0.0.200").value()));
    EXPECT_FALSE(prefix("10.0.0.130/25").contains(IpAddress::parse("10.0.0.100").value()));
    EXPECT_TRUE(prefix("2001:db8::/33").contains(IpAddress::parse("2001:db8:7fff::1").value()));
    EXPECT_FALSE(prefix("2001:db8::/33").contains(IpAddress::parse("2001:db8:8000::1").value()));
}

TEST(Prefixes, OfOneFamilyContainNothingOfTheOther) {
    EXPECT_FALSE(prefix("0.0.0.0/0").contains(IpAddress::any(Family::inet6)));
    EXPECT_FALSE(prefix("::/0").contains(IpAddress::any(Family::inet)));
}

TEST(Prefixes, HaveANetworkAndABroadcastAddress) {
    EXPECT_EQ(prefix("192.168.5.77/20").network().to_string(), "192.168.0.0");
    EXPECT_EQ(prefix("192.168.5.77/20").broadcast().to_string(), "192.168.15.255");
    EXPECT_EQ(prefix("10.0.0.1/32").network(), prefix("10.0.0.1/32").broadcast());
    EXPECT_EQ(prefix("10.0.0.1/0").broadcast().to_string(), "255.255.255.255");
    EXPECT_EQ(prefix("2001:db8::5/126").broadcast().to_string(), "2001:db8::7");
}

TEST(Prefixes, AreWrittenWithANetmaskToo_RFC4632_5_1) {
    EXPECT_EQ(prefix("192.168.1.1/255.255.255.0"), prefix("192.168.1.1/24"));
    EXPECT_EQ(prefix("192.168.1.1/0.0.0.0").bits, 0);
    EXPECT_EQ(prefix("192.168.1.1/255.255.255.255").bits, 32);
    EXPECT_EQ(prefix("192.168.1.1/20").netmask().to_string(), "255.255.240.0");
    EXPECT_EQ(prefix("2001:db8::1/33").netmask().to_string(), "ffff:ffff:8000::");
}

TEST(Prefixes, MistakesInThemAreNamed) {
    const auto mistake = [](std::string_view text) {
        return std::string{Prefix::parse(text).error().detail()};
    };
    EXPECT_EQ(mistake("10.0.0.1"), "10.0.0.1 has no prefix length: write 10.0.0.1/24");
    EXPECT_EQ(mistake("fe80::1"), "fe80::1 has no prefix length: write fe80::1/64");
    EXPECT_EQ(mistake("10.0.0.1/33"), "prefix length '33' of 10.0.0.1/33 is not a number from 0 to 32");
    EXPECT_EQ(mistake("fe80::/129"), "prefix length '129' of fe80::/129 is not a number from 0 to 128");
    EXPECT_EQ(mistake("10.0.0.1/"), "prefix length '' of 10.0.0.1/ is not a number from 0 to 32");
    EXPECT_EQ(mistake("10.0.0.300/24"), "300 in 10.0.0.300 is more than 255");
    EXPECT_EQ(mistake("10.0.0.1/255.255.256.0"), "256 in 255.255.256.0 is more than 255");
    EXPECT_EQ(mistake("10.0.0.1/255.0.255.0"),
              "netmask 255.0.255.0 of 10.0.0.1/255.0.255.0 has ones behind a zero: write one such as "
              "255.255.255.0, or /24");
    EXPECT_EQ(mistake("fe80::/255.0.0.0"),
              "prefix length '255.0.0.0' of fe80::/255.0.0.0 is not a number from 0 to 128");
}

RC_GTEST_PROP(Prefixes, AreReadBackTheSameAndHoldTheirOwnEnds, ()) {
    const IpAddress address = *any_ip();
    const auto bits = *rc::gen::inRange<unsigned>(0, static_cast<unsigned>(8 * address.size() + 1));
    const Prefix made{address, static_cast<std::uint8_t>(bits)};
    RC_ASSERT(Prefix::parse(made.to_string()).value() == made);
    RC_ASSERT(made.contains(address));
    RC_ASSERT(made.contains(made.network()));
    RC_ASSERT(made.contains(made.broadcast()));
    RC_ASSERT(made.network() <= address);
    RC_ASSERT(address <= made.broadcast());
}

}  // namespace
}  // namespace sockeye
