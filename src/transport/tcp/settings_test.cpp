// What a user may set on a connection: keepalive, user timeout, linger, cork, header fields, buffers.
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

// ---- keepalive (RFC 9293 §3.8.4)

TEST(TcpKeepalive, IsOffUnlessAskedFor_Rfc9293_MUST_25) {
    Script script;
    Connection& connection = script.establish();
    EXPECT_EQ(script.pass(24h * 365), "");
    EXPECT_EQ(connection.state(), State::established);
}

TEST(TcpKeepalive, AfterTwoHoursNineProbesOf75SecondsEachAndThenTheEnd_Rfc9293_MUST_28) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.keepalive = Keepalive{}}, script.now);
    std::string expected;
    for (int probe = 0; probe < 9; ++probe)
        expected += std::to_string(7200 + 75 * probe) + ".000 ACK 0 ack 1\n";
    EXPECT_EQ(script.pass(7874s), expected);
    EXPECT_EQ(connection.state(), State::established);
    EXPECT_EQ(script.pass(1s), "7875.000 RST ACK 1 ack 1\n");
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

TEST(TcpKeepalive, AnyAnswerStartsItAgain_Rfc9293_MUST_26_MUST_29) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.keepalive = Keepalive{.idle = 10s, .interval = 1s, .count = 3}}, script.now);
    EXPECT_EQ(script.pass(11s), "10.000 ACK 0 ack 1\n11.000 ACK 0 ack 1\n");  // the first was lost
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1});
    EXPECT_EQ(script.pass(10s), "21.000 ACK 0 ack 1\n");
    EXPECT_EQ(connection.state(), State::established);
}

TEST(TcpKeepalive, WhatThePeerSendsPutsItOff_Rfc9293_MUST_26) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.keepalive = Keepalive{.idle = 10s}}, script.now);
    script.pass(6s);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "hello"});
    EXPECT_EQ(script.pass(10s), "6.040 ACK 1 ack 6\n16.000 ACK 0 ack 6\n");
}

TEST(TcpKeepalive, DataInFlightAreProbeEnough) {
    Script script{{.minimum_rto = 20s}};
    Connection& connection = script.establish();
    connection.apply({.keepalive = Keepalive{.idle = 5s, .interval = 1s, .count = 1}}, script.now);
    connection.send(bytes("hello")).value();
    EXPECT_EQ(script.pass(19s), "0.000 ACK 1:6 ack 1\n");
    EXPECT_EQ(connection.state(), State::established);
}

TEST(TcpKeepalive, SwitchedOffThereAreNoMoreProbes) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.keepalive = Keepalive{.idle = 10s}}, script.now);
    script.pass(10s);
    connection.apply({}, script.now);
    EXPECT_EQ(script.pass(24h), "");
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

TEST(TcpKeepalive, AskedForBeforeTheHandshakeItStartsWhenThatIsOver) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    connection.apply({.keepalive = Keepalive{.idle = 10s}}, script.now);
    script.pass(500ms);
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1});
    EXPECT_EQ(script.pass(10s), "0.500 ACK 1 ack 1\n10.500 ACK 0 ack 1\n");
}

TEST(TcpKeepalive, AProbeOfThePeersIsAnsweredWithWhereWeAre) {
    Pair pair;
    pair.connect();
    pair.run_for(1s);
    pair.trace.clear();
    pair.client->apply({.keepalive = Keepalive{.idle = 10s}}, pair.now);
    pair.run_for(30s);
    EXPECT_EQ(pair.trace,
              "11.000 a > b ACK 0 ack 1\n"
              "11.010 b > a ACK 1 ack 1\n"
              "21.020 a > b ACK 0 ack 1\n"
              "21.030 b > a ACK 1 ack 1\n");
}

// ---- user timeout (RFC 9293 §3.8.3, RFC 5482)

TEST(TcpUserTimeout, EndsAConnectionWhoseDataStayUnacknowledged_Rfc9293_MUST_21) {
    Script script{{.minimum_rto = 1s}};
    Connection& connection = script.establish();
    connection.apply({.user_timeout = 5s}, script.now);
    script.pass(100s);
    connection.send(bytes("hello")).value();
    EXPECT_EQ(script.pass(4999ms),
              "100.000 ACK 1:6 ack 1\n"
              "101.000 ACK 1:6 ack 1\n"
              "103.000 ACK 1:6 ack 1\n");
    EXPECT_EQ(connection.state(), State::established);
    EXPECT_EQ(script.pass(1ms), "");
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
}

TEST(TcpUserTimeout, LongerThanR2ItKeepsTheConnection) {
    Script script{{.minimum_rto = 1s, .data_retries = 2}};
    Connection& connection = script.establish();
    connection.apply({.user_timeout = 1h}, script.now);
    connection.send(bytes("hello")).value();
    script.pass(59min);
    EXPECT_EQ(connection.state(), State::established);
    script.pass(1min);
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
}

