#include "wire/udp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

const IpAddress alice = IpAddress::parse("10.0.0.1").value();
const IpAddress bob = IpAddress::parse("10.0.0.2").value();
const IpAddress alice6 = IpAddress::parse("2001:db8::1").value();
const IpAddress bob6 = IpAddress::parse("2001:db8::2").value();

// Ports 1000 and 53, 3 octets of payload. Pseudo-header 0a00+0001+0a00+0002+0011+000b = 141f,
// datagram 03e8+0035+000b+6869+2100 = 8d91; together a1b0, complement 5e4f.
const Octets hi = from_hex("03e8 0035 000b 5e4f 68 69 21");

TEST(UdpDatagrams, HaveTheLayoutOfTheUserDatagramHeader_RFC768) {
    const auto datagram = parse_udp(hi).value();
    EXPECT_EQ(datagram.header,
              (UdpHeader{.source_port = 1000, .target_port = 53, .length = 11, .checksum = 0x5e4f}));
    EXPECT_EQ(to_hex(datagram.payload), "68 69 21");

    Packet packet{from_hex("68 69 21")};
    prepend_udp(packet, {.source_port = 1000, .target_port = 53}, alice, bob);
    EXPECT_EQ(to_hex(packet.bytes()), to_hex(hi));
}

TEST(UdpDatagrams, MayCarryNothing) {
    EXPECT_TRUE(parse_udp(from_hex("03e8 0035 0008 0000")).value().payload.empty());
}

TEST(UdpDatagrams, EndAtTheirLength) {
    Octets longer = hi;
    longer.push_back(std::byte{0xff});
    EXPECT_EQ(to_hex(parse_udp(longer).value().payload), "68 69 21");
    EXPECT_TRUE(verify_udp_checksum(longer, alice, bob));
}

TEST(UdpDatagrams, CutAnywhereAreTruncated) {
    for (std::size_t length = 0; length < hi.size(); ++length) {
        EXPECT_EQ(parse_udp(std::span{hi}.first(length)).error(), Malformed::truncated) << length;
        EXPECT_FALSE(verify_udp_checksum(std::span{hi}.first(length), alice, bob)) << length;
    }
}

TEST(UdpDatagrams, WithALengthUnder8AreRefused_RFC768) {
    EXPECT_EQ(parse_udp(from_hex("03e8 0035 0007 0000 68")).error(), Malformed::bad_length);
}

TEST(UdpChecksum, CoversPseudoHeaderHeaderAndPayload_RFC768) {
    EXPECT_TRUE(verify_udp_checksum(hi, alice, bob));
    EXPECT_FALSE(verify_udp_checksum(hi, alice, IpAddress::parse("10.0.0.3").value()));
    for (std::size_t bit = 0; bit < hi.size() * 8; ++bit) {
        Octets flipped = hi;
        flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_FALSE(verify_udp_checksum(flipped, alice, bob)) << "bit " << bit;
    }
}

TEST(UdpChecksum, OfZeroMeansNoneOverIpv4AndIsWrongOverIpv6_RFC768_RFC8200_8_1) {
    const auto unsummed = from_hex("03e8 0035 000b 0000 68 69 21");
    EXPECT_TRUE(verify_udp_checksum(unsummed, alice, bob));
    EXPECT_FALSE(verify_udp_checksum(unsummed, alice6, bob6));
}

TEST(UdpChecksum, ThatComesOutAsZeroIsSentAsAllOnes_RFC768) {
    // 141f - 3 + 2 for the pseudo-header and length 10, 03e8+0035+000a for the header: 1845.
    // So a payload of e7ba makes the sum ffff and its complement zero.
    Packet packet{from_hex("e7ba")};
    prepend_udp(packet, {.source_port = 1000, .target_port = 53}, alice, bob);
    EXPECT_EQ(parse_udp(packet.bytes()).value().header.checksum, 0xffff);
    EXPECT_TRUE(verify_udp_checksum(packet.bytes(), alice, bob));
}

RC_GTEST_PROP(UdpDatagrams, AreReadBackAsTheyWereWritten, (std::uint16_t from, std::uint16_t to)) {
    const Octets payload = *test::any_octets();
    const bool v4 = *rc::gen::arbitrary<bool>();
    const IpAddress source = v4 ? *test::any_v4() : *test::any_v6();
    const IpAddress target = v4 ? *test::any_v4() : *test::any_v6();
    Packet packet{payload};
    prepend_udp(packet, {.source_port = from, .target_port = to}, source, target);

    const auto read = parse_udp(packet.bytes()).value();
    RC_ASSERT(read.header.source_port == from);
    RC_ASSERT(read.header.target_port == to);
    RC_ASSERT(read.header.length == packet.size());
    RC_ASSERT(read.header.checksum != 0);
    RC_ASSERT(std::ranges::equal(read.payload, payload));
    RC_ASSERT(verify_udp_checksum(packet.bytes(), source, target));
}

}  // namespace
}  // namespace sockeye::wire
