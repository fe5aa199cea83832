#include "wire/text.hpp"
#include "wire/text_application.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/bpdu.hpp"
#include "wire/dhcp.hpp"
#include "wire/dns.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/ipv6_extension.hpp"
#include "wire/neighbour_discovery.hpp"
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
    EXPECT_EQ(to_line(in_ipv4(Packet{from_hex("08 00")}, {.protocol = 89}).bytes()),
              "10.0.0.2 > 10.0.0.1: protocol 89 2 octets");
    EXPECT_EQ(to_line(in_ethernet(Packet{from_hex("60")}, EtherType{0x88cc}).bytes()),
              "02:00:00:00:00:02 > 02:00:00:00:00:01: ethertype 0x88cc 1 octet");
}

TEST(FrameText, OfTcpNamesItsOptions) {
    TcpHeader header = syn();
    header.window_scale = 7;
    header.sack_permitted = true;
    header.timestamps = TcpTimestamps{.value = 5, .echo = 6};
    EXPECT_EQ(
        to_line(tcp_frame(header).bytes()),
        "10.0.0.2.49152 > 10.0.0.1.9001: SYN seq 1234 win 65535 mss 1460 sackOK TS val 5 ecr 6 wscale 7");
    TcpHeader ack = syn();
    ack.mss.reset();
    ack.sack = {{Sequence{1}, Sequence{5}}, {Sequence{9}, Sequence{12}}};
    EXPECT_EQ(to_line(tcp_frame(ack).bytes()),
              "10.0.0.2.49152 > 10.0.0.1.9001: SYN seq 1234 win 65535 sack {1:5}{9:12}");
}

Packet icmp_frame(const IcmpHeader& header, std::span<const std::byte> payload) {
    Packet packet{payload};
    prepend_icmp(packet, header);
    return in_ipv4(packet, {.protocol = protocol::icmp});
}

TEST(FrameText, OfIcmpIsInTcpdumpsManner) {
    EXPECT_EQ(to_line(icmp_frame(IcmpHeader::make_echo(IcmpType::echo, 7, 1), from_hex("68 69")).bytes()),
              "10.0.0.2 > 10.0.0.1: ICMP echo request id 7 seq 1 2 octets");
    EXPECT_EQ(to_line(icmp_frame(IcmpHeader::make_echo(IcmpType::echo_reply, 7, 1), {}).bytes()),
              "10.0.0.2 > 10.0.0.1: ICMP echo reply id 7 seq 1 0 octets");
    EXPECT_EQ(to_line(icmp_frame({.type = IcmpType{13}}, {}).bytes()),
              "10.0.0.2 > 10.0.0.1: ICMP type 13 code 0 0 octets");
}

TEST(FrameText, OfIcmpErrorsSaysWhatTheyAreAbout) {
    const Packet cause = udp_frame("68 65 6c 6c 6f");
    const auto line = [&](const IcmpHeader& header) {
        const std::string text = to_line(icmp_frame(header, cause.bytes().subspan(14, 28)).bytes());
        return text.substr(text.find("ICMP"));
    };
    const auto unreachable = [&](std::uint8_t code) {
        return line({.type = IcmpType::destination_unreachable, .code = code});
    };
    EXPECT_EQ(unreachable(icmp_unreachable::port), "ICMP 10.0.0.1 UDP port 53 unreachable");
    EXPECT_EQ(unreachable(icmp_unreachable::host), "ICMP host 10.0.0.1 unreachable");
    EXPECT_EQ(unreachable(icmp_unreachable::protocol), "ICMP 10.0.0.1 UDP unreachable");
    EXPECT_EQ(line(IcmpHeader::make_fragmentation_needed(1400)),
              "ICMP 10.0.0.1 unreachable - need to frag (mtu 1400)");
    EXPECT_EQ(line({.type = IcmpType::time_exceeded}), "ICMP time exceeded in-transit");
    EXPECT_EQ(line({.type = IcmpType::redirect, .code = 1, .rest = 0x0a000003}),
              "ICMP redirect 10.0.0.1 to 10.0.0.3");
}

const IpAddress six_1 = IpAddress::parse("fe80::1").value();
const IpAddress six_2 = IpAddress::parse("fe80::2").value();

Packet in_ipv6(Packet packet, std::uint8_t next_header) {
    prepend_ipv6(packet, {.next_header = next_header, .hop_limit = 255, .source = six_2, .target = six_1});
    return in_ethernet(packet, EtherType::ipv6);
}

