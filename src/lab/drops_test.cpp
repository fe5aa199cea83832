// What a host or a router drops is recorded with the reason: one row of a table a reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/host_node.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/option.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"
#include "wire/arp.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"
#include "wire/text.hpp"
#include "wire/udp.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using wire::EtherType;

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

const IpAddress ours = ip("10.0.0.1");
const IpAddress theirs = ip("10.0.0.2");
const wire::MacAddress our_mac{{2, 0, 0, 0, 0, 1}};
const wire::MacAddress their_mac{{2, 0, 0, 0, 0, 2}};

Packet octets(std::string_view text) {
    return Packet{std::as_bytes(std::span{text})};
}

Packet udp(std::uint16_t port, std::string_view text = "hello", const IpAddress& target = ours) {
    Packet packet = octets(text);
    wire::prepend_udp(packet, {.source_port = 4000, .target_port = port}, theirs, target);
    return packet;
}

Packet in_ip(wire::Ipv4Header header, Packet payload) {
    if (header.source.is_unspecified()) header.source = theirs;
    if (header.target.is_unspecified()) header.target = ours;
    if (header.protocol == 0) header.protocol = wire::protocol::udp;
    wire::prepend_ipv4(payload, header);
    return payload;
}

Packet framed(Packet packet, EtherType type = EtherType::ipv4, const wire::MacAddress& target = our_mac) {
    wire::prepend_ethernet(packet, {.target = target, .source = their_mac, .ethertype = type});
    return packet;
}

Packet flipped(Packet packet, std::size_t at) {
    packet.writable()[at] ^= std::byte{1};
    return packet;
}

Packet asks_for(std::string_view target) {
    return wire::make_arp({.operation = wire::ArpOperation::request,
                           .sender_mac = their_mac,
                           .sender_ip = theirs,
                           .target_ip = ip(target)});
}

void transmit(Lab& lab, Host& from, Packet frame) {
    auto& node = static_cast<lab::HostNode&>(from.node());
    node.stack().devices().front().transmit(std::move(frame));
    lab.world().has_work(node);
}

/// "host: TTL expired" of that host alone: what it answers may be dropped elsewhere.
std::vector<std::string> drops_of(const Lab& lab, std::string_view host) {
    std::vector<std::string> all;
    for (const lab::Drop& drop : lab.world().recorder().drops())
        if (lab.world().topology().nodes()[drop.node]->name() == host) all.emplace_back(drop.why);
    return all;
}

struct Row {
    std::string why;
    std::function<Packet()> frame;
};

/// A host, and another that puts any frame on the cable.
struct DropsOfAHost : testing::Test {
    Lab lab{{.seed = 5}};
    Switch& lan = lab.add_switch("lan");
    Host& host = lab.add_host("host", lan, "10.0.0.1/24");
    Host& other = lab.add_host("other", lan, "10.0.0.2/24");

    void arrives(Packet frame) {
        transmit(lab, other, std::move(frame));
        lab.run_for(1s).value();
    }
    std::vector<std::string> drops_since(std::size_t before) const {
        std::vector<std::string> all = drops_of(lab, "host");
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(before));
        return all;
    }
    void expect(const std::vector<Row>& rows) {
        for (const Row& row : rows) {
            const std::size_t before = drops_of(lab, "host").size();
            arrives(row.frame());
            EXPECT_THAT(drops_since(before), ElementsAre(row.why));
        }
    }
};

TEST_F(DropsOfAHost, AtTheLinkAndAtArp) {
    expect({
        {"neither ARP nor IP", [] { return framed(octets("what?"), EtherType{0x88b5}); }},
        {"malformed ARP", [] { return framed(octets("what?"), EtherType::arp); }},
        {"ARP asks for somebody else", [] { return framed(asks_for("10.0.0.9"), EtherType::arp); }},
    });
}

