#include "wire/layers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <string>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"
#include "wire/arp.hpp"
#include "wire/dhcp.hpp"
#include "wire/dns.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/ipv6_extension.hpp"
#include "wire/neighbour_discovery.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"
#include "wire/text.hpp"
#include "wire/udp.hpp"
#include "wire/vlan.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr MacAddress mac_1{{0x02, 0, 0, 0, 0, 0x01}};
constexpr MacAddress mac_2{{0x02, 0, 0, 0, 0, 0x02}};
const IpAddress ip_1 = IpAddress::parse("10.0.0.1").value();
const IpAddress ip_2 = IpAddress::parse("10.0.0.2").value();
const IpAddress v6_1 = IpAddress::parse("fe80::1").value();
const IpAddress v6_2 = IpAddress::parse("fe80::2").value();

Packet in_ethernet(Packet packet, EtherType ethertype) {
    prepend_ethernet(packet, {.target = mac_1, .source = mac_2, .ethertype = ethertype});
    return packet;
}

Packet in_ipv4(Packet packet, std::uint8_t number) {
    prepend_ipv4(packet, {.protocol = number, .source = ip_2, .target = ip_1});
    return in_ethernet(packet, EtherType::ipv4);
}

Packet tcp_frame(std::string_view text, std::uint16_t port = 80) {
    Packet packet{std::as_bytes(std::span{text})};
    TcpHeader header{.source_port = 49152, .target_port = port, .seq = Sequence{1234}, .ack = Sequence{77}};
    header.flags.psh = header.flags.ack = true;
    header.timestamps = TcpTimestamps{.value = 5, .echo = 6};
    header.sack = {{Sequence{90}, Sequence{100}}};
    prepend_tcp(packet, header, ip_2, ip_1);
    return in_ipv4(packet, protocol::tcp);
}

Packet udp_frame(std::span<const std::byte> payload, std::uint16_t port) {
    Packet packet{payload};
    prepend_udp(packet, {.source_port = 49152, .target_port = port}, ip_2, ip_1);
    return in_ipv4(packet, protocol::udp);
}

std::vector<std::string> protocols_of(const std::vector<Layer>& layers) {
    std::vector<std::string> names;
    for (const Layer& layer : layers) names.emplace_back(layer.protocol);
    return names;
}

std::string value(const Layer& layer, std::string_view name) {
    for (const Field& field : layer.fields)
        if (field.name == name) return field.value;
    return "(no such field)";
}

TEST(Layers, OfATcpSegmentAreLinkNetworkTransportAndApplication) {
    const Packet frame = tcp_frame("GET / HTTP/1.1\r\nHost: web\r\n\r\n");
    const auto layers = layers_of(frame.bytes());
    ASSERT_THAT(protocols_of(layers), ElementsAre("Ethernet II", "IPv4", "TCP", "HTTP"));
    EXPECT_EQ(layers[0].number, OsiLayer::data_link);
    EXPECT_EQ(layers[1].number, OsiLayer::network);
    EXPECT_EQ(layers[2].number, OsiLayer::transport);
    EXPECT_EQ(layers[3].number, OsiLayer::application);
    EXPECT_EQ(value(layers[0], "EtherType"), "0x0800 IPv4");
    EXPECT_EQ(value(layers[1], "Time to Live"), "64");
    EXPECT_EQ(value(layers[1], "Protocol"), "6 TCP");
    EXPECT_EQ(value(layers[2], "Destination Port"), "80");
    EXPECT_EQ(value(layers[2], "Control Bits"), "0x18 ACK PSH");
    EXPECT_EQ(value(layers[2], "Timestamps"), "TSval 5, TSecr 6");
    EXPECT_EQ(value(layers[2], "SACK"), "90 to 100");
    EXPECT_EQ(value(layers[3], "Text"), "GET / HTTP/1.1\\r\\n");
}

