#include "wire/dns.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

DnsName name(std::string_view text) {
    return DnsName::parse(text).value();
}

TEST(DomainNames, AreReadAndWrittenWithTheirEscapes_RFC1035_5_1) {
    EXPECT_EQ(name("www.example.").to_string(), "www.example");
    EXPECT_EQ(name(".").to_string(), ".");
    EXPECT_TRUE(name(".").is_root());
    EXPECT_EQ(name("a\\.b.c").first_label(), "a.b");
    EXPECT_EQ(name("a\\.b.c").to_string(), "a\\.b.c");
    EXPECT_EQ(name("\\000\\032x").to_string(), "\\000\\032x");
    EXPECT_EQ(name("\\000x").octets(), 4U);
}

TEST(DomainNames, CompareWhateverTheirCase_RFC4343) {
    EXPECT_EQ(name("WWW.Example"), name("www.eXample"));
    EXPECT_NE(name("www.example"), name("wwwexample"));
}

TEST(DomainNames, HaveLabelsOf63AndNamesOf255OctetsAtMost_RFC1035_2_3_4) {
    const std::string longest(63, 'a');
    EXPECT_TRUE(DnsName::parse(longest));
    EXPECT_FALSE(DnsName::parse(longest + 'a'));
    const std::string four = longest + '.' + longest + '.' + longest + '.';
    EXPECT_EQ(name(four + std::string(61, 'a')).octets(), 255U);
    EXPECT_FALSE(DnsName::parse(four + std::string(62, 'a')));
}

TEST(DomainNames, InAnyOtherFormAreRefused) {
    for (const char* text : {"", "..", "a..b", ".a", "a\\", "a\\25", "a\\256"})
        EXPECT_FALSE(DnsName::parse(text)) << text;
}

// The names of RFC 1035 §4.1.4, as a question and as records.
TEST(DnsNamesOnTheWire, FollowPointersToOneEarlierInTheMessage_RFC1035_4_1_4) {
    const auto octets = from_hex(
        "0001 8000 0001 0002 0000 0000"
        "01 46 03 495349 04 41525041 00 0002 0001"     // 12: F.ISI.ARPA
        "03 464f4f c00c 0002 0001 00000e10 0002 c00e"  // FOO.F.ISI.ARPA NS ISI.ARPA
        "c012 0002 0001 00000e10 0001 00");            // ARPA NS .
    const auto message = parse_dns(octets).value();
    EXPECT_EQ(message.questions.at(0).name.to_string(), "F.ISI.ARPA");
    EXPECT_EQ(message.answers.at(0).name.to_string(), "FOO.F.ISI.ARPA");
    EXPECT_EQ(std::get<DnsName>(message.answers.at(0).data).to_string(), "ISI.ARPA");
    EXPECT_EQ(message.answers.at(1).name.to_string(), "ARPA");
    EXPECT_TRUE(std::get<DnsName>(message.answers.at(1).data).is_root());
    EXPECT_EQ(to_hex(write_dns(message)), to_hex(octets));
}

TEST(DnsNamesOnTheWire, ThatPointForwardOrAtThemselvesAreRefused) {
    for (const char* pointer : {"c00c", "c010", "c00d", "01 61 c00c", "ffff"}) {
        Octets octets = from_hex("0001 0000 0001 0000 0000 0000");
        const auto rest = from_hex(pointer);
        octets.insert(octets.end(), rest.begin(), rest.end());
        octets.resize(octets.size() + 4);
        EXPECT_EQ(parse_dns(octets).error(), Malformed::too_many) << pointer;
    }
}

TEST(DnsNamesOnTheWire, WithALabelOfAnUnknownKindAreRefused_RFC1035_4_1_4) {
    EXPECT_EQ(parse_dns(from_hex("0001 0000 0001 0000 0000 0000 41 61 00 0001 0001")).error(),
              Malformed::bad_value);
}

