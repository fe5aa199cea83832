#include "app/dns/zone.hpp"

#include <gtest/gtest.h>

namespace sockeye::app::dns {
namespace {

using wire::DnsName;
using wire::DnsRecord;
using wire::DnsType;
using enum Zone::Found::Kind;

DnsName name(std::string_view text) {
    return DnsName::parse(text).value();
}

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

DnsRecord a(std::string_view owner, std::string_view address) {
    return {.name = name(owner), .type = DnsType::a, .ttl = 60, .data = ip(address)};
}

DnsRecord to_name(DnsType type, std::string_view owner, std::string_view target) {
    return {.name = name(owner), .type = type, .ttl = 60, .data = name(target)};
}

struct ZoneTest : testing::Test {
    Zone zone{name("example")};

    void add(const DnsRecord& record) { zone.add(record).value(); }
    Zone::Found::Kind kind(std::string_view owner, DnsType type = DnsType::a) const {
        return zone.find(name(owner), type).kind;
    }
};

TEST_F(ZoneTest, FindsWhatANameHasWhateverTheCase_Rfc4343) {
    add(a("web.example", "192.0.2.1"));
    add(a("web.example", "192.0.2.2"));
    const Zone::Found found = zone.find(name("WEB.Example"), DnsType::a);
    EXPECT_EQ(found.kind, records);
    ASSERT_EQ(found.records.size(), 2U);
    EXPECT_EQ(found.records[0].data, wire::DnsData{ip("192.0.2.1")});
    EXPECT_EQ(found.records[0].name.to_string(), "WEB.Example") << "as it was asked for";
}

TEST_F(ZoneTest, TellsANameWithoutSuchDataFromNoName_Rfc2308_2) {
    add(a("web.example", "192.0.2.1"));
    EXPECT_EQ(kind("web.example", DnsType::aaaa), no_data);
    EXPECT_EQ(kind("we.example"), no_name);
    EXPECT_EQ(kind("x.web.example"), no_name);
}

TEST_F(ZoneTest, ANameWithOthersBelowItExists_Rfc4592_2_2_2) {
    add(a("a.b.example", "192.0.2.1"));
    EXPECT_EQ(kind("b.example"), no_data);
}

TEST_F(ZoneTest, AnAliasAnswersForEveryTypeButItsOwn_Rfc1034_3_6_2) {
    add(to_name(DnsType::cname, "www.example", "web.example"));
    EXPECT_EQ(kind("www.example", DnsType::a), alias);
    EXPECT_EQ(kind("www.example", DnsType::cname), records);
    EXPECT_EQ(kind("www.example", DnsType::any), records);
}

TEST_F(ZoneTest, NothingStandsBesideAnAlias_Rfc1034_3_6_2) {
    add(to_name(DnsType::cname, "www.example", "web.example"));
    EXPECT_EQ(zone.add(a("www.example", "192.0.2.1")).error(), Errc::invalid_argument);
    add(a("web.example", "192.0.2.1"));
    EXPECT_EQ(zone.add(to_name(DnsType::cname, "web.example", "x.example")).error(), Errc::invalid_argument);
}

TEST_F(ZoneTest, RefusesANameOfAnotherZoneAndRemembersNothingOfIt) {
    EXPECT_EQ(zone.add(a("web.example.org", "192.0.2.1")).error(), Errc::invalid_argument);
    EXPECT_EQ(zone.add(a("myexample", "192.0.2.1")).error(), Errc::invalid_argument)
        << "its last label is another one";
}

TEST_F(ZoneTest, AWildcardStandsForNamesThatAreNotThere_Rfc4592) {
    add(a("*.example", "192.0.2.9"));
    add(a("web.example", "192.0.2.1"));
    const Zone::Found found = zone.find(name("any.thing.example"), DnsType::a);
    EXPECT_EQ(found.kind, records);
    EXPECT_EQ(found.records.at(0).name, name("any.thing.example"));
    EXPECT_EQ(kind("any.example", DnsType::aaaa), no_data);
    EXPECT_EQ(kind("x.web.example"), no_name) << "web.example is nearer, and has no wildcard";
}

TEST_F(ZoneTest, ADelegationHidesWhatIsBelowIt_Rfc1034_4_3_2) {
    add(to_name(DnsType::ns, "lab.example", "ns.lab.example"));
    add(a("ns.lab.example", "192.0.2.53"));
    EXPECT_EQ(kind("lab.example"), referral);
    EXPECT_EQ(kind("ns.lab.example"), referral);
    EXPECT_EQ(zone.addresses_of(name("ns.lab.example")).size(), 1U) << "glue";
    add(to_name(DnsType::ns, "example", "ns.example"));
    EXPECT_EQ(kind("example", DnsType::ns), records) << "the zone's own servers";
}

TEST_F(ZoneTest, OneSetOfRecordsHasOneTtl_Rfc2181_5_2) {
    add(a("web.example", "192.0.2.1"));
    DnsRecord other = a("web.example", "192.0.2.2");
    other.ttl = 5;
    add(other);
    add(a("web.example", "192.0.2.1"));  // again: the same one
    const Zone::Found found = zone.find(name("web.example"), DnsType::a);
    ASSERT_EQ(found.records.size(), 2U);
    EXPECT_EQ(found.records[1].ttl, 60U);
}

TEST_F(ZoneTest, NoneMayBeKeptAsLongAsTheShorterOfTheSoasTimes_Rfc2308_3) {
    EXPECT_EQ(Zone(name("example"), {.minimum = 30}, 900).negative().ttl, 30U);
    EXPECT_EQ(Zone(name("example"), {.minimum = 900}, 30).negative().ttl, 30U);
}

TEST(RootZone, ContainsEveryName) {
    Zone root{DnsName{}};
    EXPECT_TRUE(root.contains(name("web.example")));
    root.add(a("web.example", "192.0.2.1")).value();
    EXPECT_EQ(root.find(name("web.example"), DnsType::a).kind, records);
    EXPECT_EQ(root.find(name("example"), DnsType::a).kind, no_data);
    EXPECT_EQ(root.find(name("org"), DnsType::a).kind, no_name);
}

}  // namespace
}  // namespace sockeye::app::dns
