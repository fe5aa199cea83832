#include "sockeye/address.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <stdexcept>
#include <string>

#include "test/support/generators.hpp"

namespace sockeye {
namespace {

std::string mistake_in(std::string_view text) {
    const auto parsed = Address::parse(text);
    if (parsed) return "nothing: " + parsed->to_string();
    EXPECT_EQ(parsed.error(), Errc::invalid_argument);
    return std::string{parsed.error().detail()};
}

TEST(AddressLiterals, ArePythonsPair) {
    EXPECT_EQ((Address{"", 80}).to_string(), "0.0.0.0:80");
    EXPECT_EQ((Address{"<broadcast>", 67}).to_string(), "255.255.255.255:67");
    EXPECT_EQ((Address{"10.0.0.1", 9001}).to_string(), "10.0.0.1:9001");
    EXPECT_EQ((Address{"::1", 9001}).to_string(), "[::1]:9001");
    EXPECT_EQ((Address{"fe80::1%2", 9001}).scope(), 2U);
}

TEST(AddressLiterals, ThrowWhereTheProgramIsWrong) {
    try {
        const Address address{"10.0.0.256", 80};
        FAIL() << address.to_string();
    } catch (const std::invalid_argument& thrown) {
        EXPECT_STREQ(thrown.what(), "Address: 256 in 10.0.0.256 is more than 255");
    }
    EXPECT_THROW((Address{"localhost", 80}), std::invalid_argument);
}

TEST(AddressText, HasOneGrammar) {
    EXPECT_EQ(Address::parse("10.0.0.1:9001").value(), (Address{"10.0.0.1", 9001}));
    EXPECT_EQ(Address::parse("[2001:db8::1]:9001").value(), (Address{"2001:db8::1", 9001}));
    EXPECT_EQ(Address::parse("[fe80::1%2]:9001").value(), (Address{"fe80::1%2", 9001}));
    EXPECT_EQ(Address::parse(":9001").value(), (Address{"::", 9001}));
    EXPECT_EQ(Address::parse("0.0.0.0:0").value(), Address{});
    EXPECT_EQ(Address::parse("unix:/run/chat").value().path(), "/run/chat");
    EXPECT_EQ(Address::parse("unix:@chat").value().path(), "@chat");
    EXPECT_EQ(Address::parse("unix:@chat").value().family(), Family::unix_);
    EXPECT_EQ(Address::parse("unix:/a://b:c").value().path(), "/a://b:c");
}

TEST(AddressText, MistakesAreNamedWithTheirRemedy) {
    EXPECT_EQ(mistake_in("10.0.0.1"), "10.0.0.1 has no port: write 10.0.0.1:9001");
    EXPECT_EQ(mistake_in("2001:db8::1"), "2001:db8::1 has no port: write [2001:db8::1]:9001");
    EXPECT_EQ(mistake_in("[2001:db8::1]"), "[2001:db8::1] has no port: write [2001:db8::1]:9001");
    EXPECT_EQ(mistake_in("fe80::1%2"), "fe80::1%2 has no port: write [fe80::1%2]:9001");
    EXPECT_EQ(mistake_in("1:2:3:4:5:6:7:8:9001"),
              "1:2:3:4:5:6:7:8:9001 lacks brackets: write [1:2:3:4:5:6:7:8]:9001");
    EXPECT_EQ(mistake_in("web:80:90"),
              "web:80:90 has more than one ':': write host:port, or [address]:port for IPv6");
    EXPECT_EQ(mistake_in("9001"), "9001 is a port alone: write :9001 or 127.0.0.1:9001");
    EXPECT_EQ(mistake_in("10.0.0.1:70000"), "port 70000 is more than 65535");
    EXPECT_EQ(mistake_in("10.0.0.1:080"), "leading zero in port 080");
    EXPECT_EQ(mistake_in("10.0.0.1:http"), "port http is not a number");
    EXPECT_EQ(mistake_in("10.0.0.1:-1"), "port -1 is not a number");
    EXPECT_EQ(mistake_in("10.0.0.1:"), "the port after ':' is missing: write a number such as :9001");
    EXPECT_EQ(mistake_in("10.0.0.256:80"), "256 in 10.0.0.256 is more than 255");
    EXPECT_EQ(mistake_in("web.example:80"), "web.example is not an IP address: 'web' is not a number");
    EXPECT_EQ(mistake_in("[::1:80"), "the '[' of [::1:80 has no ']'");
    EXPECT_EQ(mistake_in("[::1]80"), "only ':' and a port may follow the ']' of [::1]80");
    EXPECT_EQ(mistake_in("[10.0.0.1]:80"), "brackets are for IPv6: write 10.0.0.1:80");
    EXPECT_EQ(mistake_in("tcp://10.0.0.1:80"),
              "tcp://10.0.0.1:80 starts with a scheme, which an address does not have: write 10.0.0.1:80");
    EXPECT_EQ(mistake_in(""), "nothing stands where an address belongs: write 10.0.0.1:9001");
}

TEST(AddressScopes, AreAnInterfacesNumberOnIpv6Alone_RFC4007_11) {
    EXPECT_EQ(mistake_in("[fe80::1%eth0]:80"),
              "scope 'eth0' is not an interface's number: write %2, as ip link shows it");
    EXPECT_EQ(mistake_in("[fe80::1%]:80"),
              "scope '' is not an interface's number: write %2, as ip link shows it");
    EXPECT_EQ(mistake_in("10.0.0.1%2:80"), "10.0.0.1 cannot have a scope: only an IPv6 address can");
}

TEST(UnixPaths, HoldAtMost107Octets) {
    EXPECT_EQ(Address::unix_path(std::string(107, 'a')).value().path().size(), 107U);
    EXPECT_EQ(Address::unix_path(std::string(108, 'a')).error().detail(),
              "a unix path of 108 octets: at most 107 are possible");
    EXPECT_EQ(mistake_in("unix:"), "unix: has no path: write unix:/run/chat or unix:@chat");
    EXPECT_EQ(mistake_in("unix:@"), "unix:@ has no name: write unix:@chat");
    EXPECT_EQ(Address::unix_path(std::string_view{"a\0b", 3}).error(), Errc::invalid_argument);
}

TEST(UnixPaths, AreEmptyForASocketThatWasNeverBound) {
    const Address unnamed = Address::unix_path("").value();
    EXPECT_EQ(unnamed.family(), Family::unix_);
    EXPECT_EQ(unnamed.path(), "");
}

RC_GTEST_PROP(AddressText, IsReadBackAsTheSameAddress, (std::uint16_t port)) {
    const IpAddress ip = *test::any_ip();
    const auto scope = ip.family() == Family::inet6 ? *rc::gen::arbitrary<std::uint32_t>() : 0;
    const Address address{ip, port, scope};
    RC_ASSERT(Address::parse(address.to_string()).value() == address);
}

RC_GTEST_PROP(AddressText, OfAnyContentIsReadOrRefused, (const std::string& text)) {
    const auto parsed = Address::parse(text);
    if (parsed && !text.starts_with("unix:"))
        RC_ASSERT(Address::parse(parsed->to_string()).value() == *parsed);
    if (!parsed) RC_ASSERT(!parsed.error().detail().empty());
}

}  // namespace
}  // namespace sockeye