TEST(Layers, HaveTheNamesOfBothModels) {
    EXPECT_EQ(to_string(OsiLayer::data_link), "data link");
    EXPECT_EQ(tcp_ip_name(OsiLayer::data_link), "link");
    EXPECT_EQ(to_string(OsiLayer::network), "network");
    EXPECT_EQ(tcp_ip_name(OsiLayer::network), "internet");
    EXPECT_EQ(tcp_ip_name(OsiLayer::presentation), "application");
}

TEST(Layers, StandOneBehindTheOtherAndFillTheFrame) {
    const Packet frame = tcp_frame("hello", 9001);
    std::size_t next = 0;
    for (const Layer& layer : layers_of(frame.bytes())) {
        EXPECT_EQ(layer.offset, next);
        next += layer.octets;
    }
    EXPECT_EQ(next, frame.size());
}

TEST(Layers, OfArpNameItsFieldsAsRfc826Does) {
    const Packet frame = in_ethernet(make_arp({.operation = ArpOperation::request,
                                               .sender_mac = mac_2,
                                               .sender_ip = ip_2,
                                               .target_mac = {},
                                               .target_ip = ip_1}),
                                     EtherType::arp);
    const auto layers = layers_of(frame.bytes());
    ASSERT_THAT(protocols_of(layers), ElementsAre("Ethernet II", "ARP"));
    EXPECT_EQ(value(layers[1], "Operation (ar$op)"), "1 request");
    EXPECT_EQ(value(layers[1], "Sender Protocol (ar$spa)"), "10.0.0.2");
    EXPECT_EQ(value(layers[1], "Target Hardware (ar$tha)"), "00:00:00:00:00:00");
}

TEST(Layers, ShowVlanTagsOnTheirOwn) {
    Packet frame = tcp_frame("x", 9001);
    insert_vlan_tag(frame, {.priority = 5, .id = 10});
    const auto layers = layers_of(frame.bytes());
    ASSERT_THAT(protocols_of(layers),
                ElementsAre("Ethernet II", "VLAN tag", "IPv4", "TCP", "application data"));
    EXPECT_EQ(value(layers[1], "VLAN Identifier"), "10");
    EXPECT_EQ(value(layers[1], "Priority Code Point"), "5");
}

TEST(Layers, OfDnsAreItsHeaderAndItsRecords) {
    DnsMessage message{.id = 4660, .is_response = true};
    message.questions.push_back({.name = DnsName::parse("www.example").value()});
    message.answers.push_back({.name = DnsName::parse("www.example").value(), .ttl = 60, .data = ip_1});
    const Packet frame = udp_frame(write_dns(message), 53);
    const auto layers = layers_of(frame.bytes());
    ASSERT_THAT(protocols_of(layers), ElementsAre("Ethernet II", "IPv4", "UDP", "DNS"));
    EXPECT_EQ(value(layers[3], "ID"), "0x1234");
    EXPECT_EQ(value(layers[3], "QR"), "1 response");
    EXPECT_EQ(value(layers[3], "Question"), "www.example A");
    EXPECT_EQ(value(layers[3], "Answer"), "www.example A 10.0.0.1");
}

TEST(Layers, OfDhcpAreItsHeaderAndItsOptions) {
    DhcpMessage message{.transaction = 7, .mac = mac_2};
    message.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(DhcpMessageType::request));
    message.options.set_address(DhcpOption::requested_address, ip_2);
    message.options.set_u32(DhcpOption::lease_time, 3600);
    const Packet frame = udp_frame(write_dhcp(message), 67);
    const auto layers = layers_of(frame.bytes());
    ASSERT_THAT(protocols_of(layers), ElementsAre("Ethernet II", "IPv4", "UDP", "DHCP"));
    EXPECT_EQ(value(layers[3], "DHCP Message Type"), "REQUEST");
    EXPECT_EQ(value(layers[3], "Requested IP Address"), "10.0.0.2");
    EXPECT_EQ(value(layers[3], "IP Address Lease Time"), "3600 s");
    EXPECT_EQ(value(layers[3], "chaddr"), "02:00:00:00:00:02");
}