TEST_F(DropsOfAHost, AtIp) {
    const auto datagram = [](const wire::Ipv4Header& header) {
        return [header] { return framed(in_ip(header, udp(9))); };
    };
    constexpr std::size_t ttl_at = 22;  // in the frame
    expect({
        {"malformed IP", [] { return framed(octets("\x45")); }},
        {"bad IP header checksum", [] { return flipped(framed(in_ip({}, udp(9))), ttl_at); }},
        {"its EtherType is that of the other IP", [] { return framed(in_ip({}, udp(9)), EtherType::ipv6); }},
        {"martian source", datagram({.source = ip("127.0.0.1")})},
        {"martian source", datagram({.source = ip("224.0.0.9")})},
        {"martian source", datagram({.source = ip("10.0.0.255")})},
        {"martian target", datagram({.target = ip("127.0.0.1")})},
        {"not its address, and it forwards nothing", datagram({.target = ip("10.0.0.9")})},
        {"a broadcast frame for one host",
         [] { return framed(in_ip({}, udp(9)), EtherType::ipv4, wire::MacAddress::broadcast()); }},
        {"broadcast of what is not UDP",
         datagram({.protocol = wire::protocol::icmp, .target = ip("10.0.0.255")})},
        {"multicast of what is not UDP",
         datagram({.protocol = wire::protocol::icmp, .target = ip("224.0.0.1")})},
        {"a protocol that it does not speak", datagram({.protocol = 99})},
        {"malformed ICMP", datagram({.protocol = wire::protocol::icmp})},
    });
}

TEST_F(DropsOfAHost, InReassembly) {
    const auto piece = [](std::uint16_t number, std::size_t offset, std::size_t size, bool more) {
        return [=] {
            return framed(in_ip({.identification = number,
                                 .more_fragments = more,
                                 .fragment_offset = static_cast<std::uint16_t>(offset)},
                                octets(std::string(size, 'x'))));
        };
    };
    arrives(piece(1, 0, 16, true)());
    EXPECT_THAT(drops_of(lab, "host"), IsEmpty()) << "it waits for the rest";
    expect({
        {"fragment that is here already", piece(1, 0, 16, true)},
        {"fragments overlap", piece(1, 8, 16, true)},
        {"fragment of a packet that was given up", piece(1, 32, 16, true)},
        {"fragment whose length is not a multiple of 8", piece(2, 0, 15, true)},
        {"fragment beyond 65535 octets", piece(3, 65528, 16, false)},
        {"fragment of nothing", piece(4, 8, 0, true)},
    });
}

TEST_F(DropsOfAHost, OfFragmentsWhoseOthersNeverCome_Rfc1122_3_3_2) {
    arrives(framed(in_ip({.more_fragments = true}, octets(std::string(16, 'x')))));
    EXPECT_THAT(ladder(lab), Not(HasSubstr("x dropped by host")));
    lab.run_for(1min).value();
    EXPECT_THAT(drops_of(lab, "host"), ElementsAre("its other fragments never came"));
    EXPECT_THAT(ladder(lab), HasSubstr("x dropped by host: its other fragments never came"));
}

TEST_F(DropsOfAHost, AtUdp) {
    Socket socket = create_datagram_server(host, {"10.0.0.1", 9}).value();
    expect({
        {"nobody listens on its port", [] { return framed(in_ip({}, udp(10))); }},
        {"malformed UDP", [] { return framed(in_ip({}, octets("what?"))); }},
        {"bad UDP checksum", [] { return framed(in_ip({}, flipped(udp(9), 8))); }},
    });
    const std::size_t before = drops_of(lab, "host").size();
    const std::string much(1400, 'x');
    for (int i = 0; i < 160; ++i) transmit(lab, other, framed(in_ip({}, udp(9, much))));
    lab.run_for(1s).value();
    const std::vector<std::string> late = drops_since(before);
    ASSERT_FALSE(late.empty()) << "212,992 octets are all that it keeps";
    for (const std::string& why : late) EXPECT_EQ(why, "receive buffer full");
}

TEST_F(DropsOfAHost, WhatItTakesAndWhatIsForOthersIsNoDrop) {
    Socket socket = create_datagram_server(host, {"10.0.0.1", 9}).value();
    arrives(framed(in_ip({}, udp(9))));
    arrives(framed(asks_for("10.0.0.9"), EtherType::arp, wire::MacAddress::broadcast()));
    arrives(framed(in_ip({.target = ip("10.0.0.9")}, udp(9)), EtherType::ipv4,
                   wire::MacAddress{{2, 0, 0, 0, 0, 9}}));  // flooded, to nobody
    EXPECT_EQ(host.run(ping(host, {"10.0.0.2", 0})).value().kind, Pong::Kind::reply);
    EXPECT_THAT(drops_of(lab, "host"), IsEmpty());
}

TEST_F(DropsOfAHost, ThatIsOff) {
    lab.crash("host");
    expect({{"the host is off", [] { return framed(in_ip({}, udp(9))); }}});
}

// ---- TCP

struct DropsOfTcp : DropsOfAHost {
    Socket listener = create_server(host, {"10.0.0.1", 80}).value();
    Socket theirs_end;
    Socket ours_end;

