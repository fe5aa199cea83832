#include "wire/tcp.hpp"

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

const IpAddress alice = IpAddress::parse("10.0.0.2").value();
const IpAddress bob = IpAddress::parse("10.0.0.1").value();

// SYN from port 49152 to 9001, seq 1234, window 65535, MSS 1460. Pseudo-header
// 0a00+0002+0a00+0001+0006+0018 = 1421; segment c000+2329+04d2+6002+ffff+0204+05b4 = 24fb4.
const Octets syn_octets = from_hex(
    "c000 2329 000004d2 00000000"
    "60 02 ffff 9c28 0000"
    "02 04 05b4");

TcpHeader syn_header() {
    TcpHeader header;
    header.source_port = 49152;
    header.target_port = 9001;
    header.seq = Sequence{1234};
    header.flags.syn = true;
    header.window = 65535;
    header.mss = 1460;
    return header;
}

/// A header of 20 octets and these options, whose length must be a multiple of 4, and no payload.
Octets with_options(std::string_view options) {
    Octets octets = from_hex("c000 2329 000004d2 00000000 50 02 ffff 0000 0000");
    const Octets extra = from_hex(options);
    octets.insert(octets.end(), extra.begin(), extra.end());
    octets[12] = static_cast<std::byte>(octets.size() / 4 << 4);
    return octets;
}

TEST(TcpSegments, HaveTheLayoutOfFigure1_RFC9293_3_1) {
    EXPECT_EQ(parse_tcp(syn_octets).value().header, syn_header());
    EXPECT_TRUE(parse_tcp(syn_octets).value().payload.empty());

    Packet packet;
    prepend_tcp(packet, syn_header(), alice, bob);
    EXPECT_EQ(to_hex(packet.bytes()), to_hex(syn_octets));
}

TEST(TcpSegments, CarryPayloadBehindTheirDataOffset_RFC9293_3_1) {
    const auto octets = from_hex("c000 2329 000004d2 00000001 50 18 0100 0000 0007 68 69");
    const auto segment = parse_tcp(octets).value();
    EXPECT_EQ(segment.header.ack, Sequence{1});
    EXPECT_EQ(segment.header.flags, (TcpFlags{.psh = true, .ack = true}));
    EXPECT_EQ(segment.header.window, 256);
    EXPECT_EQ(segment.header.urgent_pointer, 7);
    EXPECT_EQ(segment.header.mss, std::nullopt);
    EXPECT_EQ(to_hex(segment.payload), "68 69");
}

TEST(TcpSegments, CutInTheirHeaderAreTruncated) {
    for (std::size_t length = 0; length < syn_octets.size(); ++length)
        EXPECT_EQ(parse_tcp(std::span{syn_octets}.first(length)).error(), Malformed::truncated) << length;
}

TEST(TcpSegments, WithADataOffsetUnder5AreRefused_RFC9293_3_1) {
    Octets octets = syn_octets;
    octets[12] = std::byte{0x40};
    EXPECT_EQ(parse_tcp(octets).error(), Malformed::bad_length);
}

TEST(TcpSegments, MayHaveReservedBitsThatAreIgnored_RFC9293_3_1) {
    Octets octets = syn_octets;
    octets[12] |= std::byte{0x0f};
    EXPECT_EQ(parse_tcp(octets).value().header, syn_header());
}

TEST(TcpFlagBits, AreThoseOfOctet13_RFC9293_3_1) {
    const std::array<TcpFlags, 8> flags{TcpFlags{.fin = true}, TcpFlags{.syn = true}, TcpFlags{.rst = true},
                                        TcpFlags{.psh = true}, TcpFlags{.ack = true}, TcpFlags{.urg = true},
                                        TcpFlags{.ece = true}, TcpFlags{.cwr = true}};
    for (std::size_t bit = 0; bit < flags.size(); ++bit) {
        Packet packet;
        prepend_tcp(packet, {.flags = flags[bit]}, alice, bob);
        EXPECT_EQ(std::to_integer<unsigned>(packet.bytes()[13]), 1U << bit);
    }
}