TEST(Layers, OfIpv6ShowItsExtensionHeadersAndNeighbourDiscovery) {
    Packet packet = make_neighbour_solicitation({.target = v6_1, .source_mac = mac_2}, v6_2, v6_1);
    prepend_ipv6_options(packet, protocol::icmpv6, {});
    prepend_ipv6(
        packet,
        {.next_header = protocol::hop_by_hop_options, .hop_limit = 255, .source = v6_2, .target = v6_1});
    const auto layers = layers_of(in_ethernet(packet, EtherType::ipv6).bytes());
    ASSERT_THAT(protocols_of(layers), ElementsAre("Ethernet II", "IPv6", "IPv6 extension headers", "ICMPv6"));
    EXPECT_EQ(value(layers[1], "Hop Limit"), "255");
    EXPECT_EQ(value(layers[3], "Type"), "135 neighbour solicitation");
    EXPECT_EQ(value(layers[3], "Target Address"), "fe80::1");
}

TEST(Layers, OfARouterAdvertisementShowWhatItSays_Rfc4861_4_2) {
    Packet packet =
        make_router_advertisement({.hop_limit = 64, .managed = true, .lifetime = 1800}, v6_1, v6_2);
    prepend_ipv6(packet, {.next_header = protocol::icmpv6, .hop_limit = 255, .source = v6_1, .target = v6_2});
    const auto layers = layers_of(in_ethernet(packet, EtherType::ipv6).bytes());
    ASSERT_THAT(protocols_of(layers), ElementsAre("Ethernet II", "IPv6", "ICMPv6"));
    EXPECT_EQ(value(layers[2], "Cur Hop Limit"), "64");
    EXPECT_EQ(value(layers[2], "Flags"), "0x80 M");
    EXPECT_EQ(value(layers[2], "Router Lifetime"), "1800");
}

TEST(Layers, EndWhereAHeaderIsWrongAndSayWhy) {
    Packet frame = tcp_frame("hello", 9001);
    frame.writable().back() ^= std::byte{1};
    const auto layers = layers_of(frame.bytes());
    ASSERT_THAT(protocols_of(layers), ElementsAre("Ethernet II", "IPv4", "TCP"));
    EXPECT_EQ(layers.back().malformed, Malformed::bad_checksum);
}

TEST(Layers, ShowNoControlCharacterOfAPayload) {
    const auto layers = layers_of(tcp_frame("red \x1b[31m and \xc2\x9b"
                                            "31m\n",
                                            9001)
                                      .bytes());
    EXPECT_EQ(value(layers.back(), "Text"), "(no such field)") << "an escape is no text";
    const auto text = layers_of(tcp_frame("\xc2\x9b"
                                          "31m\n",
                                          9001)
                                    .bytes());
    EXPECT_EQ(value(text.back(), "Text"),
              "\\xc2\x9b"
              "31m\\n");
}

RC_GTEST_PROP(Layers, OfAnyOctetsLieWithinTheFrame, ()) {
    const auto frame = *test::any_octets();
    for (const Layer& layer : layers_of(frame)) {
        RC_ASSERT(layer.offset + layer.octets <= frame.size());
        for (const Field& field : layer.fields) RC_ASSERT(field.bit + field.bits <= layer.octets * 8);
    }
}

RC_GTEST_PROP(Layers, OfAFrameWithOneOctetChangedNeverReadPastIt, ()) {
    Packet frame = tcp_frame("hello", 9001);
    const auto at = *rc::gen::inRange<std::size_t>(0, frame.size());
    frame.writable()[at] = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
    for (const Layer& layer : layers_of(frame.bytes()))
        RC_ASSERT(layer.offset + layer.octets <= frame.size());
}

}  // namespace
}  // namespace sockeye::wire
