#include "wire/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/ipv4.hpp"
#include "wire/protocol.hpp"
#include "wire/udp.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;

constexpr MacAddress mac_1{{0x02, 0, 0, 0, 0, 0x01}};
constexpr MacAddress mac_2{{0x02, 0, 0, 0, 0, 0x02}};
const IpAddress ip_1 = IpAddress::parse("10.0.0.1").value();
const IpAddress ip_2 = IpAddress::parse("10.0.0.2").value();

Packet in_ethernet(Packet packet, EtherType ethertype) {
    prepend_ethernet(packet, {.target = mac_1, .source = mac_2, .ethertype = ethertype});
    return packet;
}

Packet in_ipv4(Packet packet, Ipv4Header header) {
    header.source = ip_2;
    header.target = ip_1;
    prepend_ipv4(packet, header);
    return in_ethernet(packet, EtherType::ipv4);
}

Packet tcp_frame(const TcpHeader& header, std::string_view payload_hex = "") {
    Packet packet{from_hex(payload_hex)};
    prepend_tcp(packet, header, ip_2, ip_1);
    return in_ipv4(packet, {.protocol = protocol::tcp});
}

Packet udp_frame(std::string_view payload_hex) {
    Packet packet{from_hex(payload_hex)};
    prepend_udp(packet, {.source_port = 49152, .target_port = 53}, ip_2, ip_1);
    return in_ipv4(packet, {.protocol = protocol::udp});
}

Packet arp_frame(ArpOperation operation) {
    return in_ethernet(make_arp({.operation = operation,
                                 .sender_mac = mac_2,
                                 .sender_ip = ip_2,
                                 .target_mac = {},
                                 .target_ip = ip_1}),
                       EtherType::arp);
}

TcpHeader syn() {
    TcpHeader header;
    header.source_port = 49152;
    header.target_port = 9001;
    header.seq = Sequence{1234};
    header.flags.syn = true;
    header.window = 65535;
    header.mss = 1460;
    return header;
}

TEST(FrameText, OfArpAsksAndAnswers) {
    EXPECT_EQ(to_line(arp_frame(ArpOperation::request).bytes()), "ARP who has 10.0.0.1? tell 10.0.0.2");
    EXPECT_EQ(to_line(arp_frame(ArpOperation::reply).bytes()), "ARP 10.0.0.2 is at 02:00:00:00:00:02");
    EXPECT_EQ(to_line(arp_frame(ArpOperation{9}).bytes()), "ARP operation 9 from 02:00:00:00:00:02");
}

TEST(FrameText, OfTcpIsInTcpdumpsManner) {
    EXPECT_EQ(to_line(tcp_frame(syn()).bytes()),
              "10.0.0.2.49152 > 10.0.0.1.9001: SYN seq 1234 win 65535 mss 1460");

    TcpHeader data = syn();
    data.flags = {.psh = true, .ack = true};
    data.ack = Sequence{77};
    data.mss.reset();
    EXPECT_EQ(to_line(tcp_frame(data, "68 65 6c 6c 6f").bytes()),
              "10.0.0.2.49152 > 10.0.0.1.9001: ACK seq 1234 ack 77 win 65535 5 octets");
}

TEST(FrameText, OfUdpCountsItsPayload) {
    EXPECT_EQ(to_line(udp_frame("68 65 6c 6c 6f").bytes()), "10.0.0.2.49152 > 10.0.0.1.53: UDP 5 octets");
    EXPECT_EQ(to_line(udp_frame("68").bytes()), "10.0.0.2.49152 > 10.0.0.1.53: UDP 1 octet");
}

TEST(FrameText, OfOtherProtocolsNamesThem) {
    EXPECT_EQ(to_line(in_ipv4(Packet{from_hex("08 00")}, {.protocol = protocol::icmp}).bytes()),
              "10.0.0.2 > 10.0.0.1: ICMP 2 octets");
    EXPECT_EQ(to_line(in_ipv4(Packet{from_hex("08 00")}, {.protocol = 89}).bytes()),
              "10.0.0.2 > 10.0.0.1: protocol 89 2 octets");
    EXPECT_EQ(to_line(in_ethernet(Packet{from_hex("60")}, EtherType::ipv6).bytes()),
              "02:00:00:00:00:02 > 02:00:00:00:00:01: ethertype 0x86dd 1 octet");
}

