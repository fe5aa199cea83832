// NAT44 (RFC 4787, RFC 5382, RFC 5508): two hosts inside, a router with one public address, one host outside.
#include "network/nat.hpp"

#include "test/support/ip_harness.hpp"
#include "wire/tcp.hpp"

namespace sockeye::network {
namespace {

using test::at, test::ip, test::prefix;
using Kind = IcmpNotice::Kind;

struct NatTest : testing::Test {
    NatTest() {
        one.plug(1, {"192.168.1.1/24"});
        router.plug(2, {"192.168.1.254/24"});
        two.plug(3, {"192.168.2.1/24"});
        router.plug(4, {"192.168.2.254/24"});
        Interface& outside = router.plug(5, {"203.0.113.1/24"});
        server.plug(6, {"203.0.113.80/24"});
        net.connect(one, 0, router, 0);
        net.connect(two, 0, router, 1);
        net.connect(router, 2, server, 0);
        one.stack.add_route(prefix("0.0.0.0/0"), ip("192.168.1.254")).value();
        two.stack.add_route(prefix("0.0.0.0/0"), ip("192.168.2.254")).value();
        router.stack.enable_nat(outside, {}, Random{5});
    }
    /// The last packet that a box received, with the ports of its UDP.
    struct Got {
        std::string from;
        std::uint16_t source_port;
        std::string to;
        std::uint16_t target_port;
        friend bool operator==(const Got&, const Got&) = default;
    };
    static Got last(test::Box& box) {
        if (box.received.empty()) return {"nobody", 0, "", 0};
        const IpPacket packet = std::move(box.received.back());
        box.received.clear();
        EXPECT_TRUE(
            wire::verify_udp_checksum(packet.payload.bytes(), packet.header.source, packet.header.target));
        const auto udp = wire::parse_quoted_udp(packet.payload.bytes()).value();
        return {packet.header.source.to_string(), udp.source_port, packet.header.target.to_string(),
                udp.target_port};
    }
    void send(test::Box& box, std::string_view source, std::uint16_t source_port, std::string_view target,
              std::uint16_t target_port, std::size_t octets = 4) {
        IpPacket packet{
            .header = {.source = ip(source), .target = ip(target), .protocol = wire::protocol::udp},
            .payload = Packet{std::vector<std::byte>(octets, std::byte{'x'})}};
        wire::prepend_udp(packet.payload, {.source_port = source_port, .target_port = target_port},
                          packet.header.source, packet.header.target);
        box.stack.send(std::move(packet), now).value();
        net.run(now);
    }

    test::Box one;
    test::Box two;
    test::Box router{{.forwarding = Forwarding::on}};
    test::Box server;
    test::Net net;
    Instant now;
};

TEST_F(NatTest, InsideHostsShareOnePublicAddressAndAnswersFindTheirWayBack_Rfc4787) {
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53);
    EXPECT_EQ(last(server), (Got{"203.0.113.1", 5000, "203.0.113.80", 53}));
    send(server, "203.0.113.80", 53, "203.0.113.1", 5000);
    EXPECT_EQ(last(one), (Got{"203.0.113.80", 53, "192.168.1.1", 5000}));
}

TEST_F(NatTest, ThePortThatAnotherHostHasIsNotSharedButChosenAnew_Rfc4787_REQ3) {
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53);
    last(server);
    send(two, "192.168.2.1", 5000, "203.0.113.80", 53);
    const Got second = last(server);
    EXPECT_EQ(second.from, "203.0.113.1");
    EXPECT_NE(second.source_port, 5000);
    EXPECT_GE(second.source_port, 1024);
    send(server, "203.0.113.80", 53, "203.0.113.1", second.source_port);
    EXPECT_EQ(last(two), (Got{"203.0.113.80", 53, "192.168.2.1", 5000}));
}

TEST_F(NatTest, TheMappingDoesNotDependOnWhomItSpeaksTo_Rfc4787_REQ1) {
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53);
    const Got first = last(server);
    send(one, "192.168.1.1", 5000, "203.0.113.80", 54);
    EXPECT_EQ(last(server).source_port, first.source_port);
    EXPECT_EQ(router.stack.nat()->list(now).size(), 1U);
}

TEST_F(NatTest, WhatNobodyInsideAskedForStaysOutside) {
    send(server, "203.0.113.80", 53, "203.0.113.1", 5000);
    EXPECT_TRUE(one.received.empty());
    EXPECT_EQ(last(router).to, "203.0.113.1") << "it is the router's own";
}

TEST_F(NatTest, AForwardedPortLeadsInside) {
    router.stack.nat()->forward_port(wire::protocol::udp, 8080, {ip("192.168.1.1"), 80});
    send(server, "203.0.113.80", 999, "203.0.113.1", 8080);
    EXPECT_EQ(last(one), (Got{"203.0.113.80", 999, "192.168.1.1", 80}));
    send(one, "192.168.1.1", 80, "203.0.113.80", 999);
    EXPECT_EQ(last(server), (Got{"203.0.113.1", 8080, "203.0.113.80", 999}));
}

TEST_F(NatTest, AHairpinShowsThePublicAddress_Rfc4787_REQ9) {
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53);
    last(server);
    send(two, "192.168.2.1", 6000, "203.0.113.1", 5000);
    EXPECT_EQ(last(one), (Got{"203.0.113.1", 6000, "192.168.1.1", 5000}));
}

TEST_F(NatTest, AUdpMappingLivesFiveMinutesFromItsLastUse_Rfc4787_REQ5) {
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53);
    now = at(4min);
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53);
    EXPECT_EQ(router.stack.nat()->list(at(9min) + -1ns).size(), 1U);
    EXPECT_EQ(router.stack.nat()->list(at(9min)).size(), 0U);
}

