// Windows and when to send: flow control, probes, silly windows, Nagle and delayed ACKs (RFC 9293 §3.8.6).
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

Segment ack_of(std::uint32_t ack, std::uint16_t window = 65535) {
    return {.flags = {.ack = true}, .seq = 1, .ack = ack, .window = window};
}

Segment data(std::uint32_t seq, std::string text) {
    return {.flags = {.ack = true}, .seq = seq, .ack = 1, .text = std::move(text)};
}

// ---- the peer's window

TEST(TcpWindow, NoMoreIsSentThanThePeerOffers_Rfc9293_3_8_6) {
    Script script;
    Connection& connection = script.establish(2000);
    connection.send(bytes(std::string(5000, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 1:1461 ack 1\n");  // 540 more would fit, but are a crumb
    script.arrives(ack_of(1461, 3540));
    EXPECT_EQ(script.sent(), "ACK 1461:2921 ack 1\nACK 2921:4381 ack 1\n");
}

TEST(TcpWindow, AnOldSegmentDoesNotTakeTheWindowBack_Rfc9293_3_10_7_4) {
    Script script;
    Connection& connection = script.establish(1000);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .window = 5000, .text = "newer"});
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .window = 10, .text = "newer and more"});
    EXPECT_EQ(connection.status().snd_wnd, 10u);  // same number, same ACK: it counts as new
    script.arrives({.flags = {.ack = true}, .seq = 20, .ack = 1, .window = 7000, .text = "ahead"});
    script.arrives({.flags = {.ack = true}, .seq = 15, .ack = 1, .window = 20, .text = "late"});
    EXPECT_EQ(connection.status().snd_wnd, 7000u);
}

TEST(TcpWindow, AClosedWindowIsProbedForEverAsLongAsThePeerAnswers_Rfc9293_3_8_6_1) {
    Script script{{.minimum_rto = 1s, .data_retries = 3}};
    Connection& connection = script.establish();
    connection.send(bytes("hello world")).value();
    script.sent();
    script.arrives(ack_of(6, 0));
    Duration expected = 1s;
    for (int probe = 0; probe < 50; ++probe) {
        const Instant due = script.now + expected;
        EXPECT_EQ(script.pass(expected), to_string(due, 3) + " ACK 6:7 ack 1\n");
        script.arrives(ack_of(6, 0));
        expected = std::min<Duration>(2 * expected, 60s);
    }
    EXPECT_EQ(connection.state(), State::established);
    script.arrives(ack_of(6, 1000));
    EXPECT_EQ(script.sent(), "ACK 6:12 ack 1\n");
}

TEST(TcpWindow, NothingInFlightAndTheWindowClosedIsProbedToo_Rfc9293_MUST_36) {
    Script script{{.minimum_rto = 1s}};
    Connection& connection = script.establish();
    script.arrives(ack_of(1, 0));
    connection.send(bytes("hello")).value();
    EXPECT_EQ(script.pass(3s),
              "1.000 ACK 1:2 ack 1\n"
              "3.000 ACK 1:2 ack 1\n");
    script.arrives(ack_of(2, 100));  // the peer kept the octet
    EXPECT_EQ(script.sent(), "ACK 2:6 ack 1\n");
}

TEST(TcpWindow, ProbesThatNobodyAnswersEndTheConnection_Rfc9293_3_8_3) {
    Script script{{.minimum_rto = 1s, .data_retries = 3}};
    Connection& connection = script.establish();
    script.arrives(ack_of(1, 0));
    connection.send(bytes("hello")).value();
    script.pass(1h);
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
}

TEST(TcpWindow, AFinIsTheProbeWhereNothingElseIsLeft) {
    Script script{{.minimum_rto = 1s}};
    Connection& connection = script.establish();
    script.arrives(ack_of(1, 0));
    connection.shutdown_write().value();
    EXPECT_EQ(script.pass(1s), "1.000 FIN ACK 1 ack 1\n");
}

