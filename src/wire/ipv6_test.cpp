#include "wire/ipv6.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/protocol.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

// Traffic class b8, flow label abcde, 4 octets of UDP, hop limit 64.
const Octets small_packet = from_hex(
    "6b8abcde 0004 11 40"
    "20010db8000000000000000000000001 20010db8000000000000000000000002"
    "de ad be ef");

Ipv6Header small_header() {
    return {.traffic_class = 0xb8,
            .flow_label = 0xabcde,
            .payload_length = 4,
            .next_header = protocol::udp,
            .hop_limit = 64,
            .source = IpAddress::parse("2001:db8::1").value(),
            .target = IpAddress::parse("2001:db8::2").value()};
}

TEST(Ipv6Packets, HaveTheLayoutOfTheHeaderFormat_RFC8200_3) {
    const auto packet = parse_ipv6(small_packet).value();
    EXPECT_EQ(packet.header, small_header());
    EXPECT_EQ(to_hex(packet.payload), "de ad be ef");

    Packet written{from_hex("de ad be ef")};
    prepend_ipv6(written, small_header());
    EXPECT_EQ(to_hex(written.bytes()), to_hex(small_packet));
}

TEST(Ipv6Packets, EndAtTheirPayloadLengthWhateverEthernetPadsThemWith) {
    Octets padded = small_packet;
    padded.resize(60);
    EXPECT_EQ(to_hex(parse_ipv6(padded).value().payload), "de ad be ef");
}

TEST(Ipv6Packets, CutAnywhereAreTruncated) {
    for (std::size_t length = 0; length < small_packet.size(); ++length)
        EXPECT_EQ(parse_ipv6(std::span{small_packet}.first(length)).error(), Malformed::truncated) << length;
}

TEST(Ipv6Packets, OfAnotherVersionAreNotRead_RFC8200_3) {
    Octets octets = small_packet;
    octets[0] = std::byte{0x4b};
    EXPECT_EQ(parse_ipv6(octets).error(), Malformed::bad_version);
    EXPECT_EQ(parse_ipv6(std::span{octets}.first(1)).error(), Malformed::bad_version);
}

TEST(QuotedIpv6Packets, HoldWhatThereIsOfTheirPayload_RFC4443_2_4) {
    EXPECT_EQ(to_hex(parse_quoted_ipv6(std::span{small_packet}.first(42)).value().payload), "de ad");
}

RC_GTEST_PROP(Ipv6Packets, AreReadBackAsTheyWereWritten,
              (std::uint8_t traffic_class, std::uint8_t next_header, std::uint8_t hop_limit)) {
    const Octets payload = *test::any_octets();
    const Ipv6Header header{.traffic_class = traffic_class,
                            .flow_label = *rc::gen::inRange<std::uint32_t>(0, 0x100000),
                            .payload_length = static_cast<std::uint16_t>(payload.size()),
                            .next_header = next_header,
                            .hop_limit = hop_limit,
                            .source = *test::any_v6(),
                            .target = *test::any_v6()};
    Packet packet{payload};
    prepend_ipv6(packet, header);
    const auto read = parse_ipv6(packet.bytes()).value();
    RC_ASSERT(read.header == header);
    RC_ASSERT(std::ranges::equal(read.payload, payload));
}

}  // namespace
}  // namespace sockeye::wire
