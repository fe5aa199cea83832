// ICMP of both families: echoes, and who may be told what (RFC 1122 §3.2.2, RFC 1812 §4.3, RFC 4443).
#include "network/icmp_message.hpp"

#include "test/support/ip_harness.hpp"
#include "wire/ipv6_extension.hpp"

namespace sockeye::network {
namespace {

using test::at, test::ip, test::mac;
using testing::HasSubstr;
using Kind = IcmpNotice::Kind;

struct Pair {
    const char* name;
    const char* own;
    const char* peer;
    const char* network;
    const char* group;
};

/// Two hosts on a cable that know each other.
class Icmp : public testing::TestWithParam<Pair> {
protected:
    Icmp() {
        host.plug(1, {std::string{GetParam().own} + GetParam().network});
        peer.plug(2, {std::string{GetParam().peer} + GetParam().network});
        net.connect(host, 0, peer, 0);
        host.stack.send(test::udp(GetParam().own, GetParam().peer), now).value();
        net.run(now);
        host.received.clear();
        peer.received.clear();
    }
    /// What the peer got from us.
    IpPacket received(std::size_t octets = 4) {
        host.stack.send(test::udp(GetParam().own, GetParam().peer, octets), now).value();
        net.run(now);
        IpPacket packet = std::move(peer.received.back());
        peer.received.clear();
        return packet;
    }
    void ping(std::string_view target, std::size_t octets) {
        const std::vector<std::byte> data(octets, std::byte{'p'});
        const IcmpMessage echo{
            .kind = IcmpMessage::Kind::echo_request, .identifier = 7, .sequence = 1, .payload = data};
        const IpAddress source = ip(GetParam().own);
        host.stack
            .send({.header = {.source = source,
                              .target = ip(target),
                              .protocol = icmp_protocol(source.family())},
                   .payload = write_echo(echo, source, ip(target))},
                  now)
            .value();
    }