    void open() {
        theirs_end = create_connection(other, {"10.0.0.1", 80}).wait().value();
        ours_end = listener.accept().wait().value().socket;
        theirs_end.sendall("hello").wait().value();
        lab.run_for(1s).value();
    }
    /// The header of what `other` would send next, as long as nothing else has been put on the cable.
    wire::TcpHeader next_header() const {
        wire::TcpHeader header;
        for (const lab::Record& record : lab.world().recorder().records()) {
            const wire::Summary summary = wire::summarise(record.frame.bytes());
            if (!summary.tcp || summary.target.port() != 80) continue;
            header = *summary.tcp;
            header.seq += static_cast<std::uint32_t>(summary.payload_octets);
            header.flags = {.ack = true};
        }
        return header;
    }
    static Packet segment(const wire::TcpHeader& header, std::string_view text = "") {
        Packet packet = octets(text);
        wire::prepend_tcp(packet, header, theirs, ours);
        return framed(in_ip({.protocol = wire::protocol::tcp}, std::move(packet)));
    }
    using Change = std::function<void(wire::TcpHeader&)>;
    std::function<Packet()> changed(const Change& change, std::string text = "") const {
        wire::TcpHeader header = next_header();
        change(header);
        return [header, text] { return segment(header, text); };
    }
};

TEST_F(DropsOfTcp, WhereThereIsNoConnection) {
    const wire::TcpHeader syn{.source_port = 4000, .target_port = 81, .flags = {.syn = true}};
    const wire::TcpHeader ack{.source_port = 4000, .target_port = 81, .flags = {.ack = true}};
    wire::TcpHeader to_listener = ack;
    to_listener.target_port = 80;
    expect({
        {"nobody listens on its port", [=] { return segment(syn); }},
        {"no such connection", [=] { return segment(ack); }},
        {"no such connection", [=] { return segment(to_listener); }},
        {"malformed TCP", [] { return framed(in_ip({.protocol = wire::protocol::tcp}, octets("what?"))); }},
    });
}

