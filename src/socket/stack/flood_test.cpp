// A host under a flood, from the card upwards: it goes on to answer echoes (RFC 1122 §3.2.2.6).
#include <gtest/gtest.h>

#include "network/reassembly.hpp"
#include "test/support/host_pair.hpp"
#include "wire/ethernet.hpp"
#include "wire/icmp.hpp"
#include "wire/ipv4.hpp"
#include "wire/protocol.hpp"
#include "wire/tcp.hpp"

namespace sockeye::stack {
namespace {

struct HostFlood : ::testing::Test {
    test::HostPair hosts;
    test::HostPair::Stream stream = hosts.connect();  // so that both know where the other is

    static IpAddress address(std::uint32_t host) {
        return IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, static_cast<std::uint8_t>(host)}};
    }
    static network::IpHeader header_from(std::uint32_t host, std::uint8_t protocol) {
        return {.source = address(host), .target = address(2), .protocol = protocol};
    }
    /// An IP packet arrives at the server.
    void arrives(Packet packet) {
        wire::prepend_ethernet(packet, {.target = wire::MacAddress{{2, 0, 0, 0, 0, 2}},
                                        .source = wire::MacAddress{{2, 0, 0, 0, 0, 1}},
                                        .ethertype = wire::EtherType::ipv4});
        hosts.server().receive(hosts.server().devices().front(), std::move(packet), Instant{});
    }
    /// @returns frames that left the server
    std::size_t drain() {
        std::size_t frames = 0;
        hosts.server().poll(Instant{});
        while (hosts.server().devices().front().take()) ++frames;
        return frames;
    }
    bool answers_an_echo() {
        drain();
        Packet echo{std::vector<std::byte>(56)};
        wire::prepend_icmp(echo, wire::IcmpHeader::make_echo(wire::IcmpType::echo, 7, 1));
        network::write_ip(echo, header_from(1, wire::protocol::icmp));
        arrives(std::move(echo));
        return drain() == 1;
    }
    Packet syn_from(std::uint32_t host, std::uint32_t port) {
        wire::TcpHeader header{
            .source_port = static_cast<std::uint16_t>(port), .target_port = 80, .window = 500};
        header.flags.syn = true;
        Packet packet{0};
        wire::prepend_tcp(packet, header, address(host), address(2));
        network::write_ip(packet, header_from(host, wire::protocol::tcp));
        return packet;
    }
};

TEST_F(HostFlood, OfSynsFromNeighboursThatAreNotThereLeavesEchoesAnswered) {
    std::size_t frames = 0;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        arrives(syn_from(3 + i % 200, 1024 + i / 200));
        frames += drain();
    }
    EXPECT_LE(frames, 400u) << "one question about each neighbour a second, and no answer to any";
    EXPECT_TRUE(answers_an_echo());
    EXPECT_LE(hosts.server().tcp().connections(), 1024u + 1u);
}

TEST_F(HostFlood, OfFragmentsThatNeverMakeAWholeLeavesEchoesAnswered) {
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        Packet piece{std::vector<std::byte>(1400)};
        network::write_ip_fragment(piece, header_from(3 + i % 200, wire::protocol::tcp),
                                   {.identification = i, .offset = 1400 * (i % 40), .more = true});
        arrives(std::move(piece));
    }
    EXPECT_TRUE(answers_an_echo());
}

TEST_F(HostFlood, ASegmentInTheSmallestFragmentsIsASegment) {
    const transport::tcp::Tcb& client = stream.client->status();
    wire::TcpHeader header{.source_port = stream.client->local().port(),
                           .target_port = 80,
                           .seq = client.snd_nxt,
                           .ack = client.rcv_nxt(),
                           .window = 500,
                           .timestamps = wire::TcpTimestamps{client.timestamps.value(Instant{}), 0}};
    header.flags.ack = true;
    const std::string_view text = "in pieces";
    Packet segment{std::as_bytes(std::span{text})};
    wire::prepend_tcp(segment, header, address(1), address(2));
    constexpr std::size_t mtu = 28;  // eight octets each: not even the ports and numbers are together
    for (Packet& piece :
         network::fragment(header_from(1, wire::protocol::tcp), segment, mtu, {.identification = 1}))
        arrives(std::move(piece));
    EXPECT_EQ(stream.server->readable(), text.size());
}

TEST_F(HostFlood, AFragmentThatWouldWriteOverTheHeaderCondemnsThePacket_Rfc3128_Rfc5722) {
    Packet syn{std::vector<std::byte>(24)};
    const network::IpHeader header = header_from(1, wire::protocol::tcp);
    for (const std::size_t offset : {0U, 8U, 24U}) {
        Packet piece{syn.bytes()};
        network::write_ip_fragment(piece, header,
                                   {.identification = 9, .offset = offset, .more = offset != 24});
        arrives(std::move(piece));
    }
    EXPECT_EQ(drain(), 0u) << "no RST: nothing came of it";
    EXPECT_TRUE(answers_an_echo());
}

}  // namespace
}  // namespace sockeye::stack
