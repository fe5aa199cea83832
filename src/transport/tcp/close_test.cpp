// Closing a connection (RFC 9293 §3.6): in order, half, at once from both ends, and by reset.
#include "transport/tcp/harness_test.hpp"

namespace sockeye::transport::tcp::test {
namespace {

/// Both ends ESTABLISHED, nothing in flight, and an empty trace.
void establish(Pair& pair) {
    pair.connect();
    pair.run_for(100ms);
    ASSERT_NE(pair.server, nullptr);
    pair.trace.clear();
}

TEST(TcpClose, FourSegmentsWhereTheOtherEndHasMoreToSend_Rfc9293_Figure12) {
    Pair pair;
    establish(pair);
    pair.client->shutdown_write().value();
    EXPECT_EQ(pair.client->state(), State::fin_wait_1);
    pair.run_for(15ms);
    EXPECT_EQ(pair.server->state(), State::close_wait);
    EXPECT_TRUE(pair.server->is_eof());
    pair.server->send(bytes("bye")).value();
    pair.run_for(100ms);
    EXPECT_EQ(pair.client->state(), State::fin_wait_2);
    EXPECT_EQ(read_all(*pair.client), "bye");
    pair.server->shutdown_write().value();
    EXPECT_EQ(pair.server->state(), State::last_ack);
    pair.run_for(100ms);
    EXPECT_EQ(pair.client->state(), State::time_wait);
    EXPECT_EQ(pair.server->state(), State::closed);
    EXPECT_FALSE(pair.server->has_error());
    EXPECT_EQ(pair.trace,
              "0.100 a > b FIN ACK 1 ack 1\n"
              "0.115 b > a ACK 1:4 ack 2\n"
              "0.165 a > b ACK 2 ack 4\n"
              "0.215 b > a FIN ACK 4 ack 2\n"
              "0.225 a > b ACK 2 ack 5\n");
}

TEST(TcpClose, ThreeSegmentsWhereTheOtherEndClosesAtOnce) {
    Pair pair;
    establish(pair);
    pair.client->shutdown_write().value();
    pair.run_until(at(200ms), [&] {
        if (pair.server->state() == State::close_wait) pair.server->shutdown_write().value();
    });
    EXPECT_EQ(pair.trace,
              "0.100 a > b FIN ACK 1 ack 1\n"
              "0.110 b > a FIN ACK 1 ack 2\n"
              "0.120 a > b ACK 2 ack 2\n");
}

TEST(TcpClose, AFinThatNobodyAnswersIsAcknowledgedWithinTheDelay) {
    Pair pair;
    establish(pair);
    pair.client->shutdown_write().value();
    pair.run_for(100ms);
    EXPECT_EQ(pair.trace,
              "0.100 a > b FIN ACK 1 ack 1\n"
              "0.150 b > a ACK 1 ack 2\n");
    EXPECT_EQ(pair.client->state(), State::fin_wait_2);
}

TEST(TcpClose, TheActiveCloserIsGoneExactlyTwoMslLater_Rfc9293_3_6_1) {
    Pair pair{{.time_wait = 240s}};
    establish(pair);
    pair.client->shutdown_write().value();
    pair.run_until(at(200ms), [&] {
        if (pair.server->state() == State::close_wait) pair.server->shutdown_write().value();
    });
    ASSERT_EQ(pair.server->state(), State::closed);  // the passive closer first
    ASSERT_EQ(pair.client->state(), State::time_wait);
    pair.run_until(at(240s + 119ms));
    EXPECT_EQ(pair.client->state(), State::time_wait);
    pair.run_until(at(240s + 120ms));
    EXPECT_EQ(pair.client->state(), State::closed);
}

TEST(TcpClose, ALostLastAckIsSentAgainAndRestartsTimeWait_Rfc9293_3_10_7_4) {
    Pair pair;
    establish(pair);
    pair.client->shutdown_write().value();
    pair.run_for(100ms);
    pair.trace.clear();
    bool lost = false;
    pair.fate = [&](const Pair::Passing& p) {
        if (p.from != 'a' || lost) return Pair::Fate::delivered;
        lost = true;
        return Pair::Fate::dropped;
    };
    pair.server->shutdown_write().value();
    pair.run_for(1s);
    EXPECT_EQ(pair.trace,
              "0.200 b > a FIN ACK 1 ack 2\n"
              "0.210 a > b ACK 2 ack 2 lost\n"
              "0.400 b > a FIN ACK 1 ack 2\n"
              "0.410 a > b ACK 2 ack 2\n");
    EXPECT_EQ(pair.server->state(), State::closed);
    pair.run_until(at(60s + 409ms));
    EXPECT_EQ(pair.client->state(), State::time_wait);
    pair.run_until(at(60s + 410ms));
    EXPECT_EQ(pair.client->state(), State::closed);
}

TEST(TcpClose, BothEndsMayCloseAtOnce_Rfc9293_Figure13) {
    Pair pair;
    establish(pair);
    pair.client->shutdown_write().value();
    pair.server->shutdown_write().value();
    pair.run_for(15ms);
    EXPECT_EQ(pair.client->state(), State::closing);
    EXPECT_EQ(pair.server->state(), State::closing);
    pair.run_for(100ms);
    EXPECT_EQ(pair.client->state(), State::time_wait);
    EXPECT_EQ(pair.server->state(), State::time_wait);
    EXPECT_EQ(pair.trace,
              "0.100 a > b FIN ACK 1 ack 1\n"
              "0.100 b > a FIN ACK 1 ack 1\n"
              "0.110 a > b ACK 2 ack 2\n"
              "0.110 b > a ACK 2 ack 2\n");
}

TEST(TcpClose, AMegabyteArrivesAfterTheHalfClose_Rfc9293_3_6) {
    Pair pair;
    establish(pair);
    pair.client->shutdown_write().value();
    std::string text(1'000'000, '\0');
    for (std::size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 + i / 251);
    std::size_t sent = 0;
    std::string received;
    pair.run_until(at(100s), [&] {
        if (pair.server->state() == State::close_wait) {
            sent += pair.server->send(bytes(text).subspan(sent)).value();
            if (sent == text.size()) pair.server->shutdown_write().value();
        }
        received += read_all(*pair.client);
    });
    EXPECT_EQ(received, text);
    EXPECT_TRUE(pair.client->is_eof());
    EXPECT_EQ(pair.server->state(), State::closed);
}

TEST(TcpClose, DataQueuedBeforeTheCloseGoFirstAndTheFinRidesOnTheLast_Rfc9293_3_10_4) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes(std::string(2000, 'x'))).value();
    connection.shutdown_write().value();
    EXPECT_EQ(connection.send(bytes("more")).error(), Errc::closed);
    EXPECT_EQ(script.sent(),
              "ACK 1:1461 ack 1\n"
              "FIN ACK 1461:2001 ack 1\n");
}