    test::Box host;
    test::Box peer;
    test::Net net;
    Instant now;
};

INSTANTIATE_TEST_SUITE_P(Families, Icmp,
                         testing::Values(Pair{"Icmp", "10.0.0.1", "10.0.0.2", "/24", "224.0.0.1"},
                                         Pair{"Icmpv6", "2001:db8::1", "2001:db8::2", "/64", "ff02::1"}),
                         [](const auto& pair) { return std::string{pair.param.name}; });

TEST_P(Icmp, AnEchoIsAnsweredWithItsDataOfAnySize_Rfc1122_3_2_2_6_Rfc4443_4_2) {
    const std::size_t most = ip(GetParam().own).family() == Family::inet ? 65'507 : 65'527;
    for (const std::size_t octets : {std::size_t{0}, std::size_t{56}, std::size_t{3000}, most}) {
        ping(GetParam().peer, octets);
        net.run(now);
        const auto reply = host.stack.take_icmp();
        ASSERT_TRUE(reply.has_value()) << octets;
        const auto message = read_icmp(*reply);
        ASSERT_TRUE(message.has_value());
        EXPECT_EQ(message->kind, IcmpMessage::Kind::echo_reply);
        EXPECT_EQ(message->identifier, 7);
        EXPECT_EQ(message->payload.size(), octets);
        EXPECT_FALSE(host.stack.take_icmp().has_value());
    }
}

TEST_P(Icmp, AnEchoToOneselfIsAnsweredWithoutTheCable) {
    ping(GetParam().own, 8);
    EXPECT_EQ(net.run(now), "");
    EXPECT_EQ(read_icmp(*host.stack.take_icmp())->kind, IcmpMessage::Kind::echo_reply);
}

TEST_P(Icmp, AnErrorQuotesThePacketUnchangedAndBecomesANotice_Rfc1122_3_2_2) {
    peer.stack.report(received(), {.kind = Kind::port_unreachable}, now);
    EXPECT_THAT(net.run(now), HasSubstr("unreachable"));
    const auto notice = host.stack.take_notice();
    ASSERT_TRUE(notice.has_value());
    EXPECT_EQ(notice->kind, Kind::port_unreachable);
    EXPECT_TRUE(notice->is_hard());
    EXPECT_EQ(notice->about.source, ip(GetParam().own));
    EXPECT_EQ(notice->about.target, ip(GetParam().peer));
    EXPECT_EQ(notice->about.protocol, wire::protocol::udp);
    EXPECT_EQ(notice->reporter, ip(GetParam().peer));
    const auto header = wire::parse_quoted_udp(notice->quoted.bytes());
    EXPECT_EQ(header->source_port, 1000);
    EXPECT_EQ(header->target_port, 2000);
}

TEST_P(Icmp, AnErrorIsNoLongerThan576Or1280Octets_Rfc1812_4_3_2_3_Rfc4443_2_4) {
    peer.stack.report(received(1400), {.kind = Kind::port_unreachable}, now);
    const auto frame = peer.devices.front().take();
    ASSERT_TRUE(frame.has_value());
    const bool is_v4 = ip(GetParam().own).family() == Family::inet;
    EXPECT_EQ(frame->size() - wire::EthernetHeader::size, is_v4 ? 576U : 1280U);
}

TEST_P(Icmp, NobodyIsToldAboutAnError_Rfc1122_3_2_2_Rfc4443_2_4_e_1) {
    peer.stack.report(received(), {.kind = Kind::port_unreachable}, now);
    auto frame = peer.devices.front().take();
    ASSERT_TRUE(frame.has_value());
    frame->trim_front(wire::EthernetHeader::size);
    const Opened error = open_ip(*read_ip(*std::move(frame)));
    host.stack.report(error.packet, {.kind = Kind::hop_limit_exceeded}, now);
    EXPECT_EQ(host.sent(), "");
}

TEST_P(Icmp, NobodyIsToldAboutAPacketToAGroup_Rfc1122_3_2_2_Rfc4443_2_4_e_3) {
    IpPacket packet = received();
    packet.header.target = ip(GetParam().group);
    peer.stack.report(packet, {.kind = Kind::port_unreachable}, now);
    EXPECT_EQ(peer.sent(), "");
}

TEST_P(Icmp, NobodyIsToldWhoIsNoSingleHost_Rfc1122_3_2_2_Rfc4443_2_4_e_6) {
    IpPacket packet = received();
    for (const IpAddress& source : {IpAddress::any(packet.header.source.family()), ip(GetParam().group)}) {
        packet.header.source = source;
        peer.stack.report(packet, {.kind = Kind::port_unreachable}, now);
        EXPECT_EQ(peer.sent(), "");
    }
}

TEST_P(Icmp, ErrorsAreLimitedInRate_Rfc1812_4_3_2_8_Rfc4443_2_4_f) {
    const IpPacket packet = received();
    for (int i = 0; i < 1000; ++i) peer.stack.report(packet, {.kind = Kind::port_unreachable}, now);
    std::size_t frames = 0;
    while (peer.devices.front().take()) ++frames;
    EXPECT_EQ(frames, 50U);
    peer.stack.report(packet, {.kind = Kind::port_unreachable}, now + 10ms);
    EXPECT_THAT(peer.sent(), HasSubstr("unreachable"));
}

TEST_P(Icmp, WhatIsForgedAboutOthersPacketsIsNoNotice) {
    IpPacket packet = received();
    packet.header.source = ip(GetParam().peer);  // quotes a packet that we never sent
    const IpAddress us = ip(GetParam().own);
    const IpAddress peer_ip = ip(GetParam().peer);
    Packet quoted = packet.payload;
    write_ip(quoted, packet.header);
    peer.stack
        .send({.header = {.source = peer_ip, .target = us, .protocol = icmp_protocol(us.family())},
               .payload = write_icmp_error({.kind = Kind::port_unreachable}, quoted, peer_ip, us)},
              now)
        .value();
    net.run(now);
    EXPECT_FALSE(host.stack.take_notice().has_value());
}

// ---- path MTU (RFC 1191, RFC 8201)

TEST_P(Icmp, TooBigNarrowsTheWayForTenMinutes_Rfc1191_6_3_Rfc8201_4) {
    const IpAddress target = ip(GetParam().peer);
    peer.stack.report(received(1400), {.kind = Kind::too_big, .value = 1300}, now);
    net.run(now);
    const auto notice = host.stack.take_notice();
    ASSERT_TRUE(notice.has_value());
    EXPECT_EQ(notice->kind, Kind::too_big);
    EXPECT_EQ(notice->mtu, 1300U);
    EXPECT_EQ(host.stack.path_mtu(target, now).value(), 1300U);
    EXPECT_EQ(host.stack.path_mtu(target, now + 10min).value(), 1500U);
}

TEST_P(Icmp, ALieAboutTheMtuNeitherWidensTheWayNorStarvesIt) {
    const IpAddress target = ip(GetParam().peer);
    const bool is_v4 = target.family() == Family::inet;
    peer.stack.report(received(1400), {.kind = Kind::too_big, .value = 9000}, now);
    peer.stack.report(received(1400), {.kind = Kind::too_big, .value = 1}, now);
    net.run(now);
    EXPECT_EQ(host.stack.path_mtu(target, now).value(), is_v4 ? 68U : 1500U);
}

TEST(PathMtus, ARouterThatDoesNotSayTheMtuLeadsToTheNextPlateau_Rfc1191_7_1) {
    PathMtus ways{{}};
    ways.learn(ip("10.0.0.2"), 0, 1500, {});
    EXPECT_EQ(ways.of(ip("10.0.0.2"), 1500, {}), 1492U);
    ways.learn(ip("10.0.0.2"), 0, 1492, {});
    EXPECT_EQ(ways.of(ip("10.0.0.2"), 1500, {}), 1006U);
}

TEST(PathMtus, TheCacheIsBounded) {
    PathMtus ways{{.maximum = 2}};
    ways.learn(ip("10.0.0.2"), 1000, 1500, at(1s));
    ways.learn(ip("10.0.0.3"), 1000, 1500, at(2s));
    ways.learn(ip("10.0.0.4"), 1000, 1500, at(3s));
    EXPECT_EQ(ways.of(ip("10.0.0.2"), 1500, at(3s)), 1500U);
    EXPECT_EQ(ways.of(ip("10.0.0.4"), 1500, at(3s)), 1000U);
}

// ---- IPv6's extension headers (RFC 8200 §4)

struct Options : testing::Test {
    Options() {
        host.plug(1, {"2001:db8::1/64"});
        host.stack.interfaces().front().receive({.kind = NeighbourMessage::Kind::solicitation,
                                                 .target = ip("2001:db8::1"),
                                                 .sender = ip("2001:db8::2"),
                                                 .mac = mac(2)},
                                                {});
        host.sent();
    }
    /// What the host says to a packet with a destination option of this type.
    std::string answer(std::uint8_t type, std::string_view target = "2001:db8::1") {
        IpPacket packet = test::udp("2001:db8::2", target);
        const std::array<std::byte, 4> option{std::byte{type}, std::byte{2}};
        wire::prepend_ipv6_options(packet.payload, wire::protocol::udp, option);
        packet.header.protocol = wire::protocol::destination_options;
        write_ip(packet.payload, packet.header);
        wire::prepend_ethernet(packet.payload,
                               {.target = mac(1), .source = mac(2), .ethertype = wire::EtherType::ipv6});
        delivered = host.hear(std::move(packet.payload), {}).has_value();
        return host.sent();
    }
    test::Box host;
    bool delivered = false;
};

TEST_F(Options, AnUnknownOptionDoesWhatItsTwoHighestBitsSay_Rfc8200_4_2) {
    EXPECT_EQ(answer(0x1e), "");
    EXPECT_TRUE(delivered) << "00: skip";
    EXPECT_EQ(answer(0x5e), "");
    EXPECT_FALSE(delivered) << "01: discard";
    EXPECT_THAT(answer(0x9e), HasSubstr("parameter problem"));
    EXPECT_FALSE(delivered) << "10: discard and report";
    EXPECT_THAT(answer(0xde), HasSubstr("parameter problem"));
    EXPECT_FALSE(delivered) << "11: discard and report, except to a group";
}

TEST_F(Options, AnUnknownNextHeaderIsReportedWhereItStands_Rfc4443_3_4) {
    IpPacket packet = test::udp("2001:db8::2", "2001:db8::1");
    packet.header.protocol = 200;
    write_ip(packet.payload, packet.header);
    wire::prepend_ethernet(packet.payload,
                           {.target = mac(1), .source = mac(2), .ethertype = wire::EtherType::ipv6});
    const auto arrived = host.hear(std::move(packet.payload), {});
    ASSERT_TRUE(arrived.has_value());
    host.stack.report(*arrived, {.kind = Kind::protocol_unreachable}, {});
    const auto frame = host.devices.front().take();
    const wire::Summary summary = wire::summarise(frame->bytes());
    ASSERT_TRUE(summary.icmpv6.has_value());
    EXPECT_EQ(summary.icmpv6->type, wire::Icmpv6Type::parameter_problem);
    EXPECT_EQ(summary.icmpv6->code, wire::icmpv6_parameter_problem::next_header);
    EXPECT_EQ(summary.icmpv6->pointer(), 6U);
}

}  // namespace
}  // namespace sockeye::network