TEST(TcpWindow, ASmallWindowIsUsedOnceTheTimerRunsOut_Rfc9293_3_8_6_2_1) {
    Script script{{.minimum_rto = 1s}};
    Connection& connection = script.establish();
    script.arrives(ack_of(1, 100));
    connection.send(bytes(std::string(500, 'x'))).value();
    EXPECT_EQ(script.pass(1s), "1.000 ACK 1:101 ack 1\n");
}

// ---- the window we offer

TEST(TcpWindow, TheWindowClosesAsTheBufferFillsAndOpensByHalfOfItAtLeast_Rfc9293_3_8_6_2_2) {
    Script script{{.receive_buffer = 1000}};
    Connection& connection = script.establish();
    script.arrives(data(1, std::string(600, 'x')));
    script.arrives(data(601, std::string(400, 'y')));
    EXPECT_EQ(script.sent(Show::window), "ACK 1 ack 1001 win 0\n");
    std::string out(499, '\0');
    connection.receive(std::as_writable_bytes(std::span{out}));
    EXPECT_EQ(script.sent(Show::window), "");
    connection.receive(std::as_writable_bytes(std::span{out}).first(1));
    EXPECT_EQ(script.sent(Show::window), "ACK 1 ack 1001 win 500\n");
}

TEST(TcpWindow, AProbeOfOurClosedWindowIsAnsweredAndItsAckCounts_Rfc9293_MUST_66) {
    Script script{{.receive_buffer = 1000}};
    Connection& connection = script.establish();
    script.arrives(data(1, std::string(1000, 'x')));
    script.pass(40ms);
    connection.send(bytes("hello")).value();
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1001, .ack = 6, .text = "p"});
    EXPECT_EQ(script.sent(Show::window), "ACK 6 ack 1001 win 0\n");
    EXPECT_EQ(connection.unacknowledged(), 0u);
    EXPECT_EQ(connection.readable(), 1000u);
}

TEST(TcpWindow, WhatLiesBehindTheWindowIsCutOff_Rfc9293_3_10_7_4) {
    Script script{{.receive_buffer = 10}};
    Connection& connection = script.establish();
    script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 1, .text = "0123456789ab"});
    EXPECT_EQ(script.sent(), "ACK 1 ack 11\n");  // at once: the window is full
    EXPECT_EQ(read_all(connection), "0123456789");
    EXPECT_EQ(connection.state(), State::established);  // the FIN lay behind it too
}

// ---- Nagle

TEST(TcpNagle, SmallWritesWaitForTheAck_Rfc9293_3_7_4) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("h")).value();
    EXPECT_EQ(script.sent(), "ACK 1:2 ack 1\n");
    for (const char* text : {"e", "l", "l", "o"}) {
        connection.send(bytes(text)).value();
        EXPECT_EQ(script.sent(), "");
    }
    script.arrives(ack_of(2));
    EXPECT_EQ(script.sent(), "ACK 2:6 ack 1\n");
}

TEST(TcpNagle, AFullSegmentDoesNotWait_Rfc9293_3_7_4) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("h")).value();
    script.sent();
    connection.send(bytes(std::string(1460, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 2:1462 ack 1\n");
}

TEST(TcpNagle, SwitchedOffNothingWaits_Rfc9293_MUST_17) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("h")).value();
    script.sent();
    connection.send(bytes("ello")).value();
    EXPECT_EQ(script.sent(), "");
    connection.apply({.nagle = Nagle::off}, script.now);
    EXPECT_EQ(script.sent(), "ACK 2:6 ack 1\n");
}

// ---- when to acknowledge

TEST(TcpAck, IsDelayedByAtMostTheDelay_Rfc9293_3_8_6_3) {
    Script script;
    script.establish();
    script.arrives(data(1, "hello"));
    EXPECT_EQ(script.pass(1s), "0.040 ACK 1 ack 6\n");
}

TEST(TcpAck, EverySecondSegmentIsAcknowledgedAtOnce_Rfc9293_SHLD_19) {
    Script script;
    script.establish();
    script.arrives(data(1, std::string(1460, 'x')));
    EXPECT_EQ(script.sent(), "");
    script.arrives(data(1461, std::string(1460, 'x')));
    EXPECT_EQ(script.sent(), "ACK 1 ack 2921\n");
    EXPECT_EQ(script.pass(1s), "");
}