TEST(FrameText, OfIpv6LooksBehindExtensionHeaders) {
    Packet packet{from_hex("68 69")};
    prepend_udp(packet, {.source_port = 49152, .target_port = 9002}, six_2, six_1);
    prepend_ipv6_options(packet, protocol::udp, {});
    EXPECT_EQ(to_line(in_ipv6(packet, protocol::hop_by_hop_options).bytes()),
              "fe80::2.49152 > fe80::1.9002: UDP 2 octets");

    Packet fragment{from_hex("00 01 02")};
    prepend_ipv6_fragment(fragment, {.next_header = protocol::tcp, .offset = 1448});
    EXPECT_EQ(to_line(in_ipv6(fragment, protocol::ipv6_fragment).bytes()),
              "fe80::2 > fe80::1: TCP fragment at 1448 3 octets");
    EXPECT_EQ(to_line(in_ipv6(Packet{}, protocol::no_next_header).bytes()),
              "fe80::2 > fe80::1: no next header 0 octets");
    EXPECT_EQ(to_line(in_ipv6(Packet{from_hex("11")}, protocol::destination_options).bytes()),
              "malformed IPv6 fe80::2 > fe80::1: truncated");
}

TEST(FrameText, OfNeighbourDiscoveryAsksAndAnswers) {
    const auto line = [](const Packet& packet) {
        const std::string text = to_line(in_ipv6(packet, protocol::icmpv6).bytes());
        return text.substr(text.find("ICMPv6"));
    };
    EXPECT_EQ(line(make_neighbour_solicitation({six_1, mac_2}, six_2, six_1)),
              "ICMPv6 neighbour solicitation who has fe80::1? tell 02:00:00:00:00:02");
    EXPECT_EQ(line(make_neighbour_advertisement({.solicited = true, .target = six_2, .target_mac = mac_2},
                                                six_2, six_1)),
              "ICMPv6 neighbour advertisement fe80::2 is at 02:00:00:00:00:02 solicited");
    EXPECT_EQ(line(make_router_solicitation({}, six_2, six_1)), "ICMPv6 router solicitation");
    EXPECT_EQ(line(make_router_advertisement(
                  {.lifetime = 1800, .mtu = 1500, .prefixes = {{Prefix::parse("2001:db8::/64").value()}}},
                  six_2, six_1)),
              "ICMPv6 router advertisement lifetime 1800 s prefix 2001:db8::/64 mtu 1500");
    EXPECT_EQ(line(make_router_advertisement({.dns_servers = {{.lifetime = 60, .addresses = {six_1, six_2}}}},
                                             six_2, six_1)),
              "ICMPv6 router advertisement lifetime 0 s dns fe80::1 dns fe80::2");
}

TEST(FrameText, OfIcmpv6IsLikeThatOfIcmp) {
    const auto line = [](const Icmpv6Header& header, std::span<const std::byte> payload) {
        Packet packet{payload};
        prepend_icmpv6(packet, header, six_2, six_1);
        const std::string text = to_line(in_ipv6(packet, protocol::icmpv6).bytes());
        return text.substr(text.find("ICMPv6"));
    };
    EXPECT_EQ(line(Icmpv6Header::make_echo(Icmpv6Type::echo_request, 7, 1), from_hex("68")),
              "ICMPv6 echo request id 7 seq 1 1 octet");
    EXPECT_EQ(line(Icmpv6Header::make_packet_too_big(1280), {}), "ICMPv6 packet too big mtu 1280");
    EXPECT_EQ(line(Icmpv6Header::make_parameter_problem(icmpv6_parameter_problem::next_header, 40), {}),
              "ICMPv6 parameter problem at octet 40");
    Packet cause;
    prepend_udp(cause, {.target_port = 53}, six_2, six_1);
    prepend_ipv6(cause, {.next_header = protocol::udp, .source = six_2, .target = six_1});
    EXPECT_EQ(
        line({.type = Icmpv6Type::destination_unreachable, .code = icmpv6_unreachable::port}, cause.bytes()),
        "ICMPv6 fe80::1 UDP port 53 unreachable");
}

/// The text behind the addresses of a datagram between these ports.
std::string udp_text(std::uint16_t source, std::uint16_t target, std::span<const std::byte> payload) {
    Packet packet{payload};
    prepend_udp(packet, {.source_port = source, .target_port = target}, ip_2, ip_1);
    const std::string text = to_line(in_ipv4(packet, {.protocol = protocol::udp}).bytes());
    return text.substr(text.find(": ") + 2);
}

