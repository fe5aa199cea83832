#include "wire/ethernet.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::to_hex;

constexpr MacAddress alice{{0x02, 0, 0, 0, 0, 0x65}};

TEST(MacText, IsLowerCaseWithColons) {
    EXPECT_EQ(alice.to_string(), "02:00:00:00:00:65");
    EXPECT_EQ(MacAddress::broadcast().to_string(), "ff:ff:ff:ff:ff:ff");
}

TEST(MacText, IsReadInThreeForms) {
    EXPECT_EQ(MacAddress::parse("02:00:00:00:00:65").value(), alice);
    EXPECT_EQ(MacAddress::parse("02-00-00-00-00-65").value(), alice);
    EXPECT_EQ(MacAddress::parse("0200.0000.0065").value(), alice);
    EXPECT_EQ(MacAddress::parse("AA:bb:CC:dd:EE:ff").value().to_string(), "aa:bb:cc:dd:ee:ff");
}

TEST(MacText, InAnyOtherFormIsRefusedWithTheThreeForms) {
    for (const char* text :
         {"", "02:00:00:00:00", "02:00:00:00:00:6", "02:00:00:00:00:65:", "02:00-00:00:00:65",
          "02:00:00:00:00:6g", "020000000065", "0200:0000:0065", "2:0:0:0:0:65"}) {
        const auto parsed = MacAddress::parse(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error(), Errc::invalid_argument);
        EXPECT_EQ(parsed.error().detail(),
                  "not a MAC address: write 02:00:00:00:00:65, 02-00-00-00-00-65 or 0200.0000.0065");
    }
}

TEST(MacKinds, AreTheTwoLowBitsOfTheFirstOctet_IEEE802_8_2) {
    EXPECT_TRUE(alice.is_locally_administered());
    EXPECT_FALSE(alice.is_multicast());
    EXPECT_TRUE((MacAddress{{0x01, 0, 0x5e, 0, 0, 1}}.is_multicast()));
    EXPECT_FALSE((MacAddress{{0x01, 0, 0x5e, 0, 0, 1}}.is_locally_administered()));
    EXPECT_TRUE(MacAddress::broadcast().is_broadcast());
    EXPECT_TRUE(MacAddress::broadcast().is_multicast());
    EXPECT_FALSE((MacAddress{{0xff, 0xff, 0xff, 0xff, 0xff, 0xfe}}.is_broadcast()));
}

TEST(MacOrder, IsThatOfTheOctets) {
    EXPECT_LT((MacAddress{{0, 0, 0, 0, 0, 0xff}}), (MacAddress{{0, 0, 0, 0, 1, 0}}));
}

RC_GTEST_PROP(MacText, IsReadBackAsTheSameAddress, ()) {
    const MacAddress mac = *test::any_mac();
    RC_ASSERT(MacAddress::parse(mac.to_string()).value() == mac);
}

TEST(EthernetFrames, AreTargetSourceAndTypeBeforeThePayload_RFC894) {
    const auto bytes = from_hex("ffffffffffff 020000000065 0800 45aa");
    const auto frame = parse_ethernet(bytes).value();
    EXPECT_TRUE(frame.header.target.is_broadcast());
    EXPECT_EQ(frame.header.source, alice);
    EXPECT_EQ(frame.header.ethertype, EtherType::ipv4);
    EXPECT_EQ(to_hex(frame.payload), "45 aa");
}

TEST(EthernetFrames, ShorterThanTheirHeaderAreTruncated) {
    const auto bytes = from_hex("ffffffffffff 020000000065 0800");
    EXPECT_TRUE(parse_ethernet(bytes).value().payload.empty());
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_EQ(parse_ethernet(std::span{bytes}.first(length)).error(), Malformed::truncated) << length;
}

RC_GTEST_PROP(EthernetFrames, AreReadBackAsTheyWereWritten, (std::uint16_t ethertype)) {
    const EthernetHeader header{*test::any_mac(), *test::any_mac(), static_cast<EtherType>(ethertype)};
    const test::Octets payload = *test::any_octets();
    Packet packet{payload};
    prepend_ethernet(packet, header);
    const auto frame = parse_ethernet(packet.bytes()).value();
    RC_ASSERT(frame.header == header);
    RC_ASSERT(std::ranges::equal(frame.payload, payload));
}

}  // namespace
}  // namespace sockeye::wire