TEST_F(DropsOfTcp, InAConnection_Rfc9293_3_10_7_4_Rfc5961) {
    open();
    using Header = wire::TcpHeader;
    constexpr std::uint32_t far = 100'000'000;
    const Packet whole = segment(next_header(), "x");
    const std::function<Packet()> keepalive = changed([](Header& h) { h.seq = h.seq - 1; });
    expect({
        {"outside the window", changed([](Header& h) { h.seq += far; }, "x")},
        {"outside the window", changed([](Header& h) { h.seq = h.seq - 3; })},
        {"received before", changed([](Header& h) { h.seq = h.seq - 5; }, "hello")},
        {"RST outside the window", changed([](Header& h) { h.seq += far, h.flags.rst = true; })},
        {"RST not at the next number: challenged",
         changed([](Header& h) { h.seq += 1, h.flags.rst = true; })},
        {"SYN in an open connection: challenged", changed([](Header& h) { h.flags.syn = true; })},
        {"ACK of what was never sent: challenged", changed([](Header& h) { h.ack += 1000; })},
        {"no ACK", changed([](Header& h) { h.flags.ack = false; })},
        {"no timestamp", changed([](Header& h) { h.timestamps.reset(); })},
        {"old by its timestamp (PAWS)", changed([](Header& h) { h.timestamps->value -= 100'000; })},
        {"bad TCP checksum", [whole] { return flipped(whole, whole.size() - 1); }},
    });
    const std::size_t before = drops_of(lab, "host").size();
    arrives(keepalive());
    EXPECT_THAT(drops_since(before), IsEmpty()) << "a keepalive: all it wants is an answer";
}

Task<> dial(Socket& socket, Address peer) {
    (void)co_await socket.connect(peer);  // nobody is there
}

TEST_F(DropsOfTcp, InSynSent_Rfc9293_3_10_7_3) {
    Socket caller{host};
    host.spawn(dial(caller, {"10.0.0.9", 80}));
    lab.run_for(1ms).value();
    const std::uint16_t port = caller.getsockname().value().port();
    const auto answer = [&](wire::TcpFlags flags) {
        return [=] {
            Packet packet;
            wire::prepend_tcp(packet, {.source_port = 80, .target_port = port, .flags = flags},
                              ip("10.0.0.9"), ours);
            return framed(
                in_ip({.protocol = wire::protocol::tcp, .source = ip("10.0.0.9")}, std::move(packet)));
        };
    };
    expect({
        {"ACK of what was never sent", answer({.syn = true, .ack = true})},
        {"RST that proves nothing: it has no ACK", answer({.rst = true})},
        {"no SYN, which SYN-SENT waits for", answer({.fin = true})},
    });
}

TEST_F(DropsOfTcp, WhoseReaderIsGone_Rfc2525_2_17) {
    open();
    EXPECT_EQ(ours_end.recv(100).wait().value().text(), "hello");
    ours_end.close();
    lab.run_for(1s).value();
    theirs_end.sendall("too late").wait().value();
    lab.run_for(1s).value();
    EXPECT_THAT(drops_of(lab, "host"), ElementsAre("its reader is gone"));
}

TEST_F(DropsOfTcp, WithAFullAcceptQueue) {
    Socket small{host};
    small.bind({"10.0.0.1", 81}).value();
    small.listen(0).value();
    Socket first = create_connection(other, {"10.0.0.1", 81}).wait().value();
    Socket second{other};
    other.spawn(dial(second, {"10.0.0.1", 81}));
    lab.run_for(100ms).value();
    EXPECT_THAT(drops_of(lab, "host"), ElementsAre("accept queue full"));
    EXPECT_THAT(ladder(lab), HasSubstr("x dropped by host: accept queue full"));
}

// ---- routers

/// inside -- gw -- outside
struct DropsOfARouter : testing::Test {
    Lab lab{{.seed = 6}};
    Host& gw = lab.add_router("gw");
    Switch& left = lab.add_switch("left");
    Switch& right = lab.add_switch("right");
    Host& inside = lab.add_host("inside", left, "10.0.0.2/24");
    Host& outside = lab.add_host("outside", right, "192.0.2.2/24");

    DropsOfARouter() {
        lab.connect(gw, left, "10.0.0.1/24");
        lab.connect(gw, right, "192.0.2.1/24");
        lab.add_address(outside, "2001:db8::2/64");
        lab.add_address(gw, "2001:db8::1/64");
        lab.add_route(inside, "0.0.0.0/0", "10.0.0.1");
        lab.add_route(outside, "0.0.0.0/0", "192.0.2.1");
        lab.add_route(outside, "::/0", "2001:db8::1");
        lab.run_for(1s).value();
    }
    wire::MacAddress mac(Host& host, std::size_t card = 0) const {
        return static_cast<lab::HostNode&>(host.node()).stack().devices()[card].mac();
    }
    Packet from_inside(wire::Ipv4Header header, std::string_view text = "hello") const {
        header.target = header.target.is_unspecified() ? ip("192.0.2.2") : header.target;
        Packet packet = in_ip(header, udp(9, text, header.target));
        wire::prepend_ethernet(packet,
                               {.target = mac(gw), .source = mac(inside), .ethertype = EtherType::ipv4});
        return packet;
    }
    void expect(Host& from, Packet frame, std::string_view why) {
        const std::size_t before = drops_of(lab, "gw").size();
        transmit(lab, from, std::move(frame));
        lab.run_for(100ms).value();
        const std::vector<std::string> all = drops_of(lab, "gw");
        ASSERT_EQ(all.size(), before + 1) << why;
        EXPECT_EQ(all.back(), why);
    }
};

TEST_F(DropsOfARouter, ThatCannotPassItOn_Rfc1812) {
    const std::string much(1600, 'x');
    expect(inside, from_inside({.ttl = 1}), "TTL expired");
    EXPECT_THAT(ladder(lab), HasSubstr("x dropped by gw: TTL expired"));
    EXPECT_THAT(lab.pcapng(), HasSubstr("DROP gw: TTL expired"));
    expect(inside, from_inside({.target = ip("203.0.113.1")}), "no route");
    expect(inside, from_inside({.dont_fragment = true}, much), "too big, and DF is set");
    expect(inside, from_inside({.target = ip("169.254.0.1")}), "a link-local address");
    expect(inside, from_inside({.target = ip("192.0.2.255")}), "broadcast to another network");

    const std::size_t before = drops_of(lab, "gw").size();
    transmit(lab, inside, from_inside({}));
    transmit(lab, inside, from_inside({}, much));  // in fragments
    lab.run_for(1s).value();
    EXPECT_EQ(drops_of(lab, "gw").size(), before) << "these it passes on";
}

TEST_F(DropsOfARouter, WhoseNextHopDoesNotAnswer_Rfc1812_5_2_7_1) {
    transmit(lab, inside, from_inside({.target = ip("192.0.2.77")}));
    lab.run_for(1s).value();
    EXPECT_THAT(drops_of(lab, "gw"), IsEmpty()) << "it waits for an answer to ARP";
    lab.run_for(10s).value();
    EXPECT_THAT(drops_of(lab, "gw"), ElementsAre("its next hop does not answer"));
    EXPECT_THAT(ladder(lab), HasSubstr("x dropped by gw: its next hop does not answer"));
    EXPECT_THAT(ladder(lab), HasSubstr("ICMP host 192.0.2.77")) << "the sender is told";
}

TEST_F(DropsOfARouter, OfWhatWaitsForANextHop_TheLatestStay_Rfc1122_2_3_2_2) {
    for (int i = 0; i < 60; ++i)
        transmit(lab, inside,
                 from_inside({.target = ip("192.0.2.77")}, std::string(1400, static_cast<char>('0' + i))));
    lab.run_for(10s).value();
    EXPECT_EQ(drops_of(lab, "gw").front(), "too many wait for its next hop") << "70,000 octets may wait";
    EXPECT_EQ(drops_of(lab, "gw").size(), 60U);
    EXPECT_EQ(drops_of(lab, "gw").back(), "its next hop does not answer");
}

TEST_F(DropsOfARouter, OfIpv6_Rfc8200) {
    Packet packet{1};
    const IpAddress source = ip("2001:db8::2");
    wire::prepend_udp(packet, {.source_port = 4000, .target_port = 9}, source, ip("2001:db8:9::1"));
    wire::prepend_ipv6(packet, {.next_header = wire::protocol::udp,
                                .hop_limit = 1,
                                .source = source,
                                .target = ip("2001:db8:9::1")});
    wire::prepend_ethernet(packet,
                           {.target = mac(gw, 1), .source = mac(outside), .ethertype = EtherType::ipv6});
    expect(outside, packet, "hop limit exceeded");
}

TEST_F(DropsOfARouter, WithNat_Rfc4787) {
    lab.enable_nat(gw, "eth1");
    const auto from_outside = [&](const IpAddress& target, std::uint8_t protocol, Packet payload) {
        Packet packet =
            in_ip({.protocol = protocol, .source = ip("192.0.2.2"), .target = target}, std::move(payload));
        wire::prepend_ethernet(packet,
                               {.target = mac(gw, 1), .source = mac(outside), .ethertype = EtherType::ipv4});
        return packet;
    };
    const auto datagram = [&](std::string_view target) {
        Packet packet = octets("hello");
        wire::prepend_udp(packet, {.source_port = 4000, .target_port = 9}, ip("192.0.2.2"), ip(target));
        return from_outside(ip(target), wire::protocol::udp, std::move(packet));
    };
    expect(outside, datagram("192.0.2.1"), "no NAT mapping");
    expect(outside, datagram("10.0.0.2"), "NAT: not the public address");
    expect(inside, from_inside({.protocol = 99}), "NAT cannot translate it");

    Packet syn;
    wire::prepend_tcp(syn, {.source_port = 4000, .target_port = 80, .flags = {.syn = true}}, ip("192.0.2.2"),
                      ip("192.0.2.1"));
    expect(outside, from_outside(ip("192.0.2.1"), wire::protocol::tcp, syn), "no NAT mapping");

    const std::size_t before = drops_of(lab, "gw").size();
    EXPECT_EQ(outside.run(ping(outside, {"192.0.2.1", 0})).value().kind, Pong::Kind::reply);
    EXPECT_EQ(drops_of(lab, "gw").size(), before) << "without a mapping, but it is the router's own";
}

// ---- how it is told

TEST_F(DropsOfAHost, AreToldWholeHoweverLong) {
    arrives(framed(in_ip({.target = ip("10.0.0.9")}, udp(9))));
    EXPECT_THAT(ladder(lab),
                HasSubstr("\n            x dropped by host: not its address, and it forwards nothing\n"));
}

TEST_F(DropsOfAHost, AreDropsThoughASwitchHasFloodedTheFrame) {
    lab.add_host("third", lan, "10.0.0.3/24");
    arrives(framed(in_ip({}, udp(9))));  // the switch does not know yet where 10.0.0.1 is
    EXPECT_THAT(lab.pcapng(), HasSubstr("DROP host: nobody listens on its port"));
}

TEST(DropsOfALab, AreToldBesideTheFrame_AndTheSameEachTime) {
    const auto run = [] {
        Lab lab{{.seed = 3}};
        Switch& lan = lab.add_switch("lan");
        lab.add_host("server", lan, "10.0.0.1/24");
        Host& client = lab.add_host("client", lan, "10.0.0.2/24");
        EXPECT_EQ(create_connection(client, {"10.0.0.1", 80}).wait().error(), Errc::refused);
        return ladder(lab);
    };
    EXPECT_THAT(run(), HasSubstr("SYN-SENT\n            x dropped by server: nobody listens on its port\n"));
    EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace sockeye
