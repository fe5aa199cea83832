// Sending again (RFC 6298, RFC 9293 §3.8.1 and §3.8.3) and slow start (RFC 5681).
#include "test/support/tcp_harness.hpp"

namespace sockeye::transport::tcp::test {
namespace {

void expect_timeout(const Retransmission& retransmission, Duration expected) {
    EXPECT_EQ(retransmission.timeout(), expected);
}

/// One segment sent at `sent` and acknowledged `rtt` later.
void measure(Retransmission& retransmission, Instant sent, Duration rtt) {
    retransmission.start_timing(Sequence{1}, sent);
    retransmission.acknowledged(Sequence{1}, sent + rtt);
}

const Config textbook{.minimum_rto = 1s};
const Config exact{.minimum_rto = 0s};

TEST(TcpRto, StartsWithOneSecond_Rfc6298_2_1) {
    expect_timeout(Retransmission{exact}, 1s);
}

TEST(TcpRto, TheFirstSampleGivesThreeTimesItself_Rfc6298_2_2) {
    Retransmission retransmission{exact};
    measure(retransmission, at(0s), 100ms);
    expect_timeout(retransmission, 300ms);  // SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR
    EXPECT_EQ(retransmission.smoothed(), Duration{100ms});
}

TEST(TcpRto, LaterSamplesCountAnEighthAndAQuarter_Rfc6298_2_3) {
    Retransmission retransmission{exact};
    measure(retransmission, at(0s), 100ms);
    measure(retransmission, at(1s), 180ms);
    // RTTVAR = 3/4 * 50 + 1/4 * 80 = 57.5; SRTT = 7/8 * 100 + 1/8 * 180 = 110
    expect_timeout(retransmission, 110ms + 4 * 57500us);
}

TEST(TcpRto, HasAMinimumAndAMaximum_Rfc6298_2_4_2_5) {
    Retransmission retransmission{textbook};
    measure(retransmission, at(0s), 1ms);
    expect_timeout(retransmission, 1s);
    measure(retransmission, at(1s), 500s);
    expect_timeout(retransmission, 60s);
}

TEST(TcpRto, DoublesWithEveryExpiryUpToTheMaximum_Rfc6298_5_5) {
    Retransmission retransmission{textbook};
    for (const Duration expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        expect_timeout(retransmission, expected);
        retransmission.expired();
    }
}

TEST(TcpRto, NoSampleIsTakenFromASegmentSentAgain_Rfc6298_3) {
    Retransmission retransmission{exact};
    retransmission.start_timing(Sequence{1}, at(0s));
    retransmission.expired();
    retransmission.acknowledged(Sequence{1}, at(3s));
    EXPECT_EQ(retransmission.smoothed(), std::nullopt);
    expect_timeout(retransmission, 2s);  // and it stays backed off until there is one
    measure(retransmission, at(5s), 100ms);
    expect_timeout(retransmission, 300ms);
}

TEST(TcpRto, AfterALossyHandshakeDataStartWithThreeSeconds_Rfc6298_5_7) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    EXPECT_EQ(script.pass(1s), "0.000 SYN 0\n1.000 SYN 0\n");
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .mss = 1460});
    script.sent();
    connection.send(bytes(std::string(3000, 'x'))).value();
    EXPECT_EQ(script.pass(5s),
              "1.000 ACK 1:1461 ack 1\n"  // and with one segment (RFC 5681 §3.1)
              "4.000 ACK 1:1461 ack 1\n");
}

// ---- a connection's timer

TEST(TcpRetransmission, BacksOffUntilR2AndThenTheConnectionEnds_Rfc9293_3_8_3) {
    Script script{{.minimum_rto = 1s, .data_retries = 8}};
    Connection& connection = script.establish();
    connection.send(bytes("hello")).value();
    EXPECT_EQ(script.pass(400s),
              "0.000 ACK 1:6 ack 1\n"
              "1.000 ACK 1:6 ack 1\n"
              "3.000 ACK 1:6 ack 1\n"
              "7.000 ACK 1:6 ack 1\n"
              "15.000 ACK 1:6 ack 1\n"
              "31.000 ACK 1:6 ack 1\n"
              "63.000 ACK 1:6 ack 1\n"
              "123.000 ACK 1:6 ack 1\n"
              "183.000 ACK 1:6 ack 1\n");
    EXPECT_EQ(connection.state(), State::closed);
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
    EXPECT_EQ(script.tcp.take_changed(), &connection);
}

TEST(TcpRetransmission, AnAckRestartsTheTimerAndTheLastOneStopsIt_Rfc6298_5_2_5_3) {
    Script script{{.minimum_rto = 1s}};
    Connection& connection = script.establish();
    connection.apply({.nagle = Nagle::off}, script.now);
    connection.send(bytes("one")).value();
    script.sent();
    connection.send(bytes("two")).value();
    script.sent();
    script.pass(600ms);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 4});
    EXPECT_EQ(script.pass(1100ms), "1.600 ACK 4:7 ack 1\n");  // not at 1.000, when the first would be due
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 7});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

TEST(TcpRetransmission, ATimeoutStartsAgainAtSndUnaWithOneSegment_Rfc5681_3_1) {
    Script script{{.congestion = CongestionControl::new_reno, .minimum_rto = 1s}};
    Connection& connection = script.establish();
    connection.send(bytes(std::string(4 * 1460, 'x'))).value();
    EXPECT_EQ(script.pass(1s),
              "0.000 ACK 1:1461 ack 1\n"
              "0.000 ACK 1461:2921 ack 1\n"
              "0.000 ACK 2921:4381 ack 1\n"
              "0.000 ACK 4381:5841 ack 1\n"
              "1.000 ACK 1:1461 ack 1\n");
    EXPECT_EQ(connection.status().congestion.window(), 1460u);
    EXPECT_EQ(connection.status().congestion.slow_start_threshold(), 2920u);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1461});  // slow start: two more
    EXPECT_EQ(script.sent(), "ACK 1461:2921 ack 1\nACK 2921:4381 ack 1\n");
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 5841});  // the fourth had arrived
    EXPECT_EQ(script.pass(100s), "");
    EXPECT_EQ(connection.unacknowledged(), 0u);
}

TEST(TcpRetransmission, TwoHostsRepairALostSegment) {
    Pair pair;
    pair.connect();
    pair.run_for(100ms);
    pair.trace.clear();
    bool lost = false;
    pair.fate = [&](const Pair::Passing&) {
        return std::exchange(lost, true) ? Pair::Fate::delivered : Pair::Fate::dropped;
    };
    pair.client->send(bytes("hello")).value();
    pair.run_for(1s);
    EXPECT_EQ(pair.trace,
              "0.100 a > b ACK 1:6 ack 1 lost\n"
              "0.300 a > b ACK 1:6 ack 1\n"
              "0.350 b > a ACK 1 ack 6\n");
    EXPECT_EQ(read_all(*pair.server), "hello");
}

// ---- the congestion window (congestion_test.cpp has the rest)

TEST(TcpCongestion, TheNetworkGetsNoMoreThanTheWindow) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes(std::string(40'000, 'x'))).value();
    const std::string first_flight = script.sent();
    EXPECT_EQ(std::ranges::count(first_flight, '\n'), 10);
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 2921});
    const std::string next = script.sent();
    EXPECT_EQ(std::ranges::count(next, '\n'), 3);  // two that were acknowledged and one of growth
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