TEST(TcpUserTimeout, ProgressStartsItAgain) {
    Script script{{.minimum_rto = 1s}};
    Connection& connection = script.establish();
    connection.apply({.nagle = Nagle::off, .user_timeout = 5s}, script.now);
    connection.send(bytes("hello")).value();
    script.pass(100ms);
    connection.send(bytes("world")).value();
    script.pass(4s);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 6});
    script.pass(4900ms);
    EXPECT_EQ(connection.state(), State::established);
    script.pass(100ms);
    EXPECT_EQ(connection.state(), State::closed);
}

TEST(TcpUserTimeout, EndsAConnectionWhoseWindowStaysClosedToo) {
    Script script{{.minimum_rto = 1s}};
    Connection& connection = script.establish();
    connection.apply({.user_timeout = 10s}, script.now);
    connection.send(bytes("hello world")).value();
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 6, .window = 0});
    for (int second = 0; second < 9; ++second) {
        script.pass(1s);
        script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 6, .window = 0});
    }
    EXPECT_EQ(connection.state(), State::established);
    script.pass(1s);
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
}

TEST(TcpUserTimeout, HoldsForTheSynToo_Rfc9293_MUST_22) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    connection.apply({.user_timeout = 2s}, script.now);
    EXPECT_EQ(script.pass(2s), "0.000 SYN 0\n1.000 SYN 0\n");
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
}

// ---- linger, orphans

TEST(TcpLinger, OfZeroClosingResetsAndForgetsWhatIsUnsent) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.linger = Duration{0}}, script.now);
    connection.send(bytes("never sent")).value();
    script.tcp.release(connection, script.now);
    EXPECT_EQ(script.sent(), "RST ACK 1 ack 1\n");
    EXPECT_EQ(script.tcp.connections(), 0u);
}

TEST(TcpLinger, OfMoreTheConnectionEndsInOrder) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.linger = Duration{5s}}, script.now);
    script.tcp.release(connection, script.now);
    EXPECT_EQ(script.sent(), "FIN ACK 1 ack 1\n");
}

TEST(TcpLinger, OfZeroDoesNotCutTimeWaitShort) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.linger = Duration{0}}, script.now);
    connection.shutdown_write().value();
    script.sent();
    script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 2});
    script.sent();
    script.tcp.release(connection, script.now);
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(script.tcp.connections(), 1u);
    script.pass(60s);
    EXPECT_EQ(script.tcp.connections(), 0u);
}

TEST(TcpOrphans, BeyondTheLimitAreReset) {
    Script script{{.maximum_orphans = 2}};
    std::string sent;
    for (std::uint16_t port = 1; port <= 4; ++port) {
        const Address peer{"10.0.0.2", port};
        PortClaim claim = script.tcp.bind(alice, Reuse::allowed).value();
        Connection& connection =
            *script.tcp.connect(std::move(claim), alice.ip(), peer, script.now, mtu).value();
        script.sent();
        script.arrives_from(peer, {.flags = {.syn = true, .ack = true}, .ack = 1});
        script.sent();
        script.tcp.release(connection, script.now);
        sent += script.sent();
    }
    EXPECT_EQ(sent,
              "FIN ACK 1 ack 1\n"
              "FIN ACK 1 ack 1\n"
              "RST ACK 1 ack 1\n"
              "RST ACK 1 ack 1\n");
}

// ---- cork

TEST(TcpCork, HoldsBackWhatDoesNotFillASegmentUntilItIsOut) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.nagle = Nagle::off, .cork = Cork::in}, script.now);
    connection.send(bytes("head")).value();
    connection.send(bytes(std::string(1460, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 1:1461 ack 1\n");
    connection.apply({.nagle = Nagle::off}, script.now);
    EXPECT_EQ(script.sent(), "ACK 1461:1465 ack 1\n");
}

TEST(TcpCork, LetsGoAfterTheTimerRunsOutAndWithAFin) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.cork = Cork::in}, script.now);
    connection.send(bytes("head")).value();
    EXPECT_EQ(script.pass(200ms), "0.200 ACK 1:5 ack 1\n");
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 5});
    connection.send(bytes("tail")).value();
    connection.shutdown_write().value();
    EXPECT_EQ(script.sent(), "FIN ACK 5:9 ack 1\n");
}

// ---- the IP header

TEST(TcpIpHeader, CarriesTheHopLimitAndTrafficClassThatTheUserChose_Rfc9293_MUST_48_MUST_49) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    connection.apply({.hop_limit = 3, .traffic_class = 0x10}, script.now);
    const network::IpHeader header = script.tcp.poll(script.now)->header;
    EXPECT_EQ(header.hop_limit, 3);
    EXPECT_EQ(header.traffic_class, 0x10);
}

TEST(TcpIpHeader, OfAnAcceptedConnectionIsAsItsListenerSays) {
    Script script;
    Listener& listener = *script.tcp.listen(alice, 5).value();
    listener.apply({.hop_limit = 255});
    script.arrives({.flags = {.syn = true}});
    EXPECT_EQ(script.tcp.poll(script.now)->header.hop_limit, 255);
}

// ---- buffers

