#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "sockeye/address.hpp"
#include "test/support/generators.hpp"

namespace sockeye {
namespace {

std::string mistake_in(std::string_view text) {
    const auto parsed = Target::parse(text);
    if (parsed) return "nothing: " + parsed->to_string();
    EXPECT_EQ(parsed.error(), Errc::invalid_argument);
    return std::string{parsed.error().detail()};
}

TEST(TargetText, IsATransportANameOrNumberAndAPort) {
    const Target web = Target::parse("tcp://web.example:80").value();
    EXPECT_EQ(web.transport, Transport::tcp);
    EXPECT_EQ(web.host, "web.example");
    EXPECT_EQ(web.port, 80);

    const Target dns = Target::parse("udp://10.0.0.1:53").value();
    EXPECT_EQ(dns.transport, Transport::udp);
    EXPECT_EQ(dns.host, "10.0.0.1");
}

TEST(TargetText, IsTcpUnlessSaid) {
    EXPECT_EQ(Target::parse("localhost:9001").value(), (Target{"localhost", 9001}));
    EXPECT_EQ(Target::parse("localhost:9001").value().transport, Transport::tcp);
}

TEST(TargetText, TakesEveryFormOfAnAddress) {
    EXPECT_EQ(Target::parse("10.0.0.1:9001").value().numeric().value(), (Address{"10.0.0.1", 9001}));
    EXPECT_EQ(Target::parse("[fe80::1%2]:9001").value().numeric().value(), (Address{"fe80::1%2", 9001}));
    EXPECT_EQ(Target::parse(":9001").value().numeric().value(), (Address{"::", 9001}));
    EXPECT_EQ(Target::parse("unix:/run/chat").value().numeric().value().path(), "/run/chat");
    EXPECT_EQ(Target::parse("udp://:53").value().host, "");
}

TEST(TargetText, MistakesAreNamedWithTheirRemedy) {
    EXPECT_EQ(mistake_in("10.0.0.1"), "10.0.0.1 has no port: write 10.0.0.1:9001");
    EXPECT_EQ(mistake_in("udp://10.0.0.1"), "10.0.0.1 has no port: write 10.0.0.1:9001");
    EXPECT_EQ(mistake_in("web.example"), "web.example has no port: write web.example:9001");
    EXPECT_EQ(mistake_in("http://web.example:80"),
              "unknown scheme 'http': write tcp://host:port, udp://host:port or unix:/path");
    EXPECT_EQ(mistake_in("web.example:70000"), "port 70000 is more than 65535");
    EXPECT_EQ(mistake_in("10.0.0.256:80"), "256 in 10.0.0.256 is more than 255");
    EXPECT_EQ(mistake_in("01.2.3.4:80"), "leading zero in 01.2.3.4");
    EXPECT_EQ(mistake_in("10.0.1:80"), "10.0.1 has 3 parts: an IPv4 address has 4, such as 10.0.0.1");
    EXPECT_EQ(mistake_in("web example:80"), "' ' cannot stand in a name: web example");
    EXPECT_EQ(mistake_in("web..example:80"), "an empty label in the name web..example");
    EXPECT_EQ(mistake_in("[web.example]:80"), "brackets are for IPv6: write web.example:80");
    EXPECT_EQ(mistake_in("unix:"), "unix: has no path: write unix:/run/chat or unix:@chat");
}

TEST(TargetNames, HaveTheSizesOfDns_RFC1035_2_3_4) {
    const std::string label(63, 'a');
    EXPECT_TRUE(Target::parse(label + ".example:80").has_value());
    EXPECT_FALSE(Target::parse(label + "a.example:80").has_value());
    const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
    EXPECT_EQ(longest.size(), 253U);
    EXPECT_TRUE(Target::parse(longest + ":80").has_value());
    EXPECT_TRUE(Target::parse(longest + ".:80").has_value());  // the root's dot does not count
    EXPECT_FALSE(Target::parse(longest + "a:80").has_value());
}

TEST(TargetNames, MayNotEndInANumberButMayBeginWithOne_RFC1123_2_1) {
    EXPECT_TRUE(Target::parse("3com.example:80").has_value());
    EXPECT_EQ(mistake_in("example.1:80"), "example.1 is not an IP address: 'example' is not a number");
}

TEST(TargetNumeric, IsLoopbackForLocalhost_RFC6761_6_3) {
    const Address loopback{"127.0.0.1", 80};
    EXPECT_EQ((Target{"localhost", 80}.numeric().value()), loopback);
    EXPECT_EQ((Target{"LocalHost.", 80}.numeric().value()), loopback);
    EXPECT_EQ((Target{"web.localhost", 80}.numeric().value()), loopback);
    EXPECT_EQ((Target{"notlocalhost", 80}.numeric().error()), Errc::name_not_found);
}

TEST(TargetNumeric, DoesNotKnowOtherNames) {
    const auto numeric = Target{"web.example", 80}.numeric();
    EXPECT_EQ(numeric.error(), Errc::name_not_found);
    EXPECT_EQ(numeric.error().detail(), "web.example is a name, and a numeric address is needed here");
}

RC_GTEST_PROP(TargetText, IsReadBackAsTheSameTarget, (std::uint16_t port)) {
    const std::string name = *rc::gen::element<std::string>("web.example", "localhost", "a-b.c_d.e", "");
    Target target = *rc::gen::arbitrary<bool>() ? Target{name, port} : Target{Address{*test::any_ip(), port}};
    target.transport = *rc::gen::element(Transport::tcp, Transport::udp);
    RC_ASSERT(Target::parse(target.to_string()).value() == target);
}

RC_GTEST_PROP(TargetText, OfAnAddressNamesThatAddress, (std::uint16_t port)) {
    const Address address{*test::any_ip(), port};
    RC_ASSERT(Target{address}.numeric().value() == address);
    RC_ASSERT(Target::parse(address.to_string()).value().numeric().value() == address);
}

RC_GTEST_PROP(TargetText, OfAnyContentIsReadOrRefused, (const std::string& text)) {
    const auto parsed = Target::parse(text);
    if (parsed) RC_ASSERT(Target::parse(parsed->to_string()).value() == *parsed);
    if (!parsed) RC_ASSERT(!parsed.error().detail().empty());
}

}  // namespace
}  // namespace sockeye
