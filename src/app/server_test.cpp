// Programs in a lab: two hosts on a switch, virtual time, so that every result is exact.
#include "app/server.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "app/upper_client.hpp"
#include "test/conformance/place.hpp"

namespace sockeye::app {
namespace {

using conformance::LabPlace;
using testing::ElementsAre;

/// "10.0.0.2: 5 in, 5 out, FIN", a line a session.
struct Journal : Observer {
    void session_began(const Address& peer) override { began.push_back(peer.ip().to_string()); }
    void session_ended(const Session& session) override {
        ended.push_back(session.peer.ip().to_string() + ": " + std::to_string(session.received) + " in, " +
                        std::to_string(session.sent) + " out, " + std::string{ending(session)});
    }
    void server_ended(const Error& why) override { server.push_back(why.code()); }

    std::vector<std::string> began;
    std::vector<std::string> ended;
    std::vector<Errc> server;
};

struct ServerTest : testing::Test {
    Target tcp() const { return {"10.0.0.1", 9001}; }
    Target udp() const {
        Target target = tcp();
        target.transport = Transport::udp;
        return target;
    }
    Socket connect() { return create_connection(place.client(), tcp()).wait().value(); }
    std::string answer(Socket& connection, std::string_view line) {
        connection.sendall(line).wait().value();
        return std::string{connection.recv(1000).wait().value().text()};
    }