TEST(FrameText, OfFragmentsDoesNotLookInside) {
    const Packet frame =
        in_ipv4(Packet{from_hex("00 01 02")}, {.fragment_offset = 1480, .protocol = protocol::tcp});
    EXPECT_EQ(to_line(frame.bytes()), "10.0.0.2 > 10.0.0.1: TCP fragment at 1480 3 octets");
}

TEST(FrameText, OfMalformedFramesSaysWhichHeaderAndWhy) {
    EXPECT_EQ(to_line(from_hex("02")), "malformed Ethernet: truncated");

    Packet bad_ip = tcp_frame(syn());
    bad_ip.writable()[14] = std::byte{0x55};
    EXPECT_EQ(to_line(bad_ip.bytes()), "malformed IPv4: bad version");

    Packet bad_arp = arp_frame(ArpOperation::request);
    bad_arp.truncate(30);
    EXPECT_EQ(to_line(bad_arp.bytes()), "malformed ARP: truncated");

    Packet bad_tcp = tcp_frame(syn(), "68");
    bad_tcp.writable().back() = std::byte{0};
    EXPECT_EQ(to_line(bad_tcp.bytes()), "malformed TCP 10.0.0.2 > 10.0.0.1: bad checksum");

    Packet bad_udp = udp_frame("68");
    bad_udp.writable().back() = std::byte{0};
    EXPECT_EQ(to_line(bad_udp.bytes()), "malformed UDP 10.0.0.2 > 10.0.0.1: bad checksum");
    bad_udp.writable()[39] = std::byte{7};  // its length field
    EXPECT_EQ(to_line(bad_udp.bytes()), "malformed UDP 10.0.0.2 > 10.0.0.1: bad length");
}

TEST(FrameSummaries, HoldWhatALadderNeeds) {
    const Summary summary = summarise(tcp_frame(syn(), "68 69").bytes());
    EXPECT_EQ(summary.protocol, Summary::Protocol::tcp);
    EXPECT_EQ(summary.ethernet, (EthernetHeader{mac_1, mac_2, EtherType::ipv4}));
    EXPECT_EQ(summary.source, (Address{"10.0.0.2", 49152}));
    EXPECT_EQ(summary.target, (Address{"10.0.0.1", 9001}));
    EXPECT_EQ(summary.tcp, syn());
    EXPECT_EQ(summary.payload_octets, 2U);
    EXPECT_EQ(summary.hop_limit, 64);
    EXPECT_FALSE(summary.arp.has_value());
    EXPECT_FALSE(summary.malformed.has_value());
}

TEST(FrameSummaries, DoNotCountEthernetPadding) {
    Octets padded;
    const Packet frame = udp_frame("68");
    padded.assign(frame.bytes().begin(), frame.bytes().end());
    padded.resize(60);
    EXPECT_EQ(summarise(padded).payload_octets, 1U);
}

RC_GTEST_PROP(FrameSummaries, OfAFrameCutOrChangedAnywhereStillSaySomething, ()) {
    const Packet whole =
        *rc::gen::element(tcp_frame(syn(), "68 69"), udp_frame("68 69"), arp_frame(ArpOperation::request));
    Octets octets{whole.bytes().begin(), whole.bytes().end()};
    octets.resize(*rc::gen::inRange<std::size_t>(0, octets.size() + 1));
    if (!octets.empty() && *rc::gen::arbitrary<bool>()) {
        const auto at = *rc::gen::inRange<std::size_t>(0, octets.size());
        octets[at] = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
    }
    RC_ASSERT(!to_line(octets).empty());
}

}  // namespace
}  // namespace sockeye::wire