TEST_F(NatTest, FragmentsAreTranslatedAsOnePacket_Rfc4787_REQ14) {
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53, 4000);
    EXPECT_EQ(last(server), (Got{"203.0.113.1", 5000, "203.0.113.80", 53}));
}

TEST_F(NatTest, AnErrorAboutAPacketGoesBackToWhoeverSentIt_Rfc5508_REQ3) {
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53);
    server.stack.report(server.received.back(), {.kind = Kind::port_unreachable}, now);
    net.run(now);
    const auto notice = one.stack.take_notice();
    ASSERT_TRUE(notice.has_value());
    EXPECT_EQ(notice->kind, Kind::port_unreachable);
    EXPECT_EQ(notice->about.source, ip("192.168.1.1"));
    EXPECT_EQ(wire::parse_quoted_udp(notice->quoted.bytes())->source_port, 5000);
}

TEST_F(NatTest, AnErrorFromInsideShowsThePublicAddress_Rfc5508_REQ5) {
    send(one, "192.168.1.1", 5000, "203.0.113.80", 53);
    send(server, "203.0.113.80", 53, "203.0.113.1", 5000);
    one.stack.report(one.received.back(), {.kind = Kind::port_unreachable}, now);
    net.run(now);
    const auto notice = server.stack.take_notice();
    ASSERT_TRUE(notice.has_value());
    EXPECT_EQ(notice->about.target, ip("203.0.113.1"));
    EXPECT_EQ(notice->reporter, ip("203.0.113.1"));
}

TEST_F(NatTest, EchoesAreToldApartByTheirIdentifiers_Rfc5508_REQ1) {
    const IcmpMessage echo{
        .kind = IcmpMessage::Kind::echo_request, .identifier = 7, .sequence = 1, .payload = {}};
    const auto ping = [&](test::Box& box, std::string_view source) {
        box.stack
            .send({.header = {.source = ip(source),
                              .target = ip("203.0.113.80"),
                              .protocol = wire::protocol::icmp},
                   .payload = write_echo(echo, ip(source), ip("203.0.113.80"))},
                  now)
            .value();
        net.run(now);
    };
    ping(one, "192.168.1.1");
    ping(two, "192.168.2.1");
    for (test::Box* box : {&one, &two}) {
        const auto reply = box->stack.take_icmp();
        ASSERT_TRUE(reply.has_value());
        EXPECT_EQ(read_icmp(*reply)->identifier, 7);
        EXPECT_FALSE(box->stack.take_icmp().has_value());
    }
    EXPECT_EQ(router.stack.nat()->list(now).size(), 2U);
}

TEST_F(NatTest, HopsAreCountedAndTheirEndIsReportedFromInside) {
    IpPacket packet = test::udp("192.168.1.1", "203.0.113.80", 4, 1);
    one.stack.send(std::move(packet), now).value();
    net.run(now);
    EXPECT_EQ(one.stack.take_notice()->reporter, ip("192.168.1.254"));
}

TEST(NatTable, IsBoundedAndRefusesWhatIsTooMuch) {
    Nat nat{{.maximum = 3}, ip("203.0.113.1"), Random{1}};
    const auto out = [&](std::uint8_t host, Instant now) {
        IpPacket packet = test::udp("192.168.1." + std::to_string(host), "203.0.113.80");
        write_ip(packet.payload, packet.header);
        Arrival arrival = *read_ip(std::move(packet.payload));
        return nat.outbound(arrival, now);
    };
    for (std::uint8_t host = 1; host <= 3; ++host) EXPECT_EQ(out(host, {}), Nat::Outcome::translated);
    EXPECT_EQ(out(4, {}), Nat::Outcome::refused);
    EXPECT_EQ(out(1, {}), Nat::Outcome::translated);
    EXPECT_EQ(out(4, at(5min)), Nat::Outcome::translated) << "the others' time is over";
}

/// A TCP segment through the table.
struct NatTcp : testing::Test {
    Instant until() {
        const auto rows = nat.list(now);
        return rows.empty() ? Instant{} : rows.front().until;
    }
    void segment(const wire::TcpFlags& flags, bool out) {
        const IpAddress source = ip(out ? "192.168.1.1" : "203.0.113.80");
        const IpAddress target = ip(out ? "203.0.113.80" : "203.0.113.1");
        Packet packet;
        wire::TcpHeader header;
        header.source_port = out ? 5000 : 80;
        header.target_port = out ? 80 : 5000;
        header.flags = flags;
        wire::prepend_tcp(packet, header, source, target);
        write_ip(packet, {.source = source, .target = target, .protocol = wire::protocol::tcp});
        Arrival arrival = *read_ip(std::move(packet));
        EXPECT_EQ(out ? nat.outbound(arrival, now) : nat.inbound(arrival, now), Nat::Outcome::translated);
        const auto bytes = arrival.whole.bytes().subspan(arrival.payload_at);
        EXPECT_TRUE(wire::verify_tcp_checksum(bytes, arrival.header.source, arrival.header.target));
    }
    Nat nat{{}, ip("203.0.113.1"), Random{1}};
    Instant now;
};

TEST_F(NatTcp, AnOpenConnectionLives2Hours4MinutesAndOneThatOpensOrCloses4Minutes_Rfc5382_REQ5) {
    segment({.syn = true}, true);
    EXPECT_EQ(until(), at(4min));
    segment({.syn = true, .ack = true}, false);
    EXPECT_EQ(until(), at(4min));
    segment({.ack = true}, true);
    segment({.ack = true}, false);
    EXPECT_EQ(until(), at(124min));
    segment({.fin = true, .ack = true}, true);
    EXPECT_EQ(until(), at(4min));
}

}  // namespace
}  // namespace sockeye::network
