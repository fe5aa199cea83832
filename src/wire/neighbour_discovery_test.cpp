#include "wire/neighbour_discovery.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

constexpr MacAddress mac{{0x02, 0, 0, 0, 0, 0x02}};
const IpAddress host = IpAddress::parse("fe80::2").value();
const IpAddress group = IpAddress::parse("ff02::1:ff00:1").value();
const IpAddress wanted = IpAddress::parse("fe80::1").value();

Icmpv6Message read(const Packet& packet) {
    return parse_icmpv6(packet.bytes()).value();
}

/// A message with this payload in hexadecimal; it must outlive the result.
Icmpv6Message message(Icmpv6Type type, std::span<const std::byte> payload, std::uint32_t rest = 0) {
    return {.header = {.type = type, .rest = rest}, .payload = payload};
}

TEST(NeighbourSolicitations, HaveTheLayoutOf_RFC4861_4_3) {
    const NeighbourSolicitation solicitation{wanted, mac};
    const Packet packet = make_neighbour_solicitation(solicitation, host, group);
    EXPECT_EQ(to_hex(packet.bytes().subspan(4)), to_hex(from_hex("00000000"
                                                                 "fe800000000000000000000000000001"
                                                                 "01 01 020000000002")));
    EXPECT_EQ(std::to_integer<int>(packet.bytes()[0]), 135);
    EXPECT_TRUE(verify_icmpv6_checksum(packet.bytes(), host, group));
    EXPECT_EQ(parse_neighbour_solicitation(read(packet)).value(), solicitation);
}

TEST(NeighbourAdvertisements, HaveTheirFlagsInTheHighestBits_RFC4861_4_4) {
    const NeighbourAdvertisement advertisement{
        .router = true, .solicited = false, .override_cache = true, .target = wanted, .target_mac = mac};
    const Packet packet = make_neighbour_advertisement(advertisement, wanted, host);
    EXPECT_EQ(to_hex(packet.bytes().subspan(4)), to_hex(from_hex("a0000000"
                                                                 "fe800000000000000000000000000001"
                                                                 "02 01 020000000002")));
    EXPECT_EQ(parse_neighbour_advertisement(read(packet)).value(), advertisement);
}

TEST(RouterAdvertisements, HaveTheLayoutOf_RFC4861_4_2) {
    const RouterAdvertisement advertisement{.hop_limit = 64,
                                            .managed = true,
                                            .lifetime = 1800,
                                            .reachable_time = 30000,
                                            .retransmission_timer = 1000,
                                            .source_mac = mac,
                                            .mtu = 1500,
                                            .prefixes = {{.prefix = Prefix::parse("2001:db8::/64").value(),
                                                          .on_link = true,
                                                          .autonomous = true,
                                                          .valid_lifetime = PrefixInformation::infinite,
                                                          .preferred_lifetime = 604800}}};
    const Packet packet = make_router_advertisement(advertisement, wanted, host);
    EXPECT_EQ(to_hex(packet.bytes().subspan(4)),
              to_hex(from_hex("40 80 0708 00007530 000003e8"
                              "01 01 020000000002"
                              "05 01 0000 000005dc"
                              "03 04 40 c0 ffffffff 00093a80 00000000 20010db8000000000000000000000000")));
    EXPECT_EQ(parse_router_advertisement(read(packet)).value(), advertisement);
}

TEST(RouterSolicitations, MayLeaveTheirMacOut_RFC4861_4_1) {
    for (const RouterSolicitation& solicitation : {RouterSolicitation{}, RouterSolicitation{mac}}) {
        const Packet packet = make_router_solicitation(solicitation, host, group);
        EXPECT_EQ(packet.size(), solicitation.source_mac ? 16U : 8U);
        EXPECT_EQ(parse_router_solicitation(read(packet)).value(), solicitation);
    }
}

TEST(DiscoveryMessages, WithACodeOtherThan0AreDiscarded_RFC4861_6_1_7_1) {
    const auto payload = from_hex("fe800000000000000000000000000001");
    Icmpv6Message solicitation = message(Icmpv6Type::neighbour_solicitation, payload);
    solicitation.header.code = 1;
    EXPECT_EQ(parse_neighbour_solicitation(solicitation).error(), Malformed::bad_value);
}

TEST(DiscoveryMessages, WithAMulticastTargetAreDiscarded_RFC4861_7_1) {
    const auto payload = from_hex("ff020000000000000000000000000001");
    EXPECT_EQ(parse_neighbour_solicitation(message(Icmpv6Type::neighbour_solicitation, payload)).error(),
              Malformed::bad_value);
    EXPECT_EQ(parse_neighbour_advertisement(message(Icmpv6Type::neighbour_advertisement, payload)).error(),
              Malformed::bad_value);
}

TEST(DiscoveryMessages, WithoutTheirWholeTargetAreTruncated) {
    const auto payload = from_hex("fe800000000000000000000000000001");
    for (std::size_t length = 0; length < payload.size(); ++length)
        EXPECT_EQ(parse_neighbour_solicitation(
                      message(Icmpv6Type::neighbour_solicitation, std::span{payload}.first(length)))
                      .error(),
                  Malformed::truncated);
}

TEST(DiscoveryOptions, OfLength0AreRefused_RFC4861_4_6) {
    const auto payload = from_hex("01 00 020000000002");
    EXPECT_EQ(parse_router_solicitation(message(Icmpv6Type::router_solicitation, payload)).error(),
              Malformed::bad_option);
}

