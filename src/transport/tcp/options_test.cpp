// What two ends agree on in their SYNs, and what follows: scaled windows, timestamps, selective
// acknowledgments (RFC 7323, RFC 2018, RFC 2883).
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

constexpr wire::TcpTimestamps stamp(std::uint32_t value, std::uint32_t echo = 0) {
    return {.value = value, .echo = echo};
}

Segment data(std::uint32_t seq, std::string text, std::optional<wire::TcpTimestamps> timestamps = {}) {
    return {.flags = {.ack = true}, .seq = seq, .ack = 1, .text = std::move(text), .timestamps = timestamps};
}

/// alice has connected to a bob who knows every option; his clock stood at 700.
Connection& establish_with_options(Script& script) {
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true, .ack = true},
                    .ack = 1,
                    .mss = 1460,
                    .window_scale = 3,
                    .sack_permitted = true,
                    .timestamps = stamp(700)});
    script.sent();
    return connection;
}

// ---- what is offered

TEST(TcpOptions, ASynOffersAllOfThem) {
    Script script;
    script.tcp.connect(alice, bob, script.now, mtu).value();
    EXPECT_EQ(script.sent(Show::options), "SYN 0 win 65535 mss 1460 sackOK TS val 0 ecr 0 wscale 7\n");
}

TEST(TcpOptions, ASynOffersOnlyWhatTheHostWants) {
    Script script{{.options = {.window_scaling = false, .timestamps = false, .sack = false}}};
    script.tcp.connect(alice, bob, script.now, mtu).value();
    EXPECT_EQ(script.sent(Show::options), "SYN 0 win 65535 mss 1460\n");
}

TEST(TcpOptions, ASynAckNamesThoseThatTheSynNamed_Rfc7323_2_2) {
    Script script;
    script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.syn = true}, .mss = 1460});
    EXPECT_EQ(script.sent(Show::options), "SYN ACK 0 ack 1 win 65535 mss 1460\n");
    script.arrives_from(Address{"10.0.0.3", 80},
                        {.flags = {.syn = true}, .window_scale = 7, .timestamps = stamp(33)});
    EXPECT_EQ(script.sent(Show::options), "SYN ACK 0 ack 1 win 65535 mss 1460 TS val 0 ecr 33 wscale 7\n");
}

TEST(TcpOptions, AnEndThatHeardOfNoneUsesNone_Rfc7323_3_2) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("hello")).value();
    EXPECT_EQ(script.sent(Show::options), "ACK 1:6 ack 1 win 65535\n");
}

// ---- window scaling

TEST(TcpWindowScaling, TheWindowOfASynIsNotScaledAndEveryOtherIs_Rfc7323_2_2) {
    Script script;
    Connection& connection = establish_with_options(script);
    EXPECT_EQ(connection.status().snd_wnd, 65535u);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .window = 1000, .timestamps = stamp(701)});
    EXPECT_EQ(connection.status().snd_wnd, 8000u);
}

TEST(TcpWindowScaling, AShiftOfMoreThan14CountsAs14_Rfc7323_2_3) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .mss = 1460, .window_scale = 200});
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .window = 3});
    EXPECT_EQ(connection.status().snd_wnd, 3u << 14);
}

TEST(TcpWindowScaling, ABufferOfMoreThan64KiBIsOfferedWhole_Rfc7323_2_3) {
    Script script{{.receive_buffer = 1 << 20, .options = {.timestamps = false}}};
    script.tcp.connect(alice, bob, script.now, mtu).value();
    EXPECT_EQ(script.sent(Show::options), "SYN 0 win 65535 mss 1460 sackOK wscale 5\n");
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .mss = 1460, .window_scale = 0});
    EXPECT_EQ(script.sent(Show::window), "ACK 1 ack 1 win 32768\n");
}