TEST(TcpOptions, ThatAreUnknownAreSkipped_RFC9293_MUST6) {
    EXPECT_EQ(parse_tcp(with_options("fd 06 01020304 01 01 02 04 05b4")).value().header.mss, 1460);
    EXPECT_EQ(parse_tcp(with_options("04 02 01 01 02 04 05b4")).value().header.mss, 1460);
}

TEST(TcpOptions, MayStandAtAnyOctet_RFC9293_MUST64) {
    EXPECT_EQ(parse_tcp(with_options("01 02 04 05b4 01 01 01")).value().header.mss, 1460);
}

TEST(TcpOptions, EndAtTheEndOfOptionList_RFC9293_3_2) {
    EXPECT_EQ(parse_tcp(with_options("00 02 04 05b4 ff ff ff")).value().header.mss, std::nullopt);
}

TEST(TcpOptions, WithAnIllegalLengthAreRefused_RFC9293_MUST7) {
    EXPECT_EQ(parse_tcp(with_options("02 04 05b4 fd 00 0000")).error(), Malformed::bad_option);  // length 0
    EXPECT_EQ(parse_tcp(with_options("fd 01 0000")).error(), Malformed::bad_option);             // length 1
    EXPECT_EQ(parse_tcp(with_options("fd 05 0000")).error(), Malformed::bad_option);   // past the header
    EXPECT_EQ(parse_tcp(with_options("01 01 01 fd")).error(), Malformed::bad_option);  // no length at all
    EXPECT_EQ(parse_tcp(with_options("02 03 05 00")).error(), Malformed::bad_option);  // an MSS of 1 octet
}

TEST(TcpOptions, DoNotReachIntoThePayload) {
    Octets octets = with_options("fd 08 0000");
    octets.resize(octets.size() + 8);
    EXPECT_EQ(parse_tcp(octets).error(), Malformed::bad_option);
}

TEST(TcpChecksum, CoversPseudoHeaderHeaderAndPayload_RFC9293_3_1) {
    EXPECT_TRUE(verify_tcp_checksum(syn_octets, alice, bob));
    EXPECT_FALSE(verify_tcp_checksum(syn_octets, alice, IpAddress::parse("10.0.0.3").value()));
    for (std::size_t bit = 0; bit < syn_octets.size() * 8; ++bit) {
        Octets flipped = syn_octets;
        flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_FALSE(verify_tcp_checksum(flipped, alice, bob)) << "bit " << bit;
    }
}

TEST(TcpFlagText, NamesTheFlagsButNotPsh) {
    EXPECT_EQ(to_string(TcpFlags{.syn = true}), "SYN");
    EXPECT_EQ(to_string(TcpFlags{.syn = true, .ack = true}), "SYN ACK");
    EXPECT_EQ(to_string(TcpFlags{.fin = true, .psh = true, .ack = true}), "FIN ACK");
    EXPECT_EQ(to_string(TcpFlags{.rst = true}), "RST");
    EXPECT_EQ(to_string(TcpFlags{.psh = true, .ack = true}), "ACK");
    EXPECT_EQ(to_string(TcpFlags{}), "none");
}

RC_GTEST_PROP(TcpSegments, AreReadBackAsTheyWereWritten, ()) {
    const Octets payload = *test::any_octets();
    const TcpHeader header = *test::any_tcp_header();
    const bool v4 = *rc::gen::arbitrary<bool>();
    const IpAddress source = v4 ? *test::any_v4() : *test::any_v6();
    const IpAddress target = v4 ? *test::any_v4() : *test::any_v6();
    Packet packet{payload};
    prepend_tcp(packet, header, source, target);

    const auto read = parse_tcp(packet.bytes()).value();
    RC_ASSERT(read.header == header);
    RC_ASSERT(std::ranges::equal(read.payload, payload));
    RC_ASSERT(verify_tcp_checksum(packet.bytes(), source, target));
}

RC_GTEST_PROP(TcpSegments, OfAnyOctetsAreReadOrRefused, ()) {
    Octets octets = *rc::gen::resize(300, test::any_octets());
    if (octets.size() > 12) octets[12] |= std::byte{0x50};  // or most would fail at the data offset
    const auto read = parse_tcp(octets);
    if (read) RC_ASSERT(read->payload.size() + 20 <= octets.size());
}

}  // namespace
}  // namespace sockeye::wire