TEST(TcpClose, ALostFinIsSentAgain_Rfc6298) {
    Script script{{.minimum_rto = 1s}};
    Connection& connection = script.establish();
    connection.shutdown_write().value();
    EXPECT_EQ(script.pass(4s),
              "0.000 FIN ACK 1 ack 1\n"
              "1.000 FIN ACK 1 ack 1\n"
              "3.000 FIN ACK 1 ack 1\n");
}

TEST(TcpClose, AFinAheadOfMissingTextWaitsForIt) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.fin = true, .ack = true}, .seq = 4, .ack = 1, .text = "def"});
    EXPECT_EQ(script.sent(), "ACK 1 ack 1\n");
    EXPECT_EQ(connection.state(), State::established);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "abc"});
    EXPECT_EQ(script.sent(), "ACK 1 ack 8\n");
    EXPECT_EQ(connection.state(), State::close_wait);
    EXPECT_EQ(read_all(connection), "abcdef");
    EXPECT_TRUE(connection.is_eof());
}

TEST(TcpClose, ClosingASocketLeavesTheConnectionToEndInOrder) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("last words")).value();
    script.tcp.release(connection, script.now);
    EXPECT_EQ(script.sent(), "FIN ACK 1:11 ack 1\n");
    script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 12});
    EXPECT_EQ(script.sent(), "ACK 12 ack 2\n");
    EXPECT_EQ(script.tcp.connections(), 1u);
    EXPECT_EQ(script.pass(60s), "");
    EXPECT_EQ(script.tcp.connections(), 0u);
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

TEST(TcpClose, AnOrphanInFinWait2LosesPatience) {
    Script script;
    Connection& connection = script.establish();
    script.tcp.release(connection, script.now);
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 2});
    script.pass(59s);
    EXPECT_EQ(script.tcp.connections(), 1u);
    script.pass(1s);
    EXPECT_EQ(script.tcp.connections(), 0u);
}

