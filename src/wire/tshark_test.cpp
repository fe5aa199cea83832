// What this floor writes, as tshark reads it: an oracle that shares no code with us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test/support/hex.hpp"
#include "test/support/tshark.hpp"
#include "wire/bpdu.hpp"
#include "wire/dhcp.hpp"
#include "wire/dns.hpp"
#include "wire/icmp.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/ipv6_extension.hpp"
#include "wire/neighbour_discovery.hpp"
#include "wire/pcapng.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"
#include "wire/udp.hpp"
#include "wire/vlan.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;

constexpr MacAddress mac_1{{0x02, 0, 0, 0, 0, 0x01}};
constexpr MacAddress mac_2{{0x02, 0, 0, 0, 0, 0x02}};
const IpAddress four_1 = IpAddress::parse("10.0.0.1").value();
const IpAddress four_2 = IpAddress::parse("10.0.0.2").value();
const IpAddress six_1 = IpAddress::parse("fe80::1").value();
const IpAddress six_2 = IpAddress::parse("fe80::2").value();

Packet framed(Packet packet, EtherType ethertype) {
    prepend_ethernet(packet, {.target = mac_1, .source = mac_2, .ethertype = ethertype});
    return packet;
}
Packet in_ipv4(Packet packet, std::uint8_t protocol) {
    prepend_ipv4(packet, {.protocol = protocol, .source = four_2, .target = four_1});
    return framed(packet, EtherType::ipv4);
}
Packet in_ipv6(Packet packet, std::uint8_t next_header) {
    prepend_ipv6(packet, {.next_header = next_header, .hop_limit = 255, .source = six_2, .target = six_1});
    return framed(packet, EtherType::ipv6);
}
std::string recording(const std::vector<Packet>& frames) {
    std::string out;
    PcapngWriter writer{out};
    writer.section("Sockeye");
    writer.interface({.name = "lan"});
    for (const Packet& frame : frames) writer.packet({.frame = frame.bytes()});
    return out;
}

const std::string checks =
    "-o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -Y '_ws.malformed || "
    "ip.checksum.status == 0 || tcp.checksum.status == 0 || udp.checksum.status == 0 || "
    "icmp.checksum.status == 0 || icmpv6.checksum.status == 0 || _ws.expert.severity >= 8388608'";

class WireInTshark : public testing::Test {
protected:
    void SetUp() override {
        if (!test::has_tshark()) GTEST_SKIP() << "tshark is not installed";
    }

    /// What tshark shows of these fields, a line a frame, after it found nothing wrong with any.
    static std::string fields(const std::vector<Packet>& frames, const std::string& names) {
        const std::string file = recording(frames);
        EXPECT_EQ(test::tshark(file, checks), "");
        return test::tshark(file, "-T fields -E separator=' ' " + names);
    }
};

TEST_F(WireInTshark, IcmpHasItsFields) {
    Packet echo{from_hex("68 69")};
    prepend_icmp(echo, IcmpHeader::make_echo(IcmpType::echo, 7, 1));
    Packet cause{from_hex("68 69")};
    prepend_udp(cause, {.source_port = 1, .target_port = 9}, four_1, four_2);
    prepend_ipv4(cause, {.protocol = protocol::udp, .source = four_1, .target = four_2});
    prepend_icmp(cause, IcmpHeader::make_fragmentation_needed(1400));
    EXPECT_EQ(fields({in_ipv4(echo, protocol::icmp)}, "-e icmp.type -e icmp.ident -e icmp.seq"), "8 7 1\n");
    EXPECT_EQ(
        fields({in_ipv4(cause, protocol::icmp)}, "-e icmp.type -e icmp.code -e icmp.mtu -e udp.dstport"),
        "3 4 1400 9\n");
}

TEST_F(WireInTshark, NeighbourDiscoveryHasItsFields) {
    EXPECT_EQ(fields({in_ipv6(make_neighbour_solicitation({six_1, mac_2}, six_2, six_1), protocol::icmpv6)},
                     "-e icmpv6.type -e icmpv6.nd.ns.target_address -e icmpv6.opt.linkaddr"),
              "135 fe80::1 02:00:00:00:00:02\n");
    const RouterAdvertisement advertisement{.hop_limit = 64,
                                            .other = true,
                                            .lifetime = 1800,
                                            .source_mac = mac_2,
                                            .mtu = 1500,
                                            .prefixes = {{.prefix = Prefix::parse("2001:db8::/64").value(),
                                                          .on_link = true,
                                                          .autonomous = true,
                                                          .valid_lifetime = 86400,
                                                          .preferred_lifetime = 14400}}};
    EXPECT_EQ(fields({in_ipv6(make_router_advertisement(advertisement, six_2, six_1), protocol::icmpv6)},
                     "-e icmpv6.nd.ra.cur_hop_limit -e icmpv6.nd.ra.flag.o -e icmpv6.nd.ra.router_lifetime "
                     "-e icmpv6.opt.prefix -e icmpv6.opt.prefix.length -e icmpv6.opt.mtu"),
              "64 1 1800 2001:db8:: 64 1500\n");
}

