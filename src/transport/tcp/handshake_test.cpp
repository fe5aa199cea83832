// Opening a connection (RFC 9293 §3.5, §3.10.7.2 and .3), the backlog, and refusals.
#include "transport/tcp/harness_test.hpp"

namespace sockeye::transport::tcp::test {
namespace {

TEST(TcpHandshake, ThreeSegmentsOpenAConnectionAndEachSynUsesOneNumber_Rfc9293_3_5) {
    Pair pair;
    pair.connect();
    pair.run_for(1s);
    ASSERT_NE(pair.server, nullptr);
    EXPECT_EQ(pair.client->state(), State::established);
    EXPECT_EQ(pair.server->state(), State::established);
    EXPECT_EQ(pair.server->peer(), alice);
    EXPECT_EQ(pair.server->local(), bob);
    EXPECT_EQ(pair.trace,
              "0.000 a > b SYN 0\n"
              "0.010 b > a SYN ACK 0 ack 1\n"
              "0.020 a > b ACK 1 ack 1\n");
}

TEST(TcpHandshake, APureAckUsesNoNumberSoDataFollowWithTheSame_Rfc9293_3_4) {
    Script script;
    Connection& connection = script.establish();
    connection.send(bytes("hello")).value();
    EXPECT_EQ(script.sent(), "ACK 1:6 ack 1\n");
}

TEST(TcpHandshake, TheAckThatOpensMayCarryData) {
    Script script;
    Listener& listener = *script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.syn = true}});
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 1, .text = "first"});
    Connection* connection = script.tcp.accept(listener);
    ASSERT_NE(connection, nullptr);
    EXPECT_EQ(read_all(*connection), "first");
}

TEST(TcpHandshake, SynAndSynAckCarryTheMssOfThePath_Rfc9293_3_7_1) {
    Script script;
    script.tcp.connect(alice, bob, script.now, 1400).value();
    const auto packet = script.tcp.poll(script.now).value();
    EXPECT_EQ(wire::parse_tcp(packet.payload.bytes())->header.mss, 1360);
}

TEST(TcpHandshake, WithoutAnMssOptionSegmentsCarry536Octets_Rfc9293_MUST_15) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1});
    connection.send(bytes(std::string(600, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 1:537 ack 1\n");
}

TEST(TcpHandshake, AnMssOfOneOctetIsRaisedTo64) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 1, .mss = 1});
    connection.send(bytes(std::string(100, 'x'))).value();
    EXPECT_EQ(script.sent(), "ACK 1:65 ack 1\n");
}

TEST(TcpHandshake, ALostSynIsSentAgainAfter1And2And4SecondsAndSoOn_Rfc6298_5_5) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    EXPECT_EQ(script.pass(200s),
              "0.000 SYN 0\n"
              "1.000 SYN 0\n"
              "3.000 SYN 0\n"
              "7.000 SYN 0\n"
              "15.000 SYN 0\n"
              "31.000 SYN 0\n"
              "63.000 SYN 0\n");
    EXPECT_EQ(connection.state(), State::closed);
    EXPECT_EQ(connection.take_error(), Errc::timed_out);
    EXPECT_EQ(connection.take_error(), std::nullopt);
}

TEST(TcpHandshake, ALostSynAckIsSentAgain) {
    Pair pair;
    pair.fate = [](const Pair::Passing& p) {
        return p.count == 1 ? Pair::Fate::dropped : Pair::Fate::delivered;
    };
    pair.connect();
    pair.run_for(5s);
    EXPECT_EQ(pair.trace,
              "0.000 a > b SYN 0\n"
              "0.010 b > a SYN ACK 0 ack 1 lost\n"
              "1.000 a > b SYN 0\n"
              "1.010 b > a SYN ACK 0 ack 1\n"
              "1.020 a > b ACK 1 ack 1\n");
}

TEST(TcpHandshake, ALostLastAckIsMadeGoodByTheSynAckSentAgain) {
    Pair pair;
    pair.fate = [](const Pair::Passing& p) {
        return p.count == 2 ? Pair::Fate::dropped : Pair::Fate::delivered;
    };
    pair.connect();
    pair.run_for(5s);
    EXPECT_EQ(pair.trace,
              "0.000 a > b SYN 0\n"
              "0.010 b > a SYN ACK 0 ack 1\n"
              "0.020 a > b ACK 1 ack 1 lost\n"
              "1.010 b > a SYN ACK 0 ack 1\n"
              "1.020 a > b ACK 1 ack 1\n");
    EXPECT_NE(pair.server, nullptr);
}

