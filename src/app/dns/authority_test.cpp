#include "app/dns/authority.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/dns/zone_file.hpp"
#include "wire/dns_query.hpp"

namespace sockeye::app::dns {
namespace {

using wire::DnsCode;
using wire::DnsMessage;
using wire::DnsName;
using wire::DnsType;

DnsName name(std::string_view text) {
    return DnsName::parse(text).value();
}

struct AuthorityTest : testing::Test {
    Authority authority{{
        parse_zone(R"(
$TTL 300
@       SOA   ns hostmaster 1 1d 2h 4w 30
web     A     198.51.100.80
www     CNAME web
far     CNAME www.lab.example.
away    CNAME web.elsewhere.test.
lost    CNAME nobody
loop    CNAME pool
pool    CNAME loop
sub     NS    ns.sub
ns.sub  A     198.51.100.54
)",
                   name("example"))
            .value(),
        parse_zone("www A 198.51.100.81\n", name("lab.example")).value(),
    }};

    DnsMessage ask(std::string_view owner, DnsType type = DnsType::a) const {
        return authority.answer(wire::make_dns_query(7, {.name = name(owner), .type = type}));
    }
    /// "www.example web.example": whose records are in the answer.
    static std::string owners(const std::vector<wire::DnsRecord>& records) {
        std::string text;
        for (const wire::DnsRecord& record : records)
            text += (text.empty() ? "" : " ") + record.name.to_string();
        return text;
    }
};

TEST_F(AuthorityTest, AnswersWithAuthorityAndOffersNoRecursion_Rfc1034_4_3_1) {
    const DnsMessage reply = ask("web.example");
    EXPECT_EQ(reply.id, 7);
    EXPECT_TRUE(reply.is_response);
    EXPECT_TRUE(reply.authoritative);
    EXPECT_TRUE(reply.recursion_desired) << "as it was asked";
    EXPECT_FALSE(reply.recursion_available);
    EXPECT_EQ(reply.code, DnsCode::no_error);
    ASSERT_EQ(reply.answers.size(), 1U);
    EXPECT_EQ(reply.answers[0].ttl, 300U);
    EXPECT_TRUE(reply.edns) << "since the question had it (RFC 6891 section 7)";
}

TEST_F(AuthorityTest, FollowsAliasesThroughEveryZoneThatItServes) {
    EXPECT_EQ(owners(ask("www.example").answers), "www.example web.example");
    EXPECT_EQ(owners(ask("far.example").answers), "far.example www.lab.example");
    EXPECT_EQ(owners(ask("away.example").answers), "away.example") << "somebody else knows the rest";
    EXPECT_EQ(ask("away.example").code, DnsCode::no_error);
    EXPECT_EQ(owners(ask("www.example", DnsType::cname).answers), "www.example");
}

TEST_F(AuthorityTest, AliasesInACircleComeToAnEnd) {
    EXPECT_EQ(owners(ask("loop.example").answers), "loop.example pool.example");
}

TEST_F(AuthorityTest, SaysNxdomainOfNoNameAndNothingOfNoData_Rfc2308_2) {
    const DnsMessage no_name = ask("nobody.example");
    EXPECT_EQ(no_name.code, DnsCode::name_error);
    EXPECT_TRUE(no_name.authoritative);
    EXPECT_EQ(wire::negative_ttl(no_name), 30U);

    const DnsMessage no_data = ask("web.example", DnsType::aaaa);
    EXPECT_EQ(no_data.code, DnsCode::no_error);
    EXPECT_TRUE(no_data.answers.empty());
    EXPECT_EQ(wire::negative_ttl(no_data), 30U);
}

TEST_F(AuthorityTest, TheCodeIsThatOfTheLastName_Rfc6604_3) {
    const DnsMessage reply = ask("lost.example");
    EXPECT_EQ(owners(reply.answers), "lost.example");
    EXPECT_EQ(reply.code, DnsCode::name_error);
}

TEST_F(AuthorityTest, RefersToWhoeverServesTheZoneBelow_Rfc1034_4_3_2) {
    const DnsMessage reply = ask("host.sub.example");
    EXPECT_FALSE(reply.authoritative);
    EXPECT_TRUE(reply.answers.empty());
    EXPECT_EQ(owners(reply.authorities), "sub.example");
    EXPECT_EQ(owners(reply.additionals), "ns.sub.example");
}

TEST_F(AuthorityTest, RefusesWhatIsNotItsBusiness) {
    EXPECT_EQ(ask("web.elsewhere.test").code, DnsCode::refused);
    EXPECT_EQ(ask("example", DnsType{252}).code, DnsCode::refused) << "a transfer of the zone";
    DnsMessage query = wire::make_dns_query(1, {.name = name("web.example")});
    query.questions[0].question_class = wire::DnsClass{3};
    EXPECT_EQ(authority.answer(query).code, DnsCode::refused);
    query.opcode = wire::DnsOpcode::update;
    EXPECT_EQ(authority.answer(query).code, DnsCode::not_implemented);
}

TEST_F(AuthorityTest, AQuestionIsOne_Rfc9619) {
    DnsMessage query = wire::make_dns_query(1, {.name = name("web.example")});
    query.questions.push_back(query.questions[0]);
    EXPECT_EQ(authority.answer(query).code, DnsCode::format_error);
    query.questions.clear();
    EXPECT_EQ(authority.answer(query).code, DnsCode::format_error);
}

TEST_F(AuthorityTest, KnowsNoLaterVersionOfEdns_Rfc6891_6_1_3) {
    DnsMessage query = wire::make_dns_query(1, {.name = name("web.example")});
    query.edns->version = 1;
    const DnsMessage reply = authority.answer(query);
    EXPECT_EQ(reply.edns->extended_code, 1) << "BADVERS is 16";
    EXPECT_EQ(reply.code, DnsCode::no_error);
    EXPECT_TRUE(reply.answers.empty());
}

struct LongAnswers : testing::Test {
    static Authority with_addresses(int count) {
        Zone zone{name("example")};
        for (int i = 0; i < count; ++i) {
            const std::array<std::uint8_t, 4> octets_of_ip{192, 0, static_cast<std::uint8_t>(i / 256),
                                                           static_cast<std::uint8_t>(i % 256)};
            zone.add({.name = name("many.example"),
                      .type = DnsType::a,
                      .ttl = 60,
                      .data = IpAddress{octets_of_ip}})
                .value();
        }
        return Authority{{zone}};
    }
    static DnsMessage ask(int addresses, Authority::Over over, std::optional<wire::DnsEdns> edns = {}) {
        DnsMessage query = wire::make_dns_query(1, {.name = name("many.example")});
        query.edns = std::move(edns);
        const std::vector<std::byte> asked = wire::write_dns(query);
        const auto reply = with_addresses(addresses).answer(std::span{asked}, over).value();
        octets = reply.size();
        return wire::parse_dns(reply).value();
    }
    static inline std::size_t octets = 0;
};

TEST_F(LongAnswers, AreCutAt512OctetsWithTcWhereNoEdnsSaysMore_Rfc1035_4_2_1) {
    const DnsMessage reply = ask(100, Authority::Over::udp);
    EXPECT_TRUE(reply.truncated);
    EXPECT_LE(octets, 512U);
    EXPECT_FALSE(reply.answers.empty());
    EXPECT_FALSE(ask(20, Authority::Over::udp).truncated);
}

TEST_F(LongAnswers, AreAsLongAsTheAskerTakesButNoLongerThanGetsThrough) {
    EXPECT_FALSE(ask(60, Authority::Over::udp, wire::DnsEdns{.udp_payload = 1232}).truncated);
    EXPECT_TRUE(ask(100, Authority::Over::udp, wire::DnsEdns{.udp_payload = 4096}).truncated);
    EXPECT_LE(octets, 1232U);
    EXPECT_TRUE(ask(60, Authority::Over::udp, wire::DnsEdns{.udp_payload = 100}).truncated);
    EXPECT_GT(octets, 400U) << "less than 512 counts as 512 (RFC 6891 section 6.2.3)";
}

TEST_F(LongAnswers, AreWholeOverTcp) {
    const DnsMessage reply = ask(1000, Authority::Over::tcp);
    EXPECT_FALSE(reply.truncated);
    EXPECT_EQ(reply.answers.size(), 1000U);
}

TEST_F(AuthorityTest, SaysFormerrOfWhatItCannotReadAndNothingToAReply) {
    std::vector<std::byte> octets = wire::write_dns(wire::make_dns_query(9, {.name = name("web.example")}));
    octets.resize(20);
    const auto reply = authority.answer(std::span{std::as_const(octets)}, Authority::Over::udp);
    ASSERT_TRUE(reply);
    EXPECT_EQ(wire::parse_dns(*reply)->code, DnsCode::format_error);
    EXPECT_EQ(wire::parse_dns(*reply)->id, 9);
    octets.resize(11);
    EXPECT_FALSE(authority.answer(std::span{std::as_const(octets)}, Authority::Over::udp));

    const std::vector<std::byte> response = wire::write_dns(ask("web.example"));
    EXPECT_FALSE(authority.answer(std::span{response}, Authority::Over::udp)) << "no two servers in a circle";
}

}  // namespace
}  // namespace sockeye::app::dns
