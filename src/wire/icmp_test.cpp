#include "wire/icmp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/ipv4.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

// Echo, identifier 7, sequence 1, data "hi!": 0800+0007+0001+6869+2100 = 9171, complement 6e8e.
const Octets echo_octets = from_hex("08 00 6e8e 0007 0001 68 69 21");
const IcmpHeader echo = IcmpHeader::make_echo(IcmpType::echo, 7, 1);

TEST(IcmpMessages, HaveTheLayoutOfAnEcho_RFC792) {
    const auto message = parse_icmp(echo_octets).value();
    EXPECT_EQ(message.header, echo);
    EXPECT_EQ(message.header.identifier(), 7);
    EXPECT_EQ(message.header.sequence(), 1);
    EXPECT_EQ(to_hex(message.payload), "68 69 21");

    Packet packet{from_hex("68 69 21")};
    prepend_icmp(packet, echo);
    EXPECT_EQ(to_hex(packet.bytes()), to_hex(echo_octets));
}

TEST(IcmpMessages, SayTheNextHopMtuInTheLowHalfOfTheSecondWord_RFC1191_4) {
    Packet packet;
    prepend_icmp(packet, IcmpHeader::make_fragmentation_needed(1400));
    EXPECT_EQ(to_hex(packet.bytes()), "03 04 f7 83 00 00 05 78");  // 0304+0578 = 087c
    EXPECT_EQ(parse_icmp(packet.bytes()).value().header.next_hop_mtu(), 1400);
}

TEST(IcmpMessages, OfARedirectNameTheGateway_RFC792) {
    const IcmpHeader header{.type = IcmpType::redirect, .code = 1, .rest = 0x0a000003};
    EXPECT_EQ(header.gateway().to_string(), "10.0.0.3");
}

TEST(IcmpMessages, CutInTheirHeaderAreTruncated) {
    for (std::size_t length = 0; length < IcmpHeader::size; ++length)
        EXPECT_EQ(parse_icmp(std::span{echo_octets}.first(length)).error(), Malformed::truncated) << length;
}

TEST(IcmpMessages, WithAnyBitChangedHaveABadChecksum) {
    for (std::size_t bit = 0; bit < echo_octets.size() * 8; ++bit) {
        Octets flipped = echo_octets;
        flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_EQ(parse_icmp(flipped).error(), Malformed::bad_checksum) << "bit " << bit;
    }
}

TEST(IcmpErrors, AreThoseThatNoErrorMayAnswer_RFC1122_3_2_2) {
    for (unsigned type : {3U, 4U, 5U, 11U, 12U})
        EXPECT_TRUE(IcmpHeader{.type = static_cast<IcmpType>(type)}.is_error()) << type;
    for (unsigned type : {0U, 8U, 13U, 14U})
        EXPECT_FALSE(IcmpHeader{.type = static_cast<IcmpType>(type)}.is_error()) << type;
}

TEST(QuotedIpv4Packets, HoldWhatThereIsOfTheirPayload_RFC1122_3_2_2) {
    Packet packet{from_hex("03e8 0035 000b 5e4f 68 69 21")};
    prepend_ipv4(packet, {.protocol = 17});
    const auto quote = packet.bytes().first(28);
    EXPECT_EQ(parse_ipv4(quote).error(), Malformed::truncated);
    EXPECT_EQ(to_hex(parse_quoted_ipv4(quote).value().payload), "03 e8 00 35 00 0b 5e 4f");
}

TEST(QuotedIpv4Packets, MayHaveAChecksumThatIsNoLongerRight) {
    Packet packet{from_hex("00")};
    prepend_ipv4(packet, {.protocol = 17});
    packet.writable()[8] = std::byte{1};  // a TTL that a router counted down
    EXPECT_EQ(parse_quoted_ipv4(packet.bytes()).value().header.ttl, 1);
}

TEST(QuotedIpv4Packets, CutInTheirHeaderAreTruncated) {
    Packet packet{from_hex("00")};
    prepend_ipv4(packet, {.protocol = 17});
    for (std::size_t length = 0; length < Ipv4Header::minimum_size; ++length)
        EXPECT_EQ(parse_quoted_ipv4(packet.bytes().first(length)).error(), Malformed::truncated) << length;
}

RC_GTEST_PROP(IcmpMessages, AreReadBackAsTheyWereWritten,
              (std::uint8_t type, std::uint8_t code, std::uint32_t rest)) {
    const Octets payload = *test::any_octets();
    const IcmpHeader header{static_cast<IcmpType>(type), code, rest};
    Packet packet{payload};
    prepend_icmp(packet, header);
    const auto read = parse_icmp(packet.bytes()).value();
    RC_ASSERT(read.header == header);
    RC_ASSERT(std::ranges::equal(read.payload, payload));
}

}  // namespace
}  // namespace sockeye::wire