TEST(TcpClose, SomebodyWhoStillReadsWaitsInFinWait2ForEver) {
    Script script;
    Connection& connection = script.establish();
    connection.shutdown_write().value();
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 2});
    script.pass(24h);
    EXPECT_EQ(connection.state(), State::fin_wait_2);
}

// ---- resets

TEST(TcpReset, ClosingWithUnreadOctetsResets_Rfc9293_SHLD_3) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "unread"});
    script.sent();
    script.tcp.release(connection, script.now);
    EXPECT_EQ(script.sent(), "RST ACK 1 ack 7\n");
    EXPECT_EQ(script.tcp.connections(), 0u);
}

TEST(TcpReset, OctetsThatArriveAfterTheCloseAreAnsweredWithAReset_Rfc2525_2_17) {
    Script script;
    Connection& connection = script.establish();
    script.tcp.release(connection, script.now);
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 2, .text = "too late"});
    EXPECT_EQ(script.sent(), "RST 2\n");
    EXPECT_EQ(script.tcp.connections(), 0u);
}

TEST(TcpReset, AbortSendsAResetAtSndNxt_Rfc9293_3_10_5) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("hello")).value();
    script.sent();
    script.tcp.abort(connection);
    EXPECT_EQ(script.sent(), "RST ACK 6 ack 1\n");
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

TEST(TcpReset, TheExactNumberResets_Rfc5961_3_2) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "before"});
    script.arrives({.flags = {.rst = true}, .seq = 7});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(connection.state(), State::closed);
    EXPECT_EQ(read_all(connection), "before");
    EXPECT_TRUE(connection.is_eof());
    EXPECT_EQ(connection.send(bytes("x")).error(), Errc::not_connected);
    EXPECT_EQ(connection.take_error(), Errc::reset);
}

TEST(TcpReset, AnotherNumberInTheWindowIsChallenged_Rfc5961_3_2) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.rst = true}, .seq = 2});
    EXPECT_EQ(script.sent(), "ACK 1 ack 1\n");
    EXPECT_EQ(connection.state(), State::established);
}

TEST(TcpReset, ANumberOutsideTheWindowIsIgnored_Rfc9293_3_10_7_4) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.rst = true}, .seq = 0});
    script.arrives({.flags = {.rst = true}, .seq = 1 + 65535});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(connection.state(), State::established);
}

TEST(TcpReset, ASynInAConnectionIsChallenged_Rfc5961_4_2) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.syn = true}, .seq = 100});
    EXPECT_EQ(script.sent(), "ACK 1 ack 1\n");
    EXPECT_EQ(connection.state(), State::established);
}

TEST(TcpReset, ChallengesAreNotSentMoreOftenThanTwiceASecond_Rfc5961_7) {
    Script script;
    script.establish();
    for (int i = 0; i < 100; ++i) script.arrives({.flags = {.syn = true}, .seq = 100});
    EXPECT_EQ(script.sent(), "ACK 1 ack 1\n");
    script.pass(499ms);
    script.arrives({.flags = {.syn = true}, .seq = 100});
    EXPECT_EQ(script.sent(), "");
    script.pass(1ms);
    script.arrives({.flags = {.syn = true}, .seq = 100});
    EXPECT_EQ(script.sent(), "ACK 1 ack 1\n");
}

TEST(TcpReset, AnAckOfWhatWasNeverSentIsChallengedAndItsTextIgnored_Rfc5961_5_2) {
    Script script;
    Connection& connection = script.establish();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 2, .text = "forged"});
    EXPECT_EQ(script.sent(), "ACK 1 ack 1\n");
    EXPECT_EQ(connection.readable(), 0u);
}

TEST(TcpReset, InTimeWaitAResetEndsTheConnectionWithoutAnError_Rfc9293_3_10_7_4) {
    Script script;
    Connection& connection = script.establish();
    connection.shutdown_write().value();
    script.sent();
    script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 2});
    ASSERT_EQ(connection.state(), State::time_wait);
    script.arrives({.flags = {.rst = true}, .seq = 2});
    EXPECT_EQ(connection.state(), State::closed);
    EXPECT_FALSE(connection.has_error());
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