    Journal journal;
    LabPlace place;
    Address at{"10.0.0.1", 9001};
};

TEST_F(ServerTest, UpperAnswersInCapitals) {
    place.server().spawn(serve_upper(place.server(), at));
    Socket client = connect();
    EXPECT_EQ(answer(client, "hello"), "HELLO");
    EXPECT_EQ(answer(client, "again"), "AGAIN");
}

TEST_F(ServerTest, EchoAnswersWithWhatItGot_RFC862) {
    place.server().spawn(serve_echo(place.server(), at));
    Socket client = connect();
    EXPECT_EQ(answer(client, "Hello"), "Hello");
}

TEST_F(ServerTest, TheClientsFinIsAnsweredWithFinAfterTheLastOctet_RFC862) {
    place.server().spawn(serve_upper(place.server(), at, &journal));
    Socket client = connect();
    client.sendall("hello").wait().value();
    client.shutdown(Shutdown::write).value();
    EXPECT_EQ(client.recv(100).wait().value().text(), "HELLO");
    EXPECT_TRUE(client.recv(100).wait().value().empty());
    EXPECT_THAT(journal.ended, ElementsAre("10.0.0.2: 5 in, 5 out, FIN"));
}

TEST_F(ServerTest, ClientsAreServedAtOnceAndASilentOneHoldsNobodyUp) {
    place.server().spawn(serve_upper(place.server(), at, &journal));
    std::vector<Socket> clients;
    clients.reserve(50);
    for (int i = 0; i < 50; ++i) clients.push_back(connect());
    for (auto client = clients.rbegin(); client != clients.rend() - 1; ++client)
        EXPECT_EQ(answer(*client, "x"), "X");
    EXPECT_EQ(journal.began.size(), 50U);
    EXPECT_TRUE(journal.ended.empty());
}

TEST_F(ServerTest, AResetEndsItsSessionAndNoOther) {
    place.server().spawn(serve_upper(place.server(), at, &journal));
    Socket other = connect();
    {
        Socket rude = connect();
        rude.sendall("hello").wait().value();
        ASSERT_TRUE(place.lab().run_for(10ms));
    }  // closed with the answer unread: RST (RFC 9293 §3.10.4)
    EXPECT_EQ(answer(other, "still there?"), "STILL THERE?");
    EXPECT_THAT(journal.ended, ElementsAre("10.0.0.2: 5 in, 5 out, RST"));
}

TEST_F(ServerTest, AStoppedServerAcceptsNobodyAndItsSessionsGoOn) {
    std::stop_source accepting;
    std::stop_source sessions;
    Socket listener = create_server(place.server(), at).value();
    place.server().spawn(serve(place.server(), std::move(listener), answering(upper, &journal), &journal,
                               sessions.get_token()),
                         accepting.get_token());
    Socket client = connect();
    EXPECT_EQ(answer(client, "a"), "A");

    accepting.request_stop();
    EXPECT_EQ(answer(client, "b"), "B");
    EXPECT_THAT(journal.server, ElementsAre(Errc::cancelled));
    EXPECT_EQ(create_connection(place.client(), tcp()).wait().error(), Errc::refused);

    sessions.request_stop();
    EXPECT_TRUE(client.recv(1).wait().value().empty());
    EXPECT_THAT(journal.ended, ElementsAre("10.0.0.2: 2 in, 2 out, stopped"));
}

TEST_F(ServerTest, ThoseForWhomThereIsNoSeatWaitConnectedUntilOneIsFree) {
    Socket listener = create_server(place.server(), at).value();
    place.server().spawn(
        serve(place.server(), std::move(listener), answering(upper, &journal), &journal, {}, {.at_once = 1}));
    Socket first = connect();
    EXPECT_EQ(answer(first, "a"), "A");
    Socket second = connect();
    second.sendall("b").wait().value();
    ASSERT_TRUE(place.lab().run_for(1min));
    EXPECT_EQ(journal.began.size(), 1U);

    first.close();
    EXPECT_EQ(second.recv(1).wait().value().text(), "B");
    second.close();
    Socket third = connect();
    EXPECT_EQ(answer(third, "c"), "C");
}

TEST_F(ServerTest, AServerForOneClientClosesOnceItHasIt) {
    Socket listener = create_server(place.server(), at).value();
    place.server().spawn(
        serve(place.server(), std::move(listener), answering(upper), &journal, {}, {.in_all = 1}));
    Socket first = connect();
    EXPECT_EQ(answer(first, "a"), "A");
    EXPECT_EQ(create_connection(place.client(), tcp()).wait().error(), Errc::refused);
    EXPECT_EQ(answer(first, "b"), "B");
    EXPECT_THAT(journal.server, ElementsAre());
}

TEST_F(ServerTest, DiscardTakesEverythingAndAnswersNothing_RFC863) {
    Socket listener = create_server(place.server(), at).value();
    place.server().spawn(serve(place.server(), std::move(listener), answering(discard, &journal)));
    Socket client = connect();
    client.sendall(std::string(100'000, 'x')).wait().value();
    client.shutdown(Shutdown::write).value();
    EXPECT_TRUE(client.recv(1).wait().value().empty());
    EXPECT_THAT(journal.ended, ElementsAre("10.0.0.2: 100000 in, 0 out, FIN"));
}

TEST_F(ServerTest, EachDatagramIsAnsweredToItsSenderTheEmptyOneToo) {
    place.server().spawn(serve_upper_datagrams(place.server(), at, &journal));
    Socket first = create_connection(place.client(), udp()).wait().value();
    Socket second = create_connection(place.client(), udp()).wait().value();
    first.send("one").wait().value();
    second.send("").wait().value();
    second.send("two").wait().value();
    EXPECT_EQ(second.recv(100).wait().value().text(), "");
    EXPECT_EQ(second.recv(100).wait().value().text(), "TWO");
    EXPECT_EQ(first.recv(100).wait().value().text(), "ONE");
    EXPECT_THAT(journal.ended, ElementsAre("10.0.0.2: 3 in, 3 out, FIN", "10.0.0.2: 0 in, 0 out, FIN",
                                           "10.0.0.2: 3 in, 3 out, FIN"));
}

TEST_F(ServerTest, AnAddressThatIsTakenIsThrown) {
    Socket taken = create_server(place.server(), at).value();
    place.server().spawn(serve_upper(place.server(), at));
    EXPECT_THROW((void)place.lab().run_for(1ms), std::bad_expected_access<Error>);
}

struct ClientTest : ServerTest {
    Visit visit(Target target, std::vector<std::string> lines, ClientOptions options = {}) {
        return place.client()
            .run(upper_client(place.client(), std::move(target), std::move(lines), options))
            .value();
    }
};

TEST_F(ClientTest, AVisitSaysWhatWasSentAndWhatCameBack) {
    place.server().spawn(serve_upper(place.server(), at, &journal));
    const Visit done = visit(tcp(), {"hello", "world"});
    ASSERT_FALSE(done.error);
    ASSERT_EQ(done.exchanges.size(), 2U);
    EXPECT_EQ(done.exchanges[0].received, "HELLO");
    EXPECT_EQ(done.exchanges[1].received, "WORLD");
    EXPECT_EQ(done.peer, at);
    EXPECT_EQ(done.local.ip().to_string(), "10.0.0.2");
    EXPECT_THAT(journal.ended, ElementsAre("10.0.0.2: 10 in, 10 out, FIN"));
    EXPECT_LE(done.began, done.connected);
    EXPECT_LE(done.exchanges[1].received_at, done.ended);
}

TEST_F(ClientTest, OverUdpEachLineIsADatagram) {
    place.server().spawn(serve_upper_datagrams(place.server(), at));
    const Visit done = visit(udp(), {"hello", "world"});
    ASSERT_FALSE(done.error);
    EXPECT_EQ(done.exchanges[1].received, "WORLD");
}

TEST_F(ClientTest, ThePauseIsBetweenAnAnswerAndTheNextLine) {
    place.server().spawn(serve_upper(place.server(), at));
    const Visit done = visit(tcp(), {"a", "b"}, {.pause = 3s});
    EXPECT_EQ(done.exchanges[0].sent_at, done.connected);
    EXPECT_EQ(done.exchanges[1].sent_at, done.exchanges[0].received_at + 3s);
}

TEST_F(ClientTest, RefusedIsWhatTheVisitSays) {
    const Visit done = visit(tcp(), {"a"});
    ASSERT_TRUE(done.error);
    EXPECT_EQ(*done.error, Errc::refused);
    EXPECT_TRUE(done.exchanges.empty());
}

TEST_F(ClientTest, PatienceEndsAtItsMoment) {
    place.server().spawn(serve_upper(place.server(), at));
    place.lab().at(1s, [&] { place.lab().cut("client", "lan"); });
    const Visit done = visit(tcp(), {"a", "b"}, {.pause = 2s, .patience = Deadline{4s}});
    ASSERT_TRUE(done.error);
    EXPECT_EQ(*done.error, Errc::timed_out);
    EXPECT_EQ(done.ended, done.exchanges[1].sent_at + 4s);
    EXPECT_EQ(done.exchanges[1].received, "");
}

TEST_F(ClientTest, ACutCableDelaysTheAnswerUntilItIsHealedAndSentAgain_RFC6298) {
    place.server().spawn(serve_upper(place.server(), at));
    place.lab().at(2s, [&] { place.lab().cut("client", "lan"); });
    place.lab().at(5s, [&] { place.lab().heal("client", "lan"); });
    const Visit done = visit(tcp(), {"a", "b"}, {.pause = 2500ms, .patience = Deadline{1min}});
    ASSERT_FALSE(done.error);
    EXPECT_EQ(done.exchanges[1].received, "B");
    EXPECT_GT(done.exchanges[1].received_at, Instant{5s});
    EXPECT_LT(done.exchanges[1].sent_at, Instant{5s});
}

}  // namespace
}  // namespace sockeye::app