TEST_F(WireInTshark, ExtensionHeadersAreThere) {
    Packet packet{from_hex("68 69")};
    prepend_udp(packet, {.source_port = 49152, .target_port = 9}, six_2, six_1);
    prepend_ipv6_fragment(packet, {.next_header = protocol::udp, .identification = 7});
    prepend_ipv6_options(packet, protocol::ipv6_fragment, from_hex("05 02 0000"));
    EXPECT_EQ(fields({in_ipv6(packet, protocol::hop_by_hop_options)},
                     "-e ipv6.opt.router_alert -e ipv6.fraghdr.ident -e udp.dstport"),
              "0 0x00000007 9\n");
}

TEST_F(WireInTshark, TcpOptionsHaveTheirValues) {
    Packet packet;
    prepend_tcp(packet,
                {.source_port = 49152,
                 .target_port = 9001,
                 .flags = {.syn = true},
                 .window = 65535,
                 .mss = 1460,
                 .window_scale = 7,
                 .sack_permitted = true,
                 .timestamps = TcpTimestamps{.value = 5, .echo = 6}},
                four_2, four_1);
    EXPECT_EQ(fields({in_ipv4(packet, protocol::tcp)},
                     "-e tcp.options.mss_val -e tcp.options.wscale.shift -e tcp.options.sack_perm "
                     "-e tcp.options.timestamp.tsval -e tcp.options.timestamp.tsecr"),
              "1460 7 0402 5 6\n");
    Packet sack;
    prepend_tcp(
        sack,
        {.source_port = 1, .target_port = 2, .flags = {.ack = true}, .sack = {{Sequence{1}, Sequence{5}}}},
        four_2, four_1);
    EXPECT_EQ(fields({in_ipv4(sack, protocol::tcp)}, "-e tcp.options.sack.count"), "1\n");
}

Packet datagram(std::uint16_t source, std::uint16_t target, std::span<const std::byte> payload) {
    Packet packet{payload};
    prepend_udp(packet, {.source_port = source, .target_port = target}, four_2, four_1);
    return in_ipv4(packet, protocol::udp);
}

TEST_F(WireInTshark, DnsIsRead) {
    const DnsName www = DnsName::parse("www.example").value();
    DnsMessage message{.id = 0x1234, .is_response = true, .recursion_desired = true};
    message.questions.push_back({.name = www});
    message.answers.push_back(
        {.name = www, .type = DnsType::cname, .ttl = 60, .data = DnsName::parse("web.example").value()});
    message.answers.push_back({.name = DnsName::parse("web.example").value(), .ttl = 60, .data = four_1});
    message.authorities.push_back({.name = DnsName::parse("example").value(),
                                   .type = DnsType::soa,
                                   .data = DnsSoa{www, www, 7, 2, 3, 4, 5}});
    message.edns = DnsEdns{.udp_payload = 1232};
    EXPECT_EQ(fields({datagram(53, 49152, write_dns(message))},
                     "-e dns.id -e dns.cname -e dns.a -e dns.soa.serial_number -e dns.rr.udp_payload_size"),
              "0x1234 web.example 10.0.0.1 7 1232\n");
}

TEST_F(WireInTshark, DhcpIsRead) {
    DhcpMessage message{.operation = DhcpOperation::boot_reply, .your = four_2, .mac = mac_2};
    message.options.set_u8(DhcpOption::message_type, static_cast<std::uint8_t>(DhcpMessageType::offer));
    message.options.set_address(DhcpOption::server_identifier, four_1);
    message.options.set_u32(DhcpOption::lease_time, 3600);
    EXPECT_EQ(fields({datagram(67, 68, write_dhcp(message))},
                     "-e dhcp.option.dhcp -e dhcp.ip.your -e dhcp.option.dhcp_server_id "
                     "-e dhcp.option.ip_address_lease_time -e dhcp.hw.mac_addr"),
              "2 10.0.0.2 10.0.0.1 3600 02:00:00:00:00:02\n");
}

TEST_F(WireInTshark, BpdusAreRead) {
    const Bpdu bpdu{.root = {0x8000, mac_1}, .root_path_cost = 19, .bridge = {0x8000, mac_2}, .port = 0x8003};
    EXPECT_EQ(fields({make_bpdu_frame(bpdu, mac_2)},
                     "-e stp.root.hw -e stp.root.cost -e stp.bridge.hw -e stp.port -e stp.max_age"),
              "02:00:00:00:00:01 19 02:00:00:00:00:02 0x8003 20\n");
}

TEST_F(WireInTshark, VlanTagsAreRead) {
    Packet packet;
    prepend_udp(packet, {.source_port = 49152, .target_port = 9}, four_2, four_1);
    Packet frame = in_ipv4(packet, protocol::udp);
    insert_vlan_tag(frame, {.priority = 5, .id = 10});
    EXPECT_EQ(fields({frame}, "-e vlan.id -e vlan.priority -e udp.dstport"), "10 5 9\n");
}

}  // namespace
}  // namespace sockeye::wire