DnsMessage response() {
    DnsMessage message{.id = 0x1234, .is_response = true, .authoritative = true, .recursion_desired = true};
    message.questions.push_back({.name = name("www.example"), .type = DnsType::a});
    message.answers.push_back(
        {.name = name("www.example"), .type = DnsType::cname, .ttl = 60, .data = name("web.example")});
    message.answers.push_back({.name = name("web.example"),
                               .type = DnsType::a,
                               .ttl = 60,
                               .data = IpAddress::parse("10.0.0.1").value()});
    message.authorities.push_back({.name = name("example"),
                                   .type = DnsType::soa,
                                   .ttl = 300,
                                   .data = DnsSoa{name("ns.example"), name("root.example"), 1, 2, 3, 4, 5}});
    message.additionals.push_back(
        {.name = name("web.example"), .type = DnsType::txt, .data = DnsText{{"one", ""}}});
    message.additionals.push_back(
        {.name = name("example"), .type = DnsType{15}, .data = DnsOpaque{from_hex("000a 00")}});
    message.edns = DnsEdns{.udp_payload = 1232, .dnssec_ok = true, .options = from_hex("000a 0002 abcd")};
    return message;
}

TEST(DnsMessages, HaveTheLayoutOf_RFC1035_4_1) {
    DnsMessage query{.id = 0x1234, .recursion_desired = true};
    query.questions.push_back({.name = name("a.example"), .type = DnsType::aaaa});
    query.edns = DnsEdns{.udp_payload = 1232};
    const auto octets = from_hex(
        "1234 0100 0001 0000 0000 0001"
        "01 61 07 6578616d706c65 00 001c 0001"
        "00 0029 04d0 00 00 0000 0000");  // RFC 6891 §6.1.2
    EXPECT_EQ(to_hex(write_dns(query)), to_hex(octets));
    EXPECT_EQ(parse_dns(octets).value(), query);
}

TEST(DnsMessages, AreReadBackWithEveryTypeAndEveryFlag) {
    EXPECT_EQ(parse_dns(write_dns(response())).value(), response());
    DnsMessage flags{.opcode = DnsOpcode::notify,
                     .truncated = true,
                     .recursion_available = true,
                     .authentic_data = true,
                     .checking_disabled = true,
                     .code = DnsCode::refused};
    EXPECT_EQ(parse_dns(write_dns(flags)).value(), flags);
}

TEST(DnsMessages, CutAnywhereAreTruncated) {
    const auto octets = write_dns(response());
    for (std::size_t length = 0; length < octets.size(); ++length)
        EXPECT_EQ(parse_dns(std::span{octets}.first(length)).error(), Malformed::truncated) << length;
}

TEST(DnsMessages, ThatDoNotFitSetTheTruncatedBit_RFC1035_4_1_1_RFC2181_9) {
    DnsMessage message{.is_response = true};
    message.questions.push_back({.name = name("many.example")});
    for (std::uint8_t i = 0; i < 100; ++i)
        message.answers.push_back(
            {.name = name("many.example"), .data = IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, i}}});
    message.edns = DnsEdns{};
    const auto octets = write_dns(message, DnsMessage::plain_limit);
    EXPECT_LE(octets.size(), DnsMessage::plain_limit);
    EXPECT_GT(octets.size(), DnsMessage::plain_limit - 16);
    const auto read = parse_dns(octets).value();
    EXPECT_TRUE(read.truncated);
    EXPECT_TRUE(read.edns.has_value());
    EXPECT_EQ(read.answers.size(), (512U - 12 - 18 - 11) / 16);
}

TEST(DnsMessages, LeaveAdditionalRecordsOutSilently_RFC2181_9) {
    DnsMessage message{.is_response = true};
    message.additionals.assign(100, {.name = name("example"), .data = IpAddress{}});
    const auto read = parse_dns(write_dns(message, DnsMessage::plain_limit)).value();
    EXPECT_FALSE(read.truncated);
    EXPECT_LT(read.additionals.size(), 100U);
}

