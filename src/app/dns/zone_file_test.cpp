#include "app/dns/zone_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockeye::app::dns {
namespace {

using testing::HasSubstr;
using wire::DnsName;
using wire::DnsType;

DnsName name(std::string_view text) {
    return DnsName::parse(text).value();
}

Zone read(std::string_view text) {
    return parse_zone(text, name("example")).value();
}

std::string mistake_in(std::string_view text) {
    return std::string{parse_zone(text, name("example")).error().detail()};
}

/// The only record that a name has of a type.
wire::DnsRecord only(const Zone& zone, std::string_view owner, DnsType type) {
    const Zone::Found found = zone.find(name(owner), type);
    EXPECT_EQ(found.records.size(), 1U) << owner;
    return found.records.at(0);
}

TEST(ZoneFile, ReadsWhatAZoneIsWrittenAs_Rfc1035_5) {
    const Zone zone = read(R"(; the office's names
$TTL 5m
@       IN SOA ns hostmaster.example. (
            2026112900  ; serial
            1d 2h 4w 1m30s )
        NS      ns
ns      A       198.51.100.53
web  60 A       198.51.100.80
     IN 60 AAAA 2001:db8::80
www     CNAME   web
$ORIGIN lab.example.
host    A       10.0.0.1
@       TXT     "two words; no comment" second
)");
    const auto soa = std::get<wire::DnsSoa>(only(zone, "example", DnsType::soa).data);
    EXPECT_EQ(soa.primary, name("ns.example"));
    EXPECT_EQ(soa.serial, 2026112900U);
    EXPECT_EQ(soa.expire, 4U * 604'800);
    EXPECT_EQ(soa.minimum, 90U);
    EXPECT_EQ(only(zone, "ns.example", DnsType::a).ttl, 300U);
    EXPECT_EQ(only(zone, "web.example", DnsType::a).ttl, 60U);
    EXPECT_EQ(only(zone, "web.example", DnsType::aaaa).ttl, 60U);
    EXPECT_EQ(only(zone, "www.example", DnsType::cname).data, wire::DnsData{name("web.example")});
    EXPECT_EQ(only(zone, "host.lab.example", DnsType::a).ttl, 300U);
    EXPECT_EQ(std::get<wire::DnsText>(only(zone, "lab.example", DnsType::txt).data).strings,
              (std::vector<std::string>{"two words; no comment", "second"}));
}

TEST(ZoneFile, HasAUsualSoaWhereNoneIsWritten) {
    const Zone zone = read("web A 192.0.2.1\n");
    EXPECT_EQ(only(zone, "web.example", DnsType::a).ttl, zone.ttl());
    EXPECT_GT(std::get<wire::DnsSoa>(only(zone, "example", DnsType::soa).data).minimum, 0U);
}

TEST(ZoneFile, ReadsAZoneOfAddressesBackwards) {
    const auto zone = parse_zone("80 PTR web.example.\n", name("100.51.198.in-addr.arpa"));
    EXPECT_EQ(only(*zone, "80.100.51.198.in-addr.arpa", DnsType::ptr).data,
              wire::DnsData{name("web.example")});
}

TEST(ZoneFile, SaysWhereAMistakeIsAndWhatWasMeant) {
    EXPECT_THAT(mistake_in("web A 192.0.2.1\n\nweb A 192.0.2\n"), HasSubstr("line 3: "));
    EXPECT_THAT(mistake_in("web A 2001:db8::1"), HasSubstr("other family"));
    EXPECT_THAT(mistake_in("web AAAA 192.0.2.1"), HasSubstr("other family"));
    EXPECT_THAT(mistake_in("web MX 10 mail"), HasSubstr("line 1: \"MX\" is no type"));
    EXPECT_THAT(mistake_in("web"), HasSubstr("a type was meant"));
    EXPECT_THAT(mistake_in("web A"), HasSubstr("one address"));
    EXPECT_THAT(mistake_in("www CNAME a b"), HasSubstr("one name"));
    EXPECT_THAT(mistake_in("www CNAME a..b"), HasSubstr("line 1: "));
    EXPECT_THAT(mistake_in("web.example.org. A 192.0.2.1"), HasSubstr("is not under example"));
    EXPECT_THAT(mistake_in("www CNAME web\nwww A 192.0.2.1"), HasSubstr("line 2: www.example has a CNAME"));
    EXPECT_THAT(mistake_in("@ SOA ns host 1 2 3 4"), HasSubstr("seven fields"));
    EXPECT_THAT(mistake_in("@ SOA ns host 1 2 3 4 x"), HasSubstr("\"x\" is no number"));
    EXPECT_THAT(mistake_in("@ SOA ns host 1 2 3 4 5\n@ SOA ns host 1 2 3 4 5"), HasSubstr("line 2: the SOA"));
    EXPECT_THAT(mistake_in("a SOA ns host 1 2 3 4 5"), HasSubstr("at example"));
    EXPECT_THAT(mistake_in("$TTL"), HasSubstr("$TTL"));
    EXPECT_THAT(mistake_in("$TTL 99999999999"), HasSubstr("$TTL"));
    EXPECT_THAT(mistake_in("$INCLUDE other"), HasSubstr("$INCLUDE is not understood"));
    EXPECT_THAT(mistake_in("@ TXT"), HasSubstr("without a text"));
    EXPECT_THAT(mistake_in("@ TXT \"" + std::string(256, 'x') + "\""), HasSubstr("255"));
    EXPECT_THAT(mistake_in("@ TXT \"never closed"), HasSubstr("quote"));
    EXPECT_THAT(mistake_in("\n@ SOA ( ns host"), HasSubstr("line 2: \"(\""));
    EXPECT_THAT(mistake_in("@ A 192.0.2.1 )"), HasSubstr("\")\""));
    EXPECT_THAT(mistake_in(std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') +
                           "." + std::string(60, 'd') + " A 192.0.2.1"),
                HasSubstr("longer than a name"));
}

TEST(ZoneFile, ReadsEndsOfLinesOfEveryKind) {
    EXPECT_EQ(only(read("web A 192.0.2.1\r\nns A 192.0.2.2"), "ns.example", DnsType::a).type, DnsType::a);
    EXPECT_EQ(only(read("web A 192.0.2.1 ; last"), "web.example", DnsType::a).type, DnsType::a);
}

}  // namespace
}  // namespace sockeye::app::dns
