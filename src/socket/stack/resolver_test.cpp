#include "socket/stack/resolver.hpp"

#include <gtest/gtest.h>

namespace sockeye::stack {
namespace {

wire::DnsName name(std::string_view text) {
    return wire::DnsName::parse(text).value();
}

wire::DnsMessage reply_to(const wire::DnsMessage& query) {
    wire::DnsMessage reply = query;
    reply.is_response = true;
    return reply;
}

TEST(Resolver, AsksWithIdsThatNobodyCanGuessFromTheLast) {
    Resolver one{Random{1}};
    Resolver other{Random{2}};
    const wire::DnsQuestion question{.name = name("web.example")};
    const auto first = one.ask(question).id;
    EXPECT_NE(first, one.ask(question).id);
    EXPECT_NE(first, other.ask(question).id);
    EXPECT_EQ(first, Resolver{Random{1}}.ask(question).id) << "all chance comes from the seed";
}

TEST(Resolver, KeepsThatThereIsNoSuchNameAsLongAsTheSoaAllows) {
    Resolver resolver{Random{1}};
    const wire::DnsQuestion question{.name = name("nobody.example")};
    wire::DnsMessage reply = reply_to(resolver.ask(question));
    reply.code = wire::DnsCode::name_error;
    EXPECT_EQ(resolver.take(reply, question, Instant{0s}).error(), Errc::name_not_found);
    EXPECT_FALSE(resolver.recall(question, Instant{0s})) << "without a SOA: not at all (RFC 2308 section 5)";

    reply.authorities.push_back({.name = name("example"),
                                 .type = wire::DnsType::soa,
                                 .ttl = 900,
                                 .data = wire::DnsSoa{.minimum = 30}});
    EXPECT_EQ(resolver.take(reply, question, Instant{0s}).error(), Errc::name_not_found);
    EXPECT_EQ(resolver.recall(question, Instant{29s})->error(), Errc::name_not_found);
    EXPECT_FALSE(resolver.recall(question, Instant{30s}));
}

TEST(Resolver, KnowsOfANameThatDoesNotExistThatItHasNoOtherTypeEither_Rfc2308_5) {
    Resolver resolver{Random{1}};
    const wire::DnsQuestion question{.name = name("nobody.example")};
    const wire::DnsQuestion other{.name = name("NOBODY.example"), .type = wire::DnsType::aaaa};
    wire::DnsMessage reply = reply_to(resolver.ask(question));
    reply.authorities.push_back({.name = name("example"),
                                 .type = wire::DnsType::soa,
                                 .ttl = 900,
                                 .data = wire::DnsSoa{.minimum = 30}});
    EXPECT_FALSE(resolver.take(reply, question, Instant{0s}));
    EXPECT_FALSE(resolver.recall(other, Instant{0s})) << "no data: of one type alone";

    reply.code = wire::DnsCode::name_error;
    EXPECT_FALSE(resolver.take(reply, question, Instant{0s}));
    EXPECT_EQ(resolver.recall(other, Instant{29s})->error(), Errc::name_not_found);
    EXPECT_FALSE(resolver.recall(other, Instant{30s}));
}

TEST(Resolver, KeepsNothingForLongerThanAWeekAndNoAbsenceForLongerThanThreeHours) {
    constexpr std::uint32_t month = 30 * 86'400;
    Resolver resolver{Random{1}};
    const wire::DnsQuestion question{.name = name("web.example")};
    wire::DnsMessage reply = reply_to(resolver.ask(question));
    reply.answers.push_back({.name = question.name, .ttl = month, .data = IpAddress{}});
    ASSERT_TRUE(resolver.take(reply, question, Instant{0s}));
    EXPECT_TRUE(resolver.recall(question, Instant{7 * 24h - 1s}));
    EXPECT_FALSE(resolver.recall(question, Instant{7 * 24h}));

    reply.answers.front().ttl = 0x8000'0000;  // RFC 2181 section 8
    ASSERT_TRUE(resolver.take(reply, question, Instant{8 * 24h}));
    EXPECT_FALSE(resolver.recall(question, Instant{8 * 24h}));

    reply.answers.clear();
    reply.authorities.push_back({.name = name("example"),
                                 .type = wire::DnsType::soa,
                                 .ttl = month,
                                 .data = wire::DnsSoa{.minimum = month}});
    EXPECT_FALSE(resolver.take(reply, question, Instant{9 * 24h}));
    EXPECT_TRUE(resolver.recall(question, Instant{9 * 24h + 3h - 1s}));
    EXPECT_FALSE(resolver.recall(question, Instant{9 * 24h + 3h}));
}

TEST(Resolver, KeepsNoMoreThan256Answers) {
    Resolver resolver{Random{1}};
    const auto question = [](int i) {
        return wire::DnsQuestion{.name = name("h" + std::to_string(i) + ".example")};
    };
    for (int i = 0; i < 257; ++i) {
        wire::DnsMessage reply = reply_to(resolver.ask(question(i)));
        reply.answers.push_back(
            {.name = question(i).name, .type = wire::DnsType::a, .ttl = 60, .data = IpAddress{}});
        ASSERT_TRUE(resolver.take(reply, question(i), Instant{}));
    }
    EXPECT_FALSE(resolver.recall(question(0), Instant{}));
    EXPECT_TRUE(resolver.recall(question(1), Instant{}));
    EXPECT_TRUE(resolver.recall(question(256), Instant{}));
}

}  // namespace
}  // namespace sockeye::stack