TEST(TcpBuffers, TheReceiveBufferGrowsWithWhatTheUserReads) {
    Pair pair{{.receive_buffer = {1 << 14, 1 << 20}}};
    pair.connect();
    pair.run_for(1s);
    const std::string text(2'000'000, 'x');
    std::size_t sent = 0;
    std::size_t received = 0;
    pair.run_for(60s, [&] {
        sent += pair.client->send(bytes(text).subspan(sent)).value();
        if (pair.server != nullptr) received += read_all(*pair.server).size();
    });
    EXPECT_EQ(received, text.size());
    EXPECT_GT(pair.server->status().incoming.limit(), std::size_t{1} << 16);
    EXPECT_LE(pair.server->status().incoming.limit(), std::size_t{1} << 20);
}

TEST(TcpBuffers, AUserWhoDoesNotReadIsGivenNoMore) {
    Pair pair{{.receive_buffer = {1 << 14, 1 << 20}}};
    pair.connect();
    pair.run_for(1s);
    const std::string text(200'000, 'x');
    std::size_t sent = 0;
    pair.run_for(60s, [&] { sent += pair.client->send(bytes(text).subspan(sent)).value(); });
    EXPECT_EQ(pair.server->status().incoming.limit(), std::size_t{1} << 14);
    EXPECT_LE(pair.server->readable(), std::size_t{1} << 14);
}

TEST(TcpBuffers, TheSendBufferGrowsWithTheCongestionWindow) {
    Pair pair{{.send_buffer = {1 << 14, 1 << 16}}};
    pair.connect();
    pair.run_for(1s);
    const std::string text(2'000'000, 'x');
    std::size_t sent = 0;
    pair.run_for(60s, [&] {
        sent += pair.client->send(bytes(text).subspan(sent)).value();
        if (pair.server != nullptr) read_all(*pair.server);
    });
    EXPECT_EQ(sent, text.size());
    EXPECT_EQ(pair.client->status().outgoing.limit(), std::size_t{1} << 16);
}

TEST(TcpBuffers, AReceiveBufferMadeSmallerTakesBackNoWindow_Rfc9293_SHLD_14) {
    Script script{{.receive_buffer = 10'000}};
    Connection& connection = script.establish();
    connection.apply({.receive_buffer = 2000}, script.now);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = std::string(1400, 'x')});
    EXPECT_EQ(script.pass(40ms, Show::window), "0.040 ACK 1 ack 1401 win 8600\n");
    EXPECT_EQ(connection.readable(), 1400u);
}

// ---- what one connection does otherwise than its host

TEST(TcpSettings, AnAckWaitsForNothingWhereItMayNot) {
    Script script;
    Connection& connection = script.establish();
    connection.apply({.delayed_ack = DelayedAck::off}, script.now);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "hello"});
    EXPECT_EQ(script.sent(), "ACK 1 ack 6\n");
}

TEST(TcpSettings, AnAckThatWaitsLeavesWhenItMayWaitNoMore) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "hello"});
    EXPECT_EQ(script.sent(), "");
    connection.apply({.delayed_ack = DelayedAck::off}, script.now);
    EXPECT_EQ(script.sent(), "ACK 1 ack 6\n");
}

TEST(TcpSettings, TheMaximumSegmentIsAskedForAndKeptTo) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    connection.apply({.maximum_segment = 700}, script.now);
    const auto syn = wire::parse_tcp(script.tcp.poll(script.now)->payload.bytes())->header;
    EXPECT_EQ(syn.mss, 700);
    script.note_syn(syn);
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .mss = 1000});
    script.sent();
    connection.send(bytes(std::string(700, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 1:701 ack 1\n");
}

TEST(TcpSettings, SynRetriesAreR2OfTheHandshake_Rfc9293_3_8_3) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    connection.apply({.syn_retries = 1}, script.now);
    EXPECT_EQ(script.pass(10s), "0.000 SYN 0\n1.000 SYN 0\n");
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
}

TEST(TcpSettings, AListenerOfIpv6AloneDoesNotHearIpv4_Rfc3493_5_3) {
    Script script;
    Listener& listener = *script.tcp.listen(Address{IpAddress::any(Family::inet6), alice.port()}, 5).value();
    listener.apply({.families = Families::ipv6_only});
    script.arrives({.flags = {.syn = true}, .mss = 1460});
    EXPECT_EQ(script.sent(), "RST ACK 0 ack 1\n");
    listener.apply({});
    script.arrives({.flags = {.syn = true}, .mss = 1460});
    EXPECT_EQ(script.sent(), "SYN ACK 0 ack 1\n");
}

TEST(TcpSettings, TheAckOfAFinLeavesAtOnceWhereItMayNotWait) {
    Script script{{.fin_ack = FinAck::at_once}};
    script.establish();
    script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 1});
    EXPECT_EQ(script.sent(), "ACK 1 ack 2\n");
}

TEST(TcpSettings, AnAckLeavesAtOnceForMoreThanOneSegmentWhereThatIsThePace) {
    Script script{{.ack_pace = AckPace::beyond_one_segment}};
    script.establish();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = std::string(1000, 'x')});
    EXPECT_EQ(script.sent(), "");
    script.arrives({.flags = {.ack = true}, .seq = 1001, .ack = 1, .text = "x"});
    EXPECT_EQ(script.sent(), "ACK 1 ack 1002\n");
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
