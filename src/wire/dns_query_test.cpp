#include "wire/dns_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockeye::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

DnsName name(std::string_view text) {
    return DnsName::parse(text).value();
}
IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}
DnsRecord alias(std::string_view from, std::string_view to, std::uint32_t ttl) {
    return {.name = name(from), .type = DnsType::cname, .ttl = ttl, .data = name(to)};
}
DnsRecord address(std::string_view of, std::string_view is, std::uint32_t ttl) {
    return {.name = name(of), .type = DnsType::a, .ttl = ttl, .data = ip(is)};
}
DnsMessage reply(std::vector<DnsRecord> answers) {
    return {.id = 7,
            .is_response = true,
            .questions = {{.name = name("www.example")}},
            .answers = std::move(answers)};
}

TEST(DnsQuery, AsksForRecursionAndTakesMoreThan512Octets) {
    const DnsMessage query = make_dns_query(7, {.name = name("www.example"), .type = DnsType::aaaa});
    EXPECT_TRUE(query.recursion_desired);
    EXPECT_EQ(query.edns->udp_payload, 1232);
    EXPECT_EQ(parse_dns(write_dns(query)).value(), query);
}

TEST(DnsQuery, AReplyHasTheQuerysIdAndQuestion) {
    const DnsMessage query = make_dns_query(7, {.name = name("www.example")});
    EXPECT_TRUE(is_dns_reply_to(reply({}), query));
    DnsMessage other = reply({});
    other.questions[0].name = name("WWW.EXAMPLE");
    EXPECT_TRUE(is_dns_reply_to(other, query)) << "whatever the case (RFC 4343)";
    other.questions[0].name = name("evil.example");
    EXPECT_FALSE(is_dns_reply_to(other, query));
    other = reply({});
    other.id = 8;
    EXPECT_FALSE(is_dns_reply_to(other, query));
    EXPECT_FALSE(is_dns_reply_to(query, query)) << "a question is no reply";
    other = reply({});
    other.questions.clear();
    EXPECT_FALSE(is_dns_reply_to(other, query));
    other.code = DnsCode::format_error;
    EXPECT_TRUE(is_dns_reply_to(other, query));
}

TEST(DnsQuery, AliasesAreFollowedInWhateverOrderTheyStand) {
    const DnsFound found = find_in_dns_reply(
        reply({address("c.example", "192.0.2.1", 50), alias("b.example", "c.example", 20),
               address("other.example", "192.0.2.9", 1), alias("www.example", "b.example", 90)}));
    EXPECT_EQ(found.name, name("c.example"));
    EXPECT_THAT(found.aliases, ElementsAre(name("www.example"), name("b.example")));
    ASSERT_EQ(found.records.size(), 1U);
    EXPECT_EQ(std::get<IpAddress>(found.records[0].data), ip("192.0.2.1"));
    EXPECT_EQ(found.ttl, 20U) << "the shortest on the way";
}

TEST(DnsQuery, ACircleOfAliasesEnds) {
    const DnsFound found = find_in_dns_reply(
        reply({alias("www.example", "b.example", 1), alias("b.example", "www.example", 1)}));
    EXPECT_THAT(found.records, IsEmpty());
    EXPECT_EQ(found.ttl, 0U);
}

TEST(DnsQuery, ThatThereIsNoneMayBeKeptAsLongAsTheSoaSays) {
    DnsMessage none = reply({});
    EXPECT_EQ(negative_ttl(none), std::nullopt);
    none.authorities.push_back(
        {.name = name("example"), .type = DnsType::soa, .ttl = 300, .data = DnsSoa{.minimum = 60}});
    EXPECT_EQ(negative_ttl(none), 60U) << "RFC 2308 section 5";
}

TEST(DnsQuery, AnAddressHasANameOfItsOwn) {
    EXPECT_EQ(reverse_dns_name(ip("10.0.0.1")).to_string(), "1.0.0.10.in-addr.arpa");
    EXPECT_EQ(reverse_dns_name(ip("4321:0:1:2:3:4:567:89ab")).to_string(),
              "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa")
        << "RFC 3596 section 2.5";
}

TEST(DnsQuery, OverAStreamAMessageIsWholeWhenItsLengthIsThere) {
    const std::vector<std::byte> message = write_dns(reply({}));
    std::vector<std::byte> stream = frame_dns(message);
    for (std::size_t octets = 0; octets < stream.size(); ++octets)
        EXPECT_FALSE(unframe_dns(std::span{stream}.first(octets))) << octets;
    stream.push_back(std::byte{1});  // of the next
    const auto whole = unframe_dns(stream);
    ASSERT_TRUE(whole);
    EXPECT_TRUE(std::ranges::equal(*whole, message));
}

}  // namespace
}  // namespace sockeye::wire
