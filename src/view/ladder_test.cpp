#include "view/ladder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sockeye/socket.hpp"
#include "test/support/scripted_host.hpp"
#include "view/columns.hpp"

namespace sockeye::view {
namespace {

using test::ScriptedHost;
using test::ScriptedLab;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using wire::TcpFlags;
using wire::TcpHeader;

constexpr TcpFlags syn{.syn = true};
constexpr TcpFlags syn_ack{.syn = true, .ack = true};
constexpr TcpFlags ack{.ack = true};
constexpr TcpFlags fin_ack{.fin = true, .ack = true};
constexpr TcpFlags rst_ack{.rst = true, .ack = true};

/// One connection, client:49152 to server:9001, with numbers relative to these.
struct Ladder : ::testing::Test, ScriptedLab {
    static constexpr std::uint32_t client_isn = 0xfffffff0;  // wraps in the middle of the data
    static constexpr std::uint32_t server_isn = 5'000;

    static TcpHeader header(TcpFlags flags, std::uint32_t seq, std::uint32_t acked) {
        TcpHeader made;
        made.seq = Sequence{seq};
        made.ack = Sequence{flags.ack ? acked : 0};
        made.flags = flags;
        made.window = 65535;
        return made;
    }
    void from_client(TcpFlags flags, std::uint32_t seq, std::uint32_t acked, std::string_view payload = {}) {
        TcpHeader segment = header(flags, client_isn + seq, server_isn + acked);
        segment.source_port = 49152;
        segment.target_port = 9001;
        client.send_tcp(server, segment, payload);
    }
    void from_server(TcpFlags flags, std::uint32_t seq, std::uint32_t acked, std::string_view payload = {}) {
        TcpHeader segment = header(flags, flags.rst ? 0 : server_isn + seq, client_isn + acked);
        segment.source_port = 9001;
        segment.target_port = 49152;
        server.send_tcp(client, segment, payload);
    }
    void handshake() {
        move_to(1s);
        from_client(syn, 0, 0);
        move_to(1s + 10us);
        from_server(syn_ack, 0, 1);
        move_to(1s + 20us);
        from_client(ack, 1, 1);
        move_to(1s + 30us);
    }
    std::vector<std::string> lines(LadderOptions options = {}) const {
        std::istringstream text{ladder(world, options)};
        std::vector<std::string> all;
        for (std::string line; std::getline(text, line);) all.push_back(line);
        return all;
    }
    std::string last_line() const { return lines({.last = 1}).back(); }
};

TEST_F(Ladder, ShowsAConnectionFromArpToTimeWaitInEightyColumns) {
    exchange_arp();
    handshake();
    from_client(ack, 1, 1, "hello, world\n");
    move_to(2s);
    from_server(ack, 1, 14, "HELLO, WORLD\n");
    move_to(2s + 10us);
    from_client(ack, 14, 14);
    move_to(3s);
    from_client(fin_ack, 14, 14);
    move_to(3s + 10us);
    from_server(ack, 14, 15);
    move_to(3s + 20us);
    from_server(fin_ack, 14, 15);
    move_to(3s + 30us);
    from_client(ack, 15, 15);
    move_to(4s);

    EXPECT_EQ("\n" + ladder(world, {}), R"(
  time      from     to          on the wire            what it tells
  0.000000  client ⇒ all         ARP who has 10.0.0.1?  flooded to 1 port
  0.000010  server → client      ARP 10.0.0.1 is me     02:..:00:01, unicast
  1.000000  client → server:9001 SYN     seq 0          SYN-SENT
  1.000010  server → client      SYN ACK seq 0 ack 1    SYN-RECEIVED
  1.000020  client → server:9001 ACK     seq 1 ack 1    ESTABLISHED
  1.000030  client → server:9001 "hello, world\n"       13 B, seq 1..13
  2.000000  server → client      "HELLO, WORLD\n"       13 B, seq 1..13
  2.000010  client → server:9001 ACK     seq 14 ack 14  13 B received
  3.000000  client → server:9001 FIN ACK seq 14 ack 14  FIN-WAIT-1
  3.000010  server → client      ACK     seq 14 ack 15  CLOSE-WAIT
  3.000020  server → client      FIN ACK seq 14 ack 15  LAST-ACK
  3.000030  client → server:9001 ACK     seq 15 ack 15  TIME-WAIT
)");
}

/// RFC 9293 §3.5: the third step of the handshake may carry data.
TEST_F(Ladder, SaysThatDataOnTheHandshakesLastStepEstablishTheConnection) {
    exchange_arp();
    move_to(1s);
    from_client(syn, 0, 0);
    move_to(1s + 10us);
    from_server(syn_ack, 0, 1);
    move_to(1s + 20us);
    from_client(ack, 1, 1, "at once");
    move_to(2s);
    EXPECT_THAT(last_line(), HasSubstr("\"at once\"            7 B, ESTABLISHED"));
}

TEST_F(Ladder, ShowsACutALossAndTheRepetition) {
    exchange_arp();
    handshake();
    world.cut(0);  // the server's cable: lost behind the switch
    from_client(ack, 1, 1, "hello");
    move_to(2s);
    from_client(ack, 1, 1, "hello");
    move_to(2s + 100us);
    world.heal(0);
    move_to(4s);
    from_client(ack, 1, 1, "hello");
    move_to(5s);

    EXPECT_EQ("\n" + ladder(world, {.last = 5}), R"(
  time      from     to          on the wire          what it tells
  1.000030  cable cut: server:eth0 -- lan:1
  1.000030  client → server:9001 "hello"              x lost: cable cut
  2.000000  client → server:9001 "hello"              x lost again: cable cut
  2.000100  cable healed: server:eth0 -- lan:1
  4.000000  client → server:9001 "hello"              again, 2.000 s later
)");
}

TEST_F(Ladder, AClosedPortRefuses) {
    exchange_arp();
    move_to(1s);
    from_client(syn, 0, 0);
    move_to(1s + 10us);
    from_server(rst_ack, 0, 1);
    move_to(2s);
    EXPECT_EQ(last_line(), "  1.000010  server → client RST ACK seq 0 ack 1  refused");
}

TEST_F(Ladder, AResetOfAnOpenConnectionIsNotARefusal) {
    exchange_arp();
    handshake();
    from_client(rst_ack, 1, 1);
    move_to(2s);
    EXPECT_THAT(last_line(), HasSubstr("reset"));
}

TEST_F(Ladder, ASecondConnectionOfTheSameAddressesStartsAtZeroAgain) {
    exchange_arp();
    handshake();
    from_client(syn, 1'000'000, 0);
    move_to(2s);
    EXPECT_EQ(last_line(), "  1.000030  client → server:9001 SYN     seq 0        SYN-SENT");
}

TEST_F(Ladder, DataThatIsNoTextIsShownByItsNumbers) {
    exchange_arp();
    handshake();
    from_client(ack, 1, 1, std::string_view{"\0\x1b[2J", 5});
    move_to(2s);
    EXPECT_EQ(last_line(), "  1.000030  client → server:9001 ACK     seq 1 ack 1  5 B, seq 1..5");
}

TEST_F(Ladder, UdpIsNamedByWhoSpokeFirst) {
    exchange_arp();
    move_to(1s);
    client.send_udp(server, 50000, 9001, "hello");
    move_to(1s + 10us);
    server.send_udp(client, 9001, 50000, "HELLO");
    move_to(2s);
    EXPECT_THAT(lines({.last = 2}),
                ElementsAre("  time      from     to          on the wire          what it tells",
                            "  1.000000  client → server:9001 UDP \"hello\"          5 B",
                            "  1.000010  server → client      UDP \"HELLO\"          5 B"));
}

TEST_F(Ladder, ABroadcastSaysToHowManyPortsItWasFlooded) {
    add("bob", 3);
    add("carol", 4);
    exchange_arp();
    EXPECT_THAT(lines()[1], HasSubstr("client ⇒ all    ARP who has 10.0.0.1?  flooded to 3 ports"));
}

TEST_F(Ladder, WhatCannotBeReadIsShownAsThat) {
    client.send(Packet{60});
    Packet bad = Packet{BytesView{"no TCP"}.span()};
    client.send_ip(server, bad, wire::protocol::tcp);
    client.send(Packet{3});
    move_to(1s);
    EXPECT_THAT(ladder(world, {.width = 120}), HasSubstr("malformed TCP"));
    EXPECT_THAT(ladder(world, {.width = 120}), HasSubstr("malformed Ethernet"));
}

TEST_F(Ladder, IsNeverWiderThanItMayBe) {
    add("一台名字非常长的主机在这里", 9).send_arp({}, wire::MacAddress::broadcast());
    exchange_arp();
    handshake();
    from_client(ack, 1, 1, std::string(1000, 'x'));
    move_to(100'000s);
    from_client(ack, 1, 1, std::string(1000, 'x'));
    move_to(100'001s);
    for (std::size_t width : {60u, 80u, 100u, 200u})
        for (const std::string& line : lines({.width = width})) EXPECT_LE(columns(line), width) << line;
    for (const std::string& line : lines({.width = 1})) EXPECT_LE(columns(line), 60u) << line;
}

TEST_F(Ladder, OfNothingIsItsTitle) {
    EXPECT_EQ(ladder(world, {}), "  time      from   to on the wire          what it tells\n");
}

Task<> echo_one(Socket server) {
    Result<Accepted> accepted = co_await server.accept();
    while (accepted) {
        Result<Bytes> bytes = co_await accepted->socket.recv(4096);
        if (!bytes || bytes->empty()) co_return;
        if (Result<void> sent = co_await accepted->socket.sendall(*bytes); !sent) co_return;
    }
}

TEST(LadderOfALabThatKeepsItsLatestFrames, SaysSinceWhenItHasThem) {
    test::ScriptedLab lab;
    lab.world.keep(4);  // each datagram is a frame on two cables
    lab.exchange_arp();
    EXPECT_THAT(ladder(lab.world, {}), Not(HasSubstr("kept")));
    for (const Duration at : {1s, 2s, 3s, 4s}) {
        lab.client.send_udp(lab.server, 50000, 9001, "hello");
        lab.move_to(at);
    }
    EXPECT_THAT(ladder(lab.world, {}), HasSubstr("⋮ frames that left before this are not kept any more"));
    EXPECT_THAT(ladder(lab.world, {.last = 1}), Not(HasSubstr("kept"))) << "it is as long as was asked for";
    const std::vector<Line> udp = ladder_lines(
        lab.world, FrameFilter::parse(std::vector<std::string>{"udp"}, lab.world.topology().nodes()).value());
    EXPECT_THAT(udp.front().note, HasSubstr("not kept any more")) << "whatever the filter";
}

/// Echoes through a cable that is cut for two seconds, to the last ACK.
std::string story(std::uint64_t seed) {
    Lab lab{{.seed = seed}};
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24");
    server.spawn(echo_one(create_server(server, {"10.0.0.1", 9001}).value()));
    Socket connection = create_connection(client, {"10.0.0.1", 9001}).wait().value();
    const auto ask = [&](std::string_view text) {
        connection.sendall(text).wait().value();
        EXPECT_EQ(connection.recv(100).wait().value().text(), text);
    };
    ask("hello, lab\n");
    lab.at(500ms, [&] { lab.cut("client", "lan"); });
    lab.at(2500ms, [&] { lab.heal("client", "lan"); });
    EXPECT_TRUE(lab.run_for(1s));
    ask("again\n");
    connection.close();
    EXPECT_TRUE(lab.run_for(1s));
    return ladder(lab);
}

TEST(LadderOfALab, TellsTheStoryOfACutCable) {
    // ARP 1672 ns each way, SYN 1928 ns, data as its octets take; the ACK is delayed by 40 ms.
    EXPECT_EQ("\n" + story(7), R"(
  time      from     to          on the wire            what it tells
  0.000000  client ⇒ all         ARP who has 10.0.0.1?  flooded to 1 port
  0.000001  server → client      ARP 10.0.0.1 is me     02:..:00:01, unicast
  0.000003  client → server:9001 SYN     seq 0          SYN-SENT
  0.000005  server → client      SYN ACK seq 0 ack 1    SYN-RECEIVED
  0.000007  client → server:9001 "hello, lab\n"         11 B, ESTABLISHED
  0.000009  server → client      "hello, lab\n"         11 B, seq 1..11
  0.040012  client → server:9001 ACK     seq 12 ack 12  11 B received
  0.500000  cable cut: client:eth0 -- lan:2
  1.000012  client → server:9001 "again\n"              x lost: cable cut
  1.200012  client → server:9001 "again\n"              x lost again: cable cut
  1.600012  client → server:9001 "again\n"              x lost again: cable cut
  2.400012  client → server:9001 "again\n"              x lost again: cable cut
  2.500000  cable healed: client:eth0 -- lan:2
  4.000012  client → server:9001 "again\n"              again, 1.600 s later
  4.000014  server → client      "again\n"              6 B, seq 12..17
  4.000016  client → server:9001 FIN ACK seq 18 ack 18  FIN-WAIT-1
  4.000018  server → client      FIN ACK seq 18 ack 19  LAST-ACK
  4.000020  client → server:9001 ACK     seq 19 ack 19  TIME-WAIT
)");
}

TEST(LadderOfALab, DoesNotDependOnTheNumbersThatTheSeedChose) {
    EXPECT_EQ(story(7), story(8));
}

}  // namespace
}  // namespace sockeye::view