TEST(TcpHandshake, WhereNobodyListensTheSynIsRefusedWithAReset_Rfc9293_3_10_7_1) {
    Pair pair;
    pair.client = pair.a.connect(alice, bob, pair.now, mtu).value();
    pair.run_for(1s);
    EXPECT_EQ(pair.trace,
              "0.000 a > b SYN 0\n"
              "0.010 b > a RST ACK 0 ack 1\n");
    EXPECT_EQ(pair.client->state(), State::closed);
    EXPECT_EQ(pair.client->take_error(), Errc::refused);
    EXPECT_TRUE(pair.client->is_eof());
}

TEST(TcpHandshake, ASegmentToNothingIsResetAtTheNumberItAcknowledges_Rfc9293_3_10_7_1) {
    Script script;
    script.arrives({.flags = {.ack = true}, .seq = 100, .ack = 42});
    EXPECT_EQ(script.sent(), "RST 42\n");
    script.arrives({.flags = {.rst = true}, .seq = 100});
    EXPECT_EQ(script.sent(), "");
}

TEST(TcpHandshake, InSynSentAnAckForSomethingNeverSentIsReset_Rfc9293_3_10_7_3) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.syn = true, .ack = true}, .seq = 0, .ack = 2});
    EXPECT_EQ(script.sent(), "RST 2\n");
    EXPECT_EQ(connection.state(), State::syn_sent);
}

TEST(TcpHandshake, InSynSentAResetWithoutAcceptableAckIsIgnored_Rfc9293_3_10_7_3) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    script.sent();
    script.arrives({.flags = {.rst = true}});
    script.arrives({.flags = {.rst = true, .ack = true}, .ack = 2});
    EXPECT_EQ(connection.state(), State::syn_sent);
    script.arrives({.flags = {.rst = true, .ack = true}, .ack = 1});
    EXPECT_EQ(connection.take_error(), Errc::refused);
}

TEST(TcpHandshake, BothEndsMayOpenAtOnce_Rfc9293_Figure8) {
    Pair pair;
    pair.client = pair.a.connect(alice, bob, pair.now, mtu).value();
    pair.server = pair.b.connect(bob, alice, pair.now, mtu).value();
    pair.run_for(1s);
    EXPECT_EQ(pair.trace,
              "0.000 a > b SYN 0\n"
              "0.000 b > a SYN 0\n"
              "0.010 a > b SYN ACK 0 ack 1\n"
              "0.010 b > a SYN ACK 0 ack 1\n");
    EXPECT_EQ(pair.client->state(), State::established);
    EXPECT_EQ(pair.server->state(), State::established);
}

TEST(TcpHandshake, InListenAnAckIsResetAndAResetIgnored_Rfc9293_3_10_7_2) {
    Script script;
    script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.rst = true}});
    EXPECT_EQ(script.sent(), "");
    script.arrives({.flags = {.syn = true, .ack = true}, .ack = 9});
    EXPECT_EQ(script.sent(), "RST 9\n");
    script.arrives({.flags = {.fin = true}});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(script.tcp.connections(), 0u);
}

TEST(TcpHandshake, AResetInSynReceivedReturnsToListenAndTellsNobody_Rfc9293_3_10_7_4) {
    Script script;
    Listener& listener = *script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.syn = true}});
    script.sent();
    script.arrives({.flags = {.rst = true}, .seq = 1});
    EXPECT_EQ(script.tcp.connections(), 0u);
    EXPECT_EQ(script.tcp.accept(listener), nullptr);
    EXPECT_EQ(script.tcp.take_changed(), nullptr);
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

TEST(TcpHandshake, InSynReceivedAWrongAckIsReset_Rfc9293_3_10_7_4) {
    Script script;
    script.tcp.listen(alice, 5).value();
    script.arrives({.flags = {.syn = true}});
    script.sent();
    script.arrives({.flags = {.ack = true}, .seq = 1, .ack = 2});
    EXPECT_EQ(script.sent(), "RST 2\n");
}

