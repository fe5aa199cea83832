#include "wire/ipv4.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/checksum.hpp"
#include "wire/protocol.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

// Header of 20 octets and 4 octets of payload. The sum of its words without the checksum is
// 4510+0018+abcd+4000+4011+0a00+0001+0a00+0002 = 18509, folded 850a, complement 7af5.
const Octets small_packet = from_hex(
    "45 10 0018 abcd 4000"
    "40 11 7af5 0a000001 0a000002"
    "de ad be ef");

Ipv4Header small_header() {
    Ipv4Header header;
    header.traffic_class = 0x10;
    header.total_length = 24;
    header.identification = 0xabcd;
    header.dont_fragment = true;
    header.ttl = 64;
    header.protocol = protocol::udp;
    header.source = IpAddress::parse("10.0.0.1").value();
    header.target = IpAddress::parse("10.0.0.2").value();
    return header;
}

/// Sets one octet and makes the checksum of the 20 octets of header right again.
Octets with_octet(std::size_t at, std::uint8_t value) {
    Octets octets = small_packet;
    octets[at] = std::byte{value};
    octets[10] = octets[11] = std::byte{0};
    const std::uint16_t sum = checksum(std::span{octets}.first(20));
    octets[10] = static_cast<std::byte>(sum >> 8);
    octets[11] = static_cast<std::byte>(sum & 0xff);
    return octets;
}

TEST(Ipv4Packets, HaveTheLayoutOfFigure4_RFC791_3_1) {
    const auto packet = parse_ipv4(small_packet).value();
    EXPECT_EQ(packet.header, small_header());
    EXPECT_EQ(to_hex(packet.payload), "de ad be ef");

    Packet written{from_hex("de ad be ef")};
    prepend_ipv4(written, small_header());
    EXPECT_EQ(to_hex(written.bytes()), to_hex(small_packet));
}

TEST(Ipv4Packets, EndAtTheirTotalLengthWhateverEthernetPadsThemWith_RFC894) {
    Octets padded = small_packet;
    padded.resize(46);
    EXPECT_EQ(to_hex(parse_ipv4(padded).value().payload), "de ad be ef");
}

TEST(Ipv4Packets, CutAnywhereAreTruncated) {
    for (std::size_t length = 0; length < small_packet.size(); ++length)
        EXPECT_EQ(parse_ipv4(std::span{small_packet}.first(length)).error(), Malformed::truncated) << length;
}

TEST(Ipv4Packets, OfAnotherVersionAreNotRead_RFC1122_3_2_1_1) {
    EXPECT_EQ(parse_ipv4(with_octet(0, 0x65)).error(), Malformed::bad_version);
}

TEST(Ipv4Packets, WithAWrongChecksumAreRefused_RFC1122_3_2_1_2) {
    for (std::size_t bit = 0; bit < 20 * 8; ++bit) {
        Octets flipped = small_packet;
        flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_FALSE(parse_ipv4(flipped)) << "bit " << bit;
    }
    Octets flipped = small_packet;
    flipped[8] ^= std::byte{1};
    EXPECT_EQ(parse_ipv4(flipped).error(), Malformed::bad_checksum);
}

TEST(Ipv4Packets, WithLengthsThatCannotBeAreRefused_RFC791_3_1) {
    EXPECT_EQ(parse_ipv4(with_octet(0, 0x44)).error(), Malformed::bad_length);  // a header under 20 octets
    EXPECT_EQ(parse_ipv4(with_octet(3, 19)).error(), Malformed::bad_length);    // a total under the header
    EXPECT_EQ(parse_ipv4(with_octet(0, 0x4f)).error(), Malformed::bad_length);  // the same, by the header
    EXPECT_EQ(parse_ipv4(with_octet(3, 25)).error(), Malformed::truncated);     // a total over what is there
}

TEST(Ipv4Options, AreSkipped_RFC1122_3_2_1_8) {
    // Record route with room for nothing, and an end of options.
    Octets packet = from_hex("46 00 0019 0000 0000 40 11 0000 0a000001 0a000002 07 03 04 00 aa");
    const std::uint16_t sum = checksum(std::span{packet}.first(24));
    packet[10] = static_cast<std::byte>(sum >> 8);
    packet[11] = static_cast<std::byte>(sum & 0xff);
    EXPECT_EQ(to_hex(parse_ipv4(packet).value().payload), "aa");
}

TEST(Ipv4Fragments, AreKnownByOffsetOrMoreFragments_RFC791_3_2) {
    EXPECT_FALSE(parse_ipv4(small_packet).value().header.is_fragment());
    EXPECT_TRUE(parse_ipv4(with_octet(6, 0x20)).value().header.is_fragment());
    const auto last = parse_ipv4(with_octet(7, 0x02)).value();
    EXPECT_TRUE(last.header.is_fragment());
    EXPECT_EQ(last.header.fragment_offset, 16);
}

RC_GTEST_PROP(Ipv4Packets, AreReadBackAsTheyWereWritten, ()) {
    const Octets payload = *test::any_octets();
    Ipv4Header header;
    header.traffic_class = *rc::gen::arbitrary<std::uint8_t>();
    header.identification = *rc::gen::arbitrary<std::uint16_t>();
    header.dont_fragment = *rc::gen::arbitrary<bool>();
    header.more_fragments = *rc::gen::arbitrary<bool>();
    header.fragment_offset = static_cast<std::uint16_t>(8 * *rc::gen::inRange(0, 8192));
    header.ttl = *rc::gen::arbitrary<std::uint8_t>();
    header.protocol = *rc::gen::arbitrary<std::uint8_t>();
    header.source = *test::any_v4();
    header.target = *test::any_v4();
    Packet packet{payload};
    prepend_ipv4(packet, header);

    const auto read = parse_ipv4(packet.bytes()).value();
    header.total_length = static_cast<std::uint16_t>(20 + payload.size());
    RC_ASSERT(read.header == header);
    RC_ASSERT(std::ranges::equal(read.payload, payload));
}

RC_GTEST_PROP(Ipv4Packets, OfAnyOctetsAreReadOrRefused, ()) {
    Octets octets = *test::any_octets();
    if (!octets.empty()) octets[0] = std::byte{0x45};  // or nearly all would fail at the version
    const auto read = parse_ipv4(octets);
    if (read) RC_ASSERT(read->payload.size() + 20 <= octets.size());
}

}  // namespace
}  // namespace sockeye::wire
