#include "wire/arp.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

const ArpMessage who_has{.operation = ArpOperation::request,
                         .sender_mac = MacAddress{{0x02, 0, 0, 0, 0, 0x02}},
                         .sender_ip = IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, 2}},
                         .target_mac = MacAddress{},
                         .target_ip = IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, 1}}};

const Octets who_has_octets = from_hex(
    "0001 0800 06 04 0001"
    "020000000002 0a000002"
    "000000000000 0a000001");

Octets with_octet(std::size_t at, std::uint8_t value) {
    Octets octets = who_has_octets;
    octets[at] = std::byte{value};
    return octets;
}

TEST(ArpMessages, HaveTheLayoutOfThePacketFormat_RFC826) {
    EXPECT_EQ(to_hex(make_arp(who_has).bytes()), to_hex(who_has_octets));
    EXPECT_EQ(parse_arp(who_has_octets).value(), who_has);
}

TEST(ArpMessages, MayBeFollowedByEthernetPadding) {
    Octets padded = who_has_octets;
    padded.resize(46);
    EXPECT_EQ(parse_arp(padded).value(), who_has);
}

TEST(ArpMessages, CutAnywhereAreTruncated) {
    for (std::size_t length = 0; length < who_has_octets.size(); ++length)
        EXPECT_EQ(parse_arp(std::span{who_has_octets}.first(length)).error(), Malformed::truncated) << length;
}

TEST(ArpMessages, ForOtherHardwareOrProtocolsAreNotRead_RFC826) {
    EXPECT_EQ(parse_arp(with_octet(1, 6)).error(), Malformed::bad_version);
    EXPECT_EQ(parse_arp(with_octet(3, 1)).error(), Malformed::bad_version);
    EXPECT_EQ(parse_arp(with_octet(4, 8)).error(), Malformed::bad_length);
    EXPECT_EQ(parse_arp(with_octet(5, 16)).error(), Malformed::bad_length);
}

TEST(ArpMessages, KeepAnOperationThatTheReceiverWillDrop) {
    EXPECT_EQ(parse_arp(with_octet(7, 9)).value().operation, static_cast<ArpOperation>(9));
}

RC_GTEST_PROP(ArpMessages, AreReadBackAsTheyWereWritten, (std::uint16_t operation)) {
    const ArpMessage message{static_cast<ArpOperation>(operation), *test::any_mac(), *test::any_v4(),
                             *test::any_mac(), *test::any_v4()};
    RC_ASSERT(parse_arp(make_arp(message).bytes()).value() == message);
}

}  // namespace
}  // namespace sockeye::wire