TEST(TcpHandshake, ASynFromOrToAGroupIsDiscarded_Rfc9293_MUST_57_MUST_63) {
    Script script;
    script.tcp.listen(alice, 5).value();
    script.arrives_from(Address{"224.0.0.1", 80}, {.flags = {.syn = true}});
    script.arrives_from(Address{"255.255.255.255", 80}, {.flags = {.syn = true}});
    EXPECT_EQ(script.sent(), "");
    const Address local{"10.0.0.1", 0};
    const auto connection = script.tcp.connect(local, Address{"224.0.0.1", 80}, script.now, mtu);
    EXPECT_EQ(connection.error(), Errc::invalid_argument);
}

TEST(TcpHandshake, APacketOfOursThatCannotBeDeliveredEndsTheOpening) {
    Script script;
    Connection& connection = *script.tcp.connect(alice, bob, script.now, mtu).value();
    const auto syn = script.tcp.poll(script.now).value();
    script.tcp.unreachable(syn);
    EXPECT_EQ(connection.take_error(), Errc::unreachable);
    EXPECT_EQ(script.tcp.take_changed(), &connection);
    EXPECT_EQ(script.tcp.next_wakeup(), Instant::never());
}

// ---- the backlog

void knock_from(Script& script, std::uint16_t port) {
    const Address peer{"10.0.0.2", port};
    script.arrives_from(peer, {.flags = {.syn = true}});
    const std::string answer = script.sent();
    if (answer.empty()) return;
    script.arrives_from(peer, {.flags = {.ack = true}, .seq = 1, .ack = 1});
    script.sent();
}

TEST(TcpBacklog, TheQueueOfCompletedConnectionsHoldsOneMoreThanTheBacklog) {
    for (const auto& [backlog, expected] : {std::pair{0, 1u}, std::pair{1, 2u}, std::pair{5, 6u}}) {
        Script script;
        Listener& listener = *script.tcp.listen(alice, backlog).value();
        for (std::uint16_t port = 1; port <= 10; ++port) knock_from(script, port);
        EXPECT_EQ(listener.waiting(), expected);
    }
}

TEST(TcpBacklog, ASynThatFindsItFullIsDroppedAndLetInWhenItComesAgain) {
    Script script;
    Listener& listener = *script.tcp.listen(alice, 0).value();
    knock_from(script, 1);
    script.arrives_from(Address{"10.0.0.2", 2}, {.flags = {.syn = true}});
    EXPECT_EQ(script.sent(), "");
    EXPECT_EQ(script.tcp.accept(listener)->peer().port(), 1);
    knock_from(script, 2);
    EXPECT_EQ(script.tcp.accept(listener)->peer().port(), 2);
}

TEST(TcpBacklog, ALastAckThatFindsItFullWaitsForTheSynAckSentAgain) {
    Script script;
    Listener& listener = *script.tcp.listen(alice, 0).value();
    const Address first{"10.0.0.2", 1};
    const Address second{"10.0.0.2", 2};
    script.arrives_from(first, {.flags = {.syn = true}});
    const Sequence first_iss = (script.sent(), script.own_iss);
    script.arrives_from(second, {.flags = {.syn = true}});
    const Sequence second_iss = (script.sent(), script.own_iss);

    script.own_iss = first_iss;
    script.arrives_from(first, {.flags = {.ack = true}, .seq = 1, .ack = 1});
    script.own_iss = second_iss;
    script.arrives_from(second, {.flags = {.ack = true}, .seq = 1, .ack = 1});
    EXPECT_EQ(listener.waiting(), 1u);
    EXPECT_EQ(script.pass(1s), "1.000 SYN ACK 0 ack 1\n");

    EXPECT_EQ(script.tcp.accept(listener)->peer(), first);
    script.arrives_from(second, {.flags = {.ack = true}, .seq = 1, .ack = 1});
    EXPECT_EQ(script.tcp.accept(listener)->peer(), second);
}

TEST(TcpBacklog, HalfOpenConnectionsAreBounded) {
    Script script{{.syn_backlog = 3}};
    script.tcp.listen(alice, 5).value();
    for (std::uint16_t port = 1; port <= 10; ++port)
        script.arrives_from(Address{"10.0.0.2", port}, {.flags = {.syn = true}});
    EXPECT_EQ(script.tcp.connections(), 3u);
}