TEST(DiscoveryOptions, ThatRunPastTheMessageOrHaveAnotherLengthThanTheirKindAreRefused) {
    for (const char* text : {"01", "01 02 020000000002", "01 02 020000000002 0000000000000000",
                             "05 02 0000 000005dc 0000000000000000"}) {
        const auto payload = from_hex(text);
        EXPECT_EQ(parse_router_solicitation(message(Icmpv6Type::router_solicitation, payload)).error(),
                  Malformed::bad_option)
            << text;
    }
}

TEST(DiscoveryOptions, ThatAreUnknownAreSkipped_RFC4861_4_6) {
    const auto payload = from_hex("fe 02 0000000000000000000000000000 01 01 020000000002");
    EXPECT_EQ(parse_router_solicitation(message(Icmpv6Type::router_solicitation, payload)).value().source_mac,
              mac);
}

TEST(DiscoveryOptions, OfPrefixesLongerThan128BitsAreRefused) {
    const auto payload = from_hex(
        "00000000 00000000"
        "03 04 81 c0 ffffffff 00093a80 00000000 20010db8000000000000000000000000");
    EXPECT_EQ(parse_router_advertisement(message(Icmpv6Type::router_advertisement, payload)).error(),
              Malformed::bad_option);
}

TEST(RouterAdvertisements, TellNameServers_RFC8106_5_1) {
    const RouterAdvertisement advertisement{.dns_servers = {{.lifetime = 1800, .addresses = {wanted, host}}}};
    const Packet packet = make_router_advertisement(advertisement, wanted, host);
    EXPECT_EQ(to_hex(packet.bytes().subspan(4)),
              to_hex(from_hex("00 00 0000 00000000 00000000"
                              "19 05 0000 00000708"
                              "fe800000000000000000000000000001 fe800000000000000000000000000002")));
    EXPECT_EQ(parse_router_advertisement(read(packet)).value(), advertisement);
}

TEST(RouterAdvertisements, WhoseNameServersAreNoWholeNumberAreReadWithoutThem_RFC8106_5_3_1) {
    for (const char* servers : {"19 01 0000 00000708", "19 02 0000 00000708 fe80000000000000"}) {
        const auto payload = from_hex(std::string{"00000000 00000000"} + servers + "05 01 0000 000005dc");
        const auto parsed = parse_router_advertisement(message(Icmpv6Type::router_advertisement, payload));
        ASSERT_TRUE(parsed) << servers;
        EXPECT_TRUE(parsed->dns_servers.empty()) << servers;
        EXPECT_EQ(parsed->mtu, 1500U) << "what stands behind them counts";
    }
}

TEST(RouterAdvertisements, TellNoMoreThanSixteenPrefixesAndFourListsOfNameServers) {
    RouterAdvertisement many;
    many.prefixes.resize(20, {.prefix = Prefix::parse("2001:db8::/64").value()});
    many.dns_servers.resize(6, {.lifetime = 1, .addresses = {wanted}});
    const auto parsed = parse_router_advertisement(read(make_router_advertisement(many, wanted, host)));
    EXPECT_EQ(parsed.value().prefixes.size(), RouterAdvertisement::maximum_prefixes);
    EXPECT_EQ(parsed.value().dns_servers.size(), RouterAdvertisement::maximum_dns_options);
}

rc::Gen<std::optional<MacAddress>> maybe_mac() {
    return rc::gen::exec([]() -> std::optional<MacAddress> {
        if (*rc::gen::arbitrary<bool>()) return *test::any_mac();
        return std::nullopt;
    });
}

RC_GTEST_PROP(NeighbourAdvertisements, AreReadBackAsTheyWereWritten,
              (bool router, bool solicited, bool override_cache)) {
    const IpAddress target =
        *rc::gen::suchThat(test::any_v6(), [](const IpAddress& ip) { return !ip.is_multicast(); });
    const NeighbourAdvertisement advertisement{router, solicited, override_cache, target, *maybe_mac()};
    const Packet packet = make_neighbour_advertisement(advertisement, host, group);
    RC_ASSERT(parse_neighbour_advertisement(read(packet)).value() == advertisement);
}

RC_GTEST_PROP(RouterAdvertisements, AreReadBackAsTheyWereWritten,
              (std::uint8_t hop_limit, bool managed, bool other, std::uint16_t lifetime)) {
    RouterAdvertisement advertisement{
        .hop_limit = hop_limit, .managed = managed, .other = other, .lifetime = lifetime};
    advertisement.reachable_time = *rc::gen::arbitrary<std::uint32_t>();
    advertisement.source_mac = *maybe_mac();
    if (*rc::gen::arbitrary<bool>()) advertisement.mtu = *rc::gen::arbitrary<std::uint32_t>();
    const int prefixes = *rc::gen::inRange(0, 17);
    for (int i = 0; i < prefixes; ++i)
        advertisement.prefixes.push_back(
            {.prefix = {*test::any_v6(), *rc::gen::inRange<std::uint8_t>(0, 129)},
             .on_link = *rc::gen::arbitrary<bool>(),
             .valid_lifetime = *rc::gen::arbitrary<std::uint32_t>()});
    const int lists = *rc::gen::inRange(0, 5);
    for (int i = 0; i < lists; ++i) {
        RecursiveDnsServers& servers = advertisement.dns_servers.emplace_back();
        servers.lifetime = *rc::gen::arbitrary<std::uint32_t>();
        servers.addresses.resize(*rc::gen::inRange<std::size_t>(1, 17), *test::any_v6());
    }
    const Packet packet = make_router_advertisement(advertisement, host, group);
    RC_ASSERT(parse_router_advertisement(read(packet)).value() == advertisement);
}

}  // namespace
}  // namespace sockeye::wire
