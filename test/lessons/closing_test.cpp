// The checklist's rows on how a TCP connection closes (RFC 9293 §3.6). Each test is the row it is named
// after.
#include <algorithm>

#include "test/lessons/life_cycle.hpp"
#include "test/support/host_pair.hpp"

namespace sockeye {
namespace {

using testing::ElementsAre;

struct LessonsOnClosing : test::LifeCycle {
    /// A FIN's ACK may wait for the FIN that answers it.
    static constexpr Duration delayed_ack = 40ms;

    LessonsOnClosing() { open(); }

    /// The client has finished, and the server's stack has said that it knows.
    void half_close() {
        client.shutdown(Shutdown::write).value();
        pass(3 * way + delayed_ack);
    }
    /// When the latest segment from that end arrived at the other.
    Instant last_arrival(bool from_client) const {
        Instant latest;
        for (const Seen& one : seen())
            if (one.from_client == from_client) latest = one.arrives;
        return latest;
    }
    void pass_until(Instant when) { pass(when - lab.now()); }
};

TEST_F(LessonsOnClosing, Lesson048_AFinUsesOneNumber_AndWhoSaysItFirstIsInFinWait1) {
    client.sendall("hello").wait().value();
    pass(1s);
    const std::size_t before = lines().size();
    client.shutdown(Shutdown::write).value();
    EXPECT_EQ(state(client), TcpState::fin_wait_1);
    pass(3 * way + delayed_ack);
    EXPECT_THAT(lines(before), ElementsAre("client FIN ACK 6 ack 1", "server ACK 1 ack 7"));
}

Task<> send_a_megabyte(Socket& socket) {
    const std::string text(1'000'000, 'x');
    if (!co_await socket.sendall(text)) co_return;
    (void)socket.shutdown(Shutdown::write);  // the test looks at what comes of it
}

TEST_F(LessonsOnClosing, Lesson049_HalfClosedTheServerMayStillSend_AndTheClientTakesIt) {
    half_close();
    EXPECT_EQ(state(server), TcpState::close_wait);
    EXPECT_EQ(server.recv(1).wait().value().size(), 0U) << "the client's end";
    server_host.spawn(send_a_megabyte(server));
    std::size_t received = 0;
    for (;;) {
        const Bytes some = client.recv(65536).wait().value();
        if (some.empty()) break;
        received += some.size();
    }
    EXPECT_EQ(received, 1'000'000U);
}

TEST_F(LessonsOnClosing, Lesson050_AcknowledgedTheClientIsInFinWait2_ForASocketThatIsClosedOnly60Seconds) {
    half_close();
    EXPECT_EQ(state(client), TcpState::fin_wait_2);
    pass(1h);
    EXPECT_EQ(state(client), TcpState::fin_wait_2) << "whoever still reads waits as long as it takes";

    client.close();
    pass(59s);
    EXPECT_EQ(control_blocks(client_host), 1U);
    pass(2s);
    EXPECT_EQ(control_blocks(client_host), 0U) << "as Linux's tcp_fin_timeout";
    server.sendall("too late").wait().value();
    pass(1s);
    EXPECT_EQ(server.recv(1).wait().error(), Errc::reset);
}

TEST_F(LessonsOnClosing, Lesson051_TheServersFinComesBehindWhatItSentInCloseWait_AndIsLastAck) {
    half_close();
    server.sendall("hello").wait().value();
    server.shutdown(Shutdown::write).value();
    EXPECT_EQ(state(server), TcpState::last_ack);
    pass(3 * way);
    const std::vector<Seen> all = seen();
    const auto v = std::ranges::find(all, "server ACK 1 ack 2", &Seen::line);
    const auto w =
        std::ranges::find_if(all, [](const Seen& one) { return !one.from_client && one.header.flags.fin; });
    ASSERT_NE(v, all.end());
    ASSERT_NE(w, all.end());
    EXPECT_EQ(w->header.ack, v->header.ack) << "u + 1, as the ACK before";
    const Sequence own_of_fin = w->header.seq + static_cast<std::uint32_t>(w->octets);
    EXPECT_EQ(own_of_fin - v->header.seq, 5) << "w is v and what was sent between them";
}

TEST_F(LessonsOnClosing, Lesson052_TheClientWaitsTwiceMsl_ToTheNanosecond_AndItsControlBlockIsGone) {
    half_close();
    const std::size_t before = lines().size();
    server.shutdown(Shutdown::write).value();
    pass_one_way();
    EXPECT_THAT(lines(before), ElementsAre("server FIN ACK 1 ack 2", "client ACK 2 ack 2"));
    EXPECT_EQ(state(client), TcpState::time_wait);

    client.close();
    pass_until(last_arrival(false) + (twice_msl - 1ns));
    EXPECT_EQ(control_blocks(client_host), 1U);
    pass(1ns);
    EXPECT_EQ(control_blocks(client_host), 0U);
}

TEST_F(LessonsOnClosing, Lesson053_WhoClosesSecondIsClosedFirst_WhicheverEndThatIs) {
    half_close();
    server.shutdown(Shutdown::write).value();
    pass(3 * way);
    EXPECT_EQ(state(server), TcpState::closed);
    EXPECT_EQ(state(client), TcpState::time_wait);

    open();
    server.shutdown(Shutdown::write).value();
    pass(3 * way);
    client.shutdown(Shutdown::write).value();
    pass(3 * way);
    EXPECT_EQ(state(client), TcpState::closed);
    EXPECT_EQ(state(server), TcpState::time_wait);
}

TEST(LessonsOnTimeWait, Lesson054_MslIsAParameter) {
    for (const Duration twice_msl : {4s, 60s, 240s}) {  // RFC 9293 §3.4.2: 2 minutes, so 4 in all
        transport::tcp::Config config;
        config.time_wait = twice_msl;
        test::HostPair hosts{config};
        const test::HostPair::Stream stream = hosts.connect();
        stream.client->shutdown_write().value();
        hosts.exchange();
        stream.server->shutdown_write().value();
        hosts.exchange();
        EXPECT_EQ(stream.client->state(), TcpState::time_wait);
        hosts.pass(twice_msl - 1ns);
        hosts.exchange();
        EXPECT_EQ(stream.client->state(), TcpState::time_wait);
        hosts.pass(1ns);
        hosts.exchange();
        EXPECT_EQ(stream.client->state(), TcpState::closed) << to_string(twice_msl);
    }
}

TEST_F(LessonsOnClosing, Lesson055_ALostLastAckMakesTheServerRepeatItsFin_AndTheWaitBeginAnew) {
    half_close();
    const std::size_t before = lines().size();
    lab.set_one_way("client", "lan", {.loss = 100_percent});
    server.shutdown(Shutdown::write).value();
    pass(3 * way);
    const Instant first = last_arrival(false);
    EXPECT_EQ(state(server), TcpState::last_ack) << "its FIN is not acknowledged";
    EXPECT_EQ(state(client), TcpState::time_wait);
    lab.set_one_way("client", "lan", {});
    pass(1s);
    EXPECT_THAT(lines(before), ElementsAre("server FIN ACK 1 ack 2", "client ACK 2 ack 2",
                                           "server FIN ACK 1 ack 2", "client ACK 2 ack 2"));
    EXPECT_EQ(state(server), TcpState::closed);

    client.close();
    const Instant second = last_arrival(false);
    ASSERT_GT(second, first);
    pass_until(second + (twice_msl - 1ns));
    EXPECT_EQ(control_blocks(client_host), 1U) << "counted from the second FIN";
    pass(1ns);
    EXPECT_EQ(control_blocks(client_host), 0U);
}

TEST(LessonsOnTimeWait, Lesson056_ASegmentOfAnEarlierConnectionBetweenTheSamePortsIsNotTaken) {
    struct Twice : test::LifeCycle {
        void TestBody() override {}
    } world;
    const std::uint16_t port = 5000;
    world.open(port);
    world.lab.set_one_way("client", "lan", {.delay = 30s});
    world.client.sendall("old").wait().value();
    world.pass(1ms);
    world.lab.set_one_way("client", "lan", {});  // and what is sent again overtakes it
    EXPECT_EQ(world.server.recv(100).wait().value().text(), "old");
    world.server.shutdown(Shutdown::write).value();
    EXPECT_EQ(world.client.recv(100).wait().value().size(), 0U);
    world.client.close();
    EXPECT_EQ(world.server.recv(100).wait().value().size(), 0U);
    world.server.close();
    world.pass(1s);

    // The server's TIME-WAIT would last 60 s; a SYN whose numbers are beyond may end it (RFC 6191).
    world.open(port);
    EXPECT_LT(world.lab.now(), Instant{30s}) << "the old one is still on its way";
    EXPECT_EQ(world.server.recv(100, 40s).wait().error(), Errc::timed_out);
    std::size_t old_ones = 0;
    for (const test::LifeCycle::Seen& one : world.seen(test::LifeCycle::servers_cable))
        if (one.from_client && one.octets == 3) ++old_ones;
    EXPECT_EQ(old_ones, 2U) << "it did arrive";
    world.client.sendall("new").wait().value();
    EXPECT_EQ(world.server.recv(100).wait().value().text(), "new");
}

Task<> finish_as_the_peer_does(Socket& socket) {
    const Result<Bytes> end = co_await socket.recv(1);
    EXPECT_TRUE(end && end->empty());
    (void)socket.shutdown(Shutdown::write);  // the test looks at what comes of it
}

TEST_F(LessonsOnClosing, Lesson057_ClosingTakesFourSegments_ThreeWhereNothingIsLeftToSay_OrARst) {
    // With something left to say: the ACK leaves before the FIN can.
    client.shutdown(Shutdown::write).value();
    pass(1s);
    server.sendall("one moment").wait().value();
    server.shutdown(Shutdown::write).value();
    pass(1s);
    std::vector<std::string> closing = lines(handshake);
    std::erase_if(closing, [](const std::string& line) { return line == "client ACK 2 ack 11"; });
    EXPECT_THAT(closing, ElementsAre("client FIN ACK 1 ack 1", "server ACK 1 ack 2",
                                     "server FIN ACK 1:11 ack 2", "client ACK 2 ack 12"));

    open();
    std::size_t before = lines().size();
    server_host.spawn(finish_as_the_peer_does(server));
    client.shutdown(Shutdown::write).value();
    pass(1s);
    EXPECT_THAT(lines(before),
                ElementsAre("client FIN ACK 1 ack 1", "server FIN ACK 1 ack 2", "client ACK 2 ack 2"));

    // Both at once: each FIN crosses the other's (RFC 9293 figure 13).
    open();
    client.shutdown(Shutdown::write).value();
    server.shutdown(Shutdown::write).value();
    pass(way + 1ms);
    EXPECT_EQ(state(client), TcpState::closing);
    EXPECT_EQ(state(server), TcpState::closing);
    pass(1s);
    EXPECT_EQ(state(client), TcpState::time_wait);
    EXPECT_EQ(state(server), TcpState::time_wait);

    // And an abort has no ceremony.
    open();
    before = lines().size();
    client.setsockopt(option::so_linger, Duration::zero()).value();
    client.close();
    pass(1s);
    EXPECT_THAT(lines(before), ElementsAre(testing::StartsWith("client RST")));
    EXPECT_EQ(server.recv(1).wait().error(), Errc::reset);
    EXPECT_EQ(control_blocks(client_host), 3U) << "those before it, which are in TIME-WAIT, and it is not";
}

}  // namespace
}  // namespace sockeye