TEST(TcpBacklog, AListenerThatGoesAbortsWhatNobodyAccepted) {
    Script script;
    Listener& listener = *script.tcp.listen(alice, 5).value();
    knock_from(script, 1);
    script.tcp.release(listener);
    EXPECT_EQ(script.sent(), "RST ACK 1 ack 1\n");
    EXPECT_EQ(script.tcp.connections(), 0u);
    EXPECT_TRUE(script.tcp.listen(alice, 5).has_value());
}

TEST(TcpBacklog, AConnectionResetBeforeItIsAcceptedIsAcceptedAllTheSame) {
    Script script;
    Listener& listener = *script.tcp.listen(alice, 5).value();
    knock_from(script, 80);
    script.arrives({.flags = {.rst = true}, .seq = 1});
    Connection* connection = script.tcp.accept(listener);
    ASSERT_NE(connection, nullptr);
    EXPECT_EQ(connection->take_error(), Errc::reset);
    script.tcp.release(*connection, script.now);
    EXPECT_EQ(script.tcp.connections(), 0u);
}

// ---- addresses

TEST(TcpAddresses, TwoListenersOfOnePortAreRefusedWhereTheirAddressesOverlap) {
    Script script;
    script.tcp.listen(Address{"0.0.0.0", 80}, 5).value();
    EXPECT_EQ(script.tcp.listen(Address{"10.0.0.1", 80}, 5).error(), Errc::address_in_use);
    EXPECT_EQ(script.tcp.listen(Address{"0.0.0.0", 80}, 5, Reuse::allowed).error(), Errc::address_in_use);
    EXPECT_TRUE(script.tcp.listen(Address{"10.0.0.1", 81}, 5).has_value());
    EXPECT_TRUE(script.tcp.listen(Address{"10.0.0.9", 81}, 5).has_value());
}

TEST(TcpAddresses, TheListenerOfTheExactAddressIsPreferred) {
    Script script;
    script.tcp.listen(Address{"10.0.0.9", alice.port()}, 5).value();
    Listener& exact = *script.tcp.listen(alice, 5).value();
    knock_from(script, 80);
    EXPECT_EQ(exact.waiting(), 1u);
}

TEST(TcpAddresses, APortInTimeWaitCanBeListenedOnAgainOnlyWithReuse) {
    for (const Reuse reuse : {Reuse::refused, Reuse::allowed}) {
        Script script;
        Listener& listener = *script.tcp.listen(alice, 5, reuse).value();
        knock_from(script, 80);
        Connection& connection = *script.tcp.accept(listener);
        script.tcp.release(connection, script.now);
        script.tcp.release(listener);
        EXPECT_EQ(script.sent(), "FIN ACK 1 ack 1\n");
        script.arrives({.flags = {.fin = true, .ack = true}, .seq = 1, .ack = 2});
        EXPECT_EQ(script.sent(), "ACK 2 ack 2\n");

        const auto again = script.tcp.listen(alice, 5, reuse);
        EXPECT_EQ(again.has_value(), reuse == Reuse::allowed);
        script.pass(60s);
        EXPECT_EQ(script.tcp.connections(), 0u);
    }
}

TEST(TcpAddresses, AnEphemeralPortIsDynamicAndGivenBackWhenTheConnectionEnds_Rfc6335_6) {
    Script script;
    Connection& connection = *script.tcp.connect(Address{"10.0.0.1", 0}, bob, script.now, mtu).value();
    const std::uint16_t port = connection.local().port();
    EXPECT_GE(port, 49152);
    EXPECT_EQ(script.tcp.bind(Address{"10.0.0.1", port}).error(), Errc::address_in_use);
    script.tcp.abort(connection);
    EXPECT_TRUE(script.tcp.bind(Address{"10.0.0.1", port}).has_value());
}

TEST(TcpAddresses, OneConnectionBetweenTwoAddresses) {
    Script script;
    auto first = script.tcp.bind(alice, Reuse::allowed).value();
    auto second = script.tcp.bind(alice, Reuse::allowed).value();
    const auto connect = [&](PortClaim claim, const Address& peer) {
        return script.tcp.connect(std::move(claim), alice.ip(), peer, script.now, mtu);
    };
    EXPECT_TRUE(connect(std::move(first), bob).has_value());
    EXPECT_EQ(connect(std::move(second), bob).error(), Errc::address_in_use);
}

}  // namespace
}  // namespace sockeye::transport::tcp::test