TEST(FrameText, OfDnsAsksAndAnswers) {
    const DnsName www = DnsName::parse("www.example").value();
    DnsMessage message{.id = 4660};
    message.questions.push_back({.name = www, .type = DnsType::aaaa});
    EXPECT_EQ(udp_text(49152, 53, write_dns(message)), "DNS 4660 AAAA? www.example");
    message.is_response = true;
    EXPECT_EQ(udp_text(53, 49152, write_dns(message)), "DNS 4660 no answer");
    message.answers.push_back({.name = www, .type = DnsType::cname, .data = DnsName::parse("web").value()});
    message.answers.push_back({.name = DnsName::parse("web").value(), .data = ip_1});
    EXPECT_EQ(udp_text(53, 49152, write_dns(message)), "DNS 4660 www.example CNAME web, web A 10.0.0.1");
    message.answers.assign(6, {.name = www, .type = DnsType{64}, .data = DnsOpaque{from_hex("00")}});
    EXPECT_THAT(udp_text(53, 49152, write_dns(message)), testing::HasSubstr("www.example TYPE64 and 2 more"));
    message = {.id = 4660, .is_response = true, .truncated = true, .code = DnsCode::name_error};
    EXPECT_EQ(udp_text(53, 49152, write_dns(message)), "DNS 4660 NXDomain truncated");
}

TEST(DnsTypes, HaveNamesOrNumbersThatAreReadInEitherCase_RFC3597_5) {
    for (const DnsType type : {DnsType::a, DnsType::aaaa, DnsType{15}, DnsType{33}, DnsType{64}})
        EXPECT_EQ(dns_type_named(dns_type_text(type)), type);
    EXPECT_EQ(dns_type_named("mx"), DnsType{15});
    EXPECT_EQ(dns_type_named("type65535"), DnsType{65535});
    for (const char* none : {"", "TYPE", "TYPE65536", "TYPE-1", "A ", "AXFRX"})
        EXPECT_EQ(dns_type_named(none), std::nullopt) << none;
}

TEST(FrameText, OfDhcpSaysWhoGetsWhat) {
    DhcpMessage message{.mac = mac_2};
    message.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(DhcpMessageType::discover));
    EXPECT_EQ(udp_text(68, 67, write_dhcp(message)), "DHCP DISCOVER from 02:00:00:00:00:02");
    message.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(DhcpMessageType::request));
    message.options.set_address(DhcpOption::requested_address, ip_1);
    EXPECT_EQ(udp_text(68, 67, write_dhcp(message)), "DHCP REQUEST 10.0.0.1 from 02:00:00:00:00:02");
    message.operation = DhcpOperation::boot_reply;
    message.your = ip_1;
    message.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(DhcpMessageType::ack));
    EXPECT_EQ(udp_text(67, 68, write_dhcp(message)), "DHCP ACK 10.0.0.1 to 02:00:00:00:00:02");
    EXPECT_EQ(udp_text(67, 68, from_hex("00")), "UDP 1 octet");
}

TEST(FrameText, OfSpanningTreeNamesRootAndBridge) {
    const Bpdu bpdu{.root = {0x8000, mac_1}, .root_path_cost = 19, .bridge = {0x8001, mac_2}, .port = 0x8003};
    const Packet frame = make_bpdu_frame(bpdu, mac_2);
    EXPECT_EQ(to_line(frame.bytes()),
              "02:00:00:00:00:02: STP configuration root 8000.02:00:00:00:00:01 cost 19 "
              "bridge 8001.02:00:00:00:00:02 port 3");
    EXPECT_EQ(to_line(make_bpdu_frame({.type = BpduType::topology_change}, mac_2).bytes()),
              "02:00:00:00:00:02: STP topology change");
    EXPECT_EQ(to_line(frame.bytes().first(30)), "malformed BPDU: truncated");
}

TEST(FrameText, OfATaggedFrameSaysItsVlan) {
    Packet frame = arp_frame(ArpOperation::request);
    insert_vlan_tag(frame, {.id = 20});
    insert_vlan_tag(frame, {.id = 10});
    EXPECT_EQ(to_line(frame.bytes()), "vlan 10: ARP who has 10.0.0.1? tell 10.0.0.2");
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
    const Packet frame = tcp_frame(syn(), "68 69");
    const Summary summary = summarise(frame.bytes());
    EXPECT_EQ(summary.protocol, Summary::Protocol::tcp);
    EXPECT_EQ(summary.ethernet, (EthernetHeader{mac_1, mac_2, EtherType::ipv4}));
    EXPECT_EQ(summary.source, (Address{"10.0.0.2", 49152}));
    EXPECT_EQ(summary.target, (Address{"10.0.0.1", 9001}));
    EXPECT_EQ(summary.tcp, syn());
    EXPECT_EQ(summary.payload_octets, 2U);
    EXPECT_EQ(test::to_hex(summary.payload), "68 69");
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
    const Packet whole = *rc::gen::element(
        tcp_frame(syn(), "68 69"), udp_frame("68 69"), arp_frame(ArpOperation::request),
        icmp_frame(IcmpHeader::make_echo(IcmpType::echo, 7, 1), {}),
        in_ipv6(make_neighbour_solicitation({six_1, mac_2}, six_2, six_1), protocol::icmpv6));
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