TEST(DnsRecords, WithDataOfAnotherSizeThanTheirTypeAreRefused) {
    // A with 5 octets, A with 3, NS with an octet behind its name, an empty TXT.
    for (const char* record : {"00 0001 0001 00000000 0005 0a00000100", "00 0001 0001 00000000 0003 0a0000",
                               "00 0002 0001 00000000 0002 0000", "00 0010 0001 00000000 0000"}) {
        Octets octets = from_hex("0001 8000 0000 0001 0000 0000");
        const auto rest = from_hex(record);
        octets.insert(octets.end(), rest.begin(), rest.end());
        octets.resize(octets.size() + 4);
        EXPECT_EQ(parse_dns(octets).error(), Malformed::bad_length) << record;
    }
}

TEST(EdnsRecords, StandOnceAtTheRootAmongTheAdditional_RFC6891_6_1_1) {
    const char* opt = "00 0029 04d0 00 00 0000 0000";
    const auto with = [](std::string_view header, std::string_view records) {
        Octets octets = from_hex(header);
        const auto rest = from_hex(records);
        octets.insert(octets.end(), rest.begin(), rest.end());
        return parse_dns(octets);
    };
    EXPECT_TRUE(with("0001 0000 0000 0000 0000 0001", opt));
    EXPECT_EQ(with("0001 0000 0000 0000 0000 0002", std::string{opt} + opt).error(), Malformed::bad_value);
    EXPECT_EQ(with("0001 0000 0000 0001 0000 0000", opt).error(), Malformed::bad_value);
    EXPECT_EQ(with("0001 0000 0000 0000 0000 0001", "01 61 " + std::string{opt}).error(),
              Malformed::bad_value);
}

rc::Gen<DnsName> any_name() {
    return rc::gen::exec([] {
        DnsName name;
        const auto labels = *rc::gen::inRange(0, 6);
        for (int i = 0; i < labels; ++i) {
            const auto label = *rc::gen::weightedOneOf<std::string>(
                {{3, rc::gen::element<std::string>("example", "www", "a", "A")},
                 {1, rc::gen::nonEmpty(rc::gen::arbitrary<std::string>())}});
            (void)name.append(label);  // too long a label is left out
        }
        return name;
    });
}

rc::Gen<DnsRecord> any_record() {
    return rc::gen::exec([] {
        const IpAddress four = *test::any_v4();
        const IpAddress six = *test::any_v6();
        const DnsName other = *any_name();
        const auto text = *rc::gen::resize(200, rc::gen::arbitrary<std::string>());
        const auto opaque = *test::any_octets();
        const std::vector<std::pair<DnsType, DnsData>> kinds{
            {DnsType::a, four},
            {DnsType::aaaa, six},
            {DnsType::cname, other},
            {DnsType::ptr, other},
            {DnsType::soa, DnsSoa{other, other, 1, 2, 3, 4, 5}},
            {DnsType::txt, DnsText{{text, text}}},
            {DnsType{15}, DnsOpaque{opaque}}};
        const auto& [type, data] = kinds.at(*rc::gen::inRange<std::size_t>(0, kinds.size()));
        const auto ttl = *rc::gen::arbitrary<std::uint32_t>();
        return DnsRecord{.name = *any_name(), .type = type, .ttl = ttl, .data = data};
    });
}

RC_GTEST_PROP(DnsMessages, AreReadBackAsTheyWereWritten, (std::uint16_t id, bool is_response)) {
    DnsMessage message{.id = id, .is_response = is_response};
    message.questions.push_back({.name = *any_name()});
    message.answers = *rc::gen::container<std::vector<DnsRecord>>(any_record());
    message.additionals = *rc::gen::container<std::vector<DnsRecord>>(any_record());
    RC_ASSERT(parse_dns(write_dns(message)).value() == message);
}

RC_GTEST_PROP(DnsMessages, WithOctetsChangedAreReadOrRefusedAndWrittenStably, ()) {
    auto octets = write_dns(response());
    const auto changes = *rc::gen::inRange(1, 5);
    for (int i = 0; i < changes; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, octets.size());
        octets[at] = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
    }
    const auto read = parse_dns(octets);
    if (read) RC_ASSERT(parse_dns(write_dns(*read)).value() == *read);
}

}  // namespace
}  // namespace sockeye::wire