TEST(TcpAck, RidesOnWhatIsSentAnyway_Rfc9293_MUST_58) {
    Script script;
    Connection& connection = script.establish();
    script.arrives(data(1, "question"));
    connection.send(bytes("answer")).value();
    EXPECT_EQ(script.sent(), "ACK 1:7 ack 9\n");
    script.arrives({.flags = {.ack = true}, .seq = 9, .ack = 7});
    EXPECT_EQ(script.pass(1s), "");
}

TEST(TcpAck, OneAnswersAWholeBatch_Rfc9293_MUST_59) {
    Script script;
    script.establish();
    for (std::uint32_t i = 0; i < 8; ++i) script.arrives(data(1 + i * 1000, std::string(1000, 'x')));
    EXPECT_EQ(script.sent(), "ACK 1 ack 8001\n");
}

TEST(TcpAck, OutOfOrderAndFillingAGapAreAcknowledgedAtOnce_Rfc5681_4_2) {
    Script script;
    Connection& connection = script.establish();
    script.arrives(data(4, "def"));
    EXPECT_EQ(script.sent(), "ACK 1 ack 1\n");
    script.arrives(data(1, "abc"));
    EXPECT_EQ(script.sent(), "ACK 1 ack 7\n");
    EXPECT_EQ(read_all(connection), "abcdef");
}

TEST(TcpAck, ADuplicateIsAcknowledgedAndDropped_Rfc9293_3_10_7_4) {
    Script script;
    Connection& connection = script.establish();
    script.arrives(data(1, "abc"));
    script.pass(40ms);
    script.arrives(data(1, "abc"));
    EXPECT_EQ(script.sent(), "ACK 1 ack 4\n");
    EXPECT_EQ(read_all(connection), "abc");
}

TEST(TcpAck, TwoEndsDoNotAcknowledgeEachOtherForEver) {
    Pair pair;
    pair.connect();
    pair.run_for(100ms);
    pair.client->send(bytes("x")).value();
    pair.run_for(10s);
    EXPECT_EQ(pair.a.next_wakeup(), Instant::never());
    EXPECT_EQ(pair.b.next_wakeup(), Instant::never());
}

TEST(TcpAck, OfSmallSegmentsWaitsUntilThereAreTwoFullOnesOfThem_Rfc9293_SHLD_19) {
    Script script;
    script.establish();
    for (std::uint32_t i = 0; i < 8; ++i) script.arrives(data(1 + i * 10, "0123456789"));
    EXPECT_EQ(script.pass(40ms), "0.040 ACK 1 ack 81\n");
}

// ---- what a socket is told

TEST(TcpChanges, AConnectionIsNamedOnceUntilAsked) {
    Script script;
    Connection& connection = script.establish();
    EXPECT_EQ(script.tcp.take_changed(), &connection);  // ESTABLISHED
    EXPECT_EQ(script.tcp.take_changed(), nullptr);
    script.arrives(data(1, "abc"));
    script.arrives(data(4, "def"));
    EXPECT_EQ(script.tcp.take_changed(), &connection);
    EXPECT_EQ(script.tcp.take_changed(), nullptr);
    script.arrives(data(1, "abc"));  // nothing new
    EXPECT_EQ(script.tcp.take_changed(), nullptr);
}

TEST(TcpChanges, AFullSendBufferTellsWhenThereIsRoomAgain) {
    Script script{{.send_buffer = 1000}};
    Connection& connection = script.establish();
    script.tcp.take_changed();
    EXPECT_EQ(connection.send(bytes(std::string(1500, 'x'))).value(), 1000u);
    EXPECT_EQ(connection.send(bytes("y")).value(), 0u);
    script.sent();
    script.arrives(ack_of(1001));
    EXPECT_EQ(script.tcp.take_changed(), &connection);
    EXPECT_EQ(connection.send_space(), 1000u);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
