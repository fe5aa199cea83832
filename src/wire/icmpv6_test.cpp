#include "wire/icmpv6.hpp"

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

const IpAddress alice = IpAddress::parse("2001:db8::1").value();
const IpAddress bob = IpAddress::parse("2001:db8::2").value();

// Echo request, identifier 7, sequence 1, data "hi". Pseudo-header 2*(2001+0db8)+0001+0002+000a+003a =
// 5bb9; message 8000+0007+0001+6869 = e871; together 1442a, folded 442b, complement bbd4.
const Octets echo_octets = from_hex("80 00 bbd4 0007 0001 68 69");

TEST(Icmpv6Messages, HaveTheLayoutOfAnEchoRequest_RFC4443_4_1) {
    const auto message = parse_icmpv6(echo_octets).value();
    EXPECT_EQ(message.header, Icmpv6Header::make_echo(Icmpv6Type::echo_request, 7, 1));
    EXPECT_EQ(message.header.identifier(), 7);
    EXPECT_EQ(message.header.sequence(), 1);
    EXPECT_EQ(to_hex(message.payload), "68 69");

    Packet packet{from_hex("68 69")};
    prepend_icmpv6(packet, message.header, alice, bob);
    EXPECT_EQ(to_hex(packet.bytes()), to_hex(echo_octets));
}

TEST(Icmpv6Messages, CutInTheirHeaderAreTruncated) {
    for (std::size_t length = 0; length < Icmpv6Header::size; ++length)
        EXPECT_EQ(parse_icmpv6(std::span{echo_octets}.first(length)).error(), Malformed::truncated) << length;
}

TEST(Icmpv6Messages, WithTheHighestBitClearAreErrors_RFC4443_2_1) {
    EXPECT_TRUE(Icmpv6Header::make_packet_too_big(1280).is_error());
    EXPECT_TRUE(Icmpv6Header{.type = Icmpv6Type{127}}.is_error());
    EXPECT_FALSE(Icmpv6Header{.type = Icmpv6Type::echo_request}.is_error());
}

TEST(Icmpv6Checksum, CoversThePseudoHeader_RFC8200_8_1) {
    EXPECT_TRUE(verify_icmpv6_checksum(echo_octets, alice, bob));
    EXPECT_FALSE(verify_icmpv6_checksum(echo_octets, alice, IpAddress::parse("2001:db8::3").value()));
    for (std::size_t bit = 0; bit < echo_octets.size() * 8; ++bit) {
        Octets flipped = echo_octets;
        flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_FALSE(verify_icmpv6_checksum(flipped, alice, bob)) << "bit " << bit;
    }
}

RC_GTEST_PROP(Icmpv6Messages, AreReadBackAsTheyWereWritten,
              (std::uint8_t type, std::uint8_t code, std::uint32_t rest)) {
    const Octets payload = *test::any_octets();
    const Icmpv6Header header{static_cast<Icmpv6Type>(type), code, rest};
    Packet packet{payload};
    prepend_icmpv6(packet, header, alice, bob);
    const auto read = parse_icmpv6(packet.bytes()).value();
    RC_ASSERT(read.header == header);
    RC_ASSERT(std::ranges::equal(read.payload, payload));
    RC_ASSERT(verify_icmpv6_checksum(packet.bytes(), alice, bob));
}

}  // namespace
}  // namespace sockeye::wire