TEST(TcpWindowScaling, MoreThan64KiBAreInFlightAtOnce) {
    Pair pair{{.send_buffer = 1 << 20, .receive_buffer = 1 << 20}};
    pair.connect();
    pair.run_for(1s);
    std::uint32_t most = 0;
    const std::string text(4'000'000, 'x');
    std::size_t sent = 0;
    pair.run_for(20s, [&] {
        sent += pair.client->send(bytes(text).subspan(sent)).value();
        most = std::max(most, pair.client->status().in_flight());
        if (pair.server != nullptr) read_all(*pair.server);
    });
    EXPECT_EQ(sent, text.size());
    EXPECT_EQ(pair.client->unacknowledged(), 0u);
    EXPECT_GT(most, 100'000u);
}

TEST(TcpWindowScaling, AWindowIsRoundedDownSoThatNobodySendsBeyondTheBuffer_Rfc7323_2_4) {
    Script script{{.receive_buffer = 1 << 20}};
    Connection& connection = establish_with_options(script);
    script.arrives(data(1, std::string(1001, 'x'), stamp(701)));
    script.arrives(data(1002, std::string(1001, 'x'), stamp(701)));
    EXPECT_EQ(script.sent(Show::window), "ACK 1 ack 2003 win 32705\n");
    EXPECT_LE(2003u - 1 + (32705u << 5), connection.readable() + connection.status().incoming.space());
}

// ---- timestamps

TEST(TcpTimestamps, AreOnEverySegmentOnceBothEndsHaveThem_Rfc7323_3_2) {
    Script script;
    Connection& connection = establish_with_options(script);
    script.pass(25ms);
    connection.send(bytes("hello")).value();
    EXPECT_EQ(script.sent(Show::options), "ACK 1:6 ack 1 win 1024 TS val 25 ecr 700\n");
}

TEST(TcpTimestamps, TakeTwelveOctetsOfEverySegment_Rfc9293_MUST_16) {
    Script script;
    Connection& connection = establish_with_options(script);
    connection.send(bytes(std::string(2000, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 1:1449 ack 1\n");
}

TEST(TcpTimestamps, ASegmentWithoutThemIsDroppedSilently_Rfc7323_3_2) {
    Script script;
    Connection& connection = establish_with_options(script);
    script.arrives(data(1, "hello"));
    EXPECT_EQ(script.pass(1s), "");
    EXPECT_EQ(connection.readable(), 0u);
    script.arrives({.flags = {.rst = true}, .seq = 1});
    EXPECT_EQ(connection.take_error(), Errc::reset);  // a RST needs none
}

TEST(TcpTimestamps, AnOldOneIsAnsweredAndDropped_Rfc7323_5_3_R1) {
    Script script;
    Connection& connection = establish_with_options(script);
    script.arrives(data(1, "old", stamp(699)));
    EXPECT_EQ(script.sent(Show::options), "ACK 1 ack 1 win 1024 TS val 0 ecr 700\n");
    EXPECT_EQ(connection.readable(), 0u);
    script.arrives({.flags = {.rst = true, .ack = true}, .seq = 1, .ack = 1, .timestamps = stamp(1)});
    EXPECT_EQ(connection.take_error(), Errc::reset);  // a RST may be as old as it likes
}

TEST(TcpTimestamps, ComparedModulo2To32_Rfc7323_5_2) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .timestamps = stamp(0xffff'ffff)});
    script.arrives(data(1, "new", stamp(2)));
    EXPECT_EQ(read_all(connection), "new");
    script.arrives(data(4, "old", stamp(0xffff'fffe)));
    EXPECT_EQ(read_all(connection), "");
}

TEST(TcpTimestamps, AfterTwentyFourDaysOfSilenceAnyValueIsTaken_Rfc7323_5_5) {
    Script script;
    Connection& connection = establish_with_options(script);
    script.pass(24h * 24);
    script.arrives(data(1, "a", stamp(1)));
    EXPECT_EQ(read_all(connection), "");
    script.pass(1s);
    script.arrives(data(1, "b", stamp(1)));
    EXPECT_EQ(read_all(connection), "b");
    EXPECT_EQ(script.pass(1s, Show::options).substr(12), "ACK 1 ack 2 win 1023 TS val 2073601040 ecr 1\n");
}

TEST(TcpTimestamps, TheEchoIsOfTheFirstSegmentADelayedAckCovers_Rfc7323_4_3) {
    Script script;
    establish_with_options(script);
    script.arrives(data(1, "first", stamp(710)));
    script.arrives(data(6, "second", stamp(720)));
    EXPECT_EQ(script.pass(40ms, Show::options), "0.040 ACK 1 ack 12 win 1023 TS val 40 ecr 710\n");
}

TEST(TcpTimestamps, TheEchoIsOfTheSegmentThatFillsAGap_Rfc7323_4_3) {
    Script script;
    establish_with_options(script);
    script.arrives(data(4, "def", stamp(720)));
    EXPECT_EQ(script.sent(Show::options), "ACK 1 ack 1 win 1024 TS val 0 ecr 700 sack {4:7}\n");
    script.arrives(data(1, "abc", stamp(730)));
    EXPECT_EQ(script.sent(Show::options), "ACK 1 ack 7 win 1023 TS val 0 ecr 730\n");
}

TEST(TcpTimestamps, TellWhichOfTwoTransmissionsWasAnswered_Rfc7323_4_1) {
    Script script;
    Connection& connection = establish_with_options(script);
    connection.send(bytes("hello")).value();
    EXPECT_EQ(script.pass(300ms, Show::options),
              "0.000 ACK 1:6 ack 1 win 1024 TS val 0 ecr 700\n"
              "0.200 ACK 1:6 ack 1 win 1024 TS val 200 ecr 700\n");
    script.arrives(
        {.flags = {.ack = true}, .seq = 1, .ack = 6, .timestamps = stamp(900, 0)});  // the first one's
    EXPECT_EQ(connection.status().retransmission.smoothed(), Duration{300ms} / 8);
}

// ---- selective acknowledgment

Segment plain(std::uint32_t seq, std::string text) {
    return data(seq, std::move(text));
}

/// As before, with SACK alone.
Connection& establish_with_sack(Script& script) {
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .mss = 1460, .sack_permitted = true});
    script.sent();
    return connection;
}

std::string answer(Script& script, const Segment& segment) {
    script.arrives(segment);
    const std::string line = script.sent(Show::options);
    const auto sack = line.find(" sack ");
    const std::string acknowledged = line.substr(0, line.find(" win "));
    return acknowledged + (sack == std::string::npos ? "" : line.substr(sack, line.size() - sack - 1));
}

TEST(TcpSack, TheBlockThatArrivedLastComesFirstAndThenThoseReportedBefore_Rfc2018_4) {
    Script script;
    establish_with_sack(script);
    EXPECT_EQ(answer(script, plain(11, "x")), "ACK 1 ack 1 sack {11:12}");
    EXPECT_EQ(answer(script, plain(21, "x")), "ACK 1 ack 1 sack {21:22}{11:12}");
    EXPECT_EQ(answer(script, plain(31, "x")), "ACK 1 ack 1 sack {31:32}{21:22}{11:12}");
    EXPECT_EQ(answer(script, plain(12, "y")), "ACK 1 ack 1 sack {11:13}{31:32}{21:22}");
    EXPECT_EQ(answer(script, plain(41, "x")), "ACK 1 ack 1 sack {41:42}{11:13}{31:32}{21:22}");
    EXPECT_EQ(answer(script, plain(51, "x")), "ACK 1 ack 1 sack {51:52}{41:42}{11:13}{31:32}");
}

TEST(TcpSack, WhatIsAcknowledgedIsReportedNoMore) {
    Script script;
    establish_with_sack(script);
    answer(script, plain(6, "x"));
    answer(script, plain(9, "x"));
    EXPECT_EQ(answer(script, plain(1, "12345")), "ACK 1 ack 7 sack {9:10}");
    EXPECT_EQ(answer(script, plain(7, "12")), "ACK 1 ack 10");
}

TEST(TcpSack, TimestampsLeaveRoomForThreeBlocks_Rfc2018_3) {
    Script script;
    establish_with_options(script);
    for (const std::uint32_t seq : {11u, 21u, 31u}) script.arrives(data(seq, "x", stamp(701)));
    script.arrives(data(41, "x", stamp(701)));
    EXPECT_EQ(script.sent(Show::options),
              "ACK 1 ack 1 win 1024 TS val 0 ecr 700 sack {41:42}{31:32}{21:22}\n");
}

TEST(TcpSack, WithoutPermissionNoneIsSent_Rfc2018_2) {
    Script script;
    script.establish();
    EXPECT_EQ(answer(script, plain(11, "x")), "ACK 1 ack 1");
}

TEST(TcpSack, DataThatCarryBlocksCarryLessText_Rfc9293_MUST_16) {
    Script script;
    Connection& connection = establish_with_sack(script);
    connection.apply({.nagle = Nagle::off}, script.now);
    script.arrives(plain(11, "x"));
    connection.send(bytes(std::string(1460, 'x'))).value();
    EXPECT_EQ(script.sent(Show::options),
              "ACK 1:1449 ack 1 win 65535 sack {11:12}\n"
              "ACK 1449:1461 ack 1 win 65535 sack {11:12}\n");
}

TEST(TcpDsack, ASegmentThatCameAgainIsNamedOnce_Rfc2883_4) {
    Script script;
    establish_with_sack(script);
    answer(script, plain(1, "abc"));
    EXPECT_EQ(answer(script, plain(1, "abc")), "ACK 1 ack 4 sack {1:4}");
    EXPECT_EQ(answer(script, plain(11, "x")), "ACK 1 ack 4 sack {11:12}");
}

TEST(TcpDsack, ADuplicateBeyondTheGapStandsBeforeTheBlockItIsPartOf_Rfc2883_4_2) {
    Script script;
    establish_with_sack(script);
    answer(script, plain(11, "abcdef"));
    EXPECT_EQ(answer(script, plain(13, "cd")), "ACK 1 ack 1 sack {13:15}{11:17}");
}

TEST(TcpDsack, OfASegmentThatIsPartlyNewOnlyTheOldPartIsNamed_Rfc2883_4_3) {
    Script script;
    establish_with_sack(script);
    script.arrives(plain(1, "abc"));
    script.pass(40ms);
    script.arrives(plain(1, "abcdef"));
    EXPECT_EQ(script.pass(40ms, Show::options), "0.080 ACK 1 ack 7 win 65529 sack {1:4}\n");
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
