// TCP: what a stream socket does on every network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "test/conformance/bodies.hpp"

namespace sockeye::conformance {
namespace {

Task<> echo(Socket connection) {
    while (auto bytes = co_await connection.recv(1024)) {
        if (bytes->empty()) co_return;
        if (!co_await connection.sendall(*bytes)) co_return;
    }
}

Task<> serve_echo(Network& network, Socket& server) {
    while (auto client = co_await server.accept()) network.spawn(echo(std::move(client->socket)));
}

/// The next `octets` octets, however they were cut up; fewer where the peer closes first.
Task<std::string> receive_exactly(Socket& socket, std::size_t octets) {
    std::string text;
    while (text.size() < octets) {
        auto bytes = co_await socket.recv(octets - text.size());
        if (!bytes || bytes->empty()) break;
        text += bytes->text();
    }
    co_return text;
}

/// Everything until the peer's FIN.
Task<std::string> receive_all(Socket& socket) {
    return receive_exactly(socket, std::string::npos);
}

/// What a spawned server serves lives as long as its network runs, so it is stopped at the end.
class Served {
public:
    Served(Place& place, Socket& server) {
        place.server().spawn(serve_echo(place.server(), server), stop_.get_token());
    }
    ~Served() { stop_.request_stop(); }

private:
    std::stop_source stop_;
};

void echoes_what_it_gets(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    const Address at = server.getsockname().value();
    Served served{place, server};

    Socket connection = create_connection(place.client(), at).wait().value();
    ASSERT_TRUE(connection.sendall("hello").wait());
    EXPECT_EQ(place.client().run(receive_exactly(connection, 5)).value(), "hello");
    EXPECT_EQ(connection.getpeername().value(), at);
}

void names_both_ends_alike(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    Socket near = create_connection(place.client(), server.getsockname().value()).wait().value();
    Accepted accepted = server.accept().wait().value();

    EXPECT_EQ(accepted.peer, near.getsockname().value());
    EXPECT_EQ(accepted.socket.getpeername().value(), near.getsockname().value());
    EXPECT_EQ(accepted.socket.getsockname().value(), near.getpeername().value());
    EXPECT_NE(near.getsockname().value().port(), 0);
}

/// Rows 49 and 57: after FIN one way, the other way goes on for as long as it likes.
void a_half_closed_connection_still_carries_the_other_way(Place& place) {
    Pair pair{place};
    const std::string megabyte(1'000'000, 'x');

    ASSERT_TRUE(pair.near.sendall("last words").wait());
    ASSERT_TRUE(pair.near.shutdown(Shutdown::write));
    place.server().spawn([](Socket& far, const std::string& answer) -> Task<> {
        EXPECT_EQ(co_await receive_all(far), "last words");
        EXPECT_TRUE(co_await far.sendall(answer));
        far.close();
    }(pair.far, megabyte));

    EXPECT_EQ(place.client().run(receive_all(pair.near)).value(), megabyte);
    EXPECT_TRUE(pair.near.recv(10).wait().value().empty()) << "the end is told as often as it is asked for";
    EXPECT_EQ(pair.near.send("more").wait().error(), Errc::closed) << "this side has shut down writing";
}

/// Row 94.
void a_port_where_nobody_listens_refuses(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    const Address at = server.getsockname().value();
    server.close();

    auto refused = create_connection(place.client(), at).wait();

    EXPECT_EQ(refused.error(), Errc::refused);
    EXPECT_EQ(refused.error().message(), "connect: refused (" + at.to_string() + ")");
}

/// Rows 62 and 118. Closing with unread octets sends RST (RFC 2525 §2.17).
void a_peer_that_closes_with_unread_octets_resets(Place& place) {
    Pair pair{place};
    ASSERT_TRUE(pair.near.sendall("never read").wait());
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    pair.far.close();

    EXPECT_EQ(pair.near.recv(10).wait().error(), Errc::reset);
}

/// Row 118: an error value, and no SIGPIPE.
void sending_to_a_peer_that_is_gone_ends_in_reset(Place& place) {
    Pair pair{place};
    pair.far.close();

    Result<void> sent;
    for (int i = 0; i < 100 && sent; ++i) {
        sent = pair.near.sendall("anybody there?").wait();
        ASSERT_TRUE(place.client().sleep(1ms).wait());
    }
    EXPECT_EQ(sent.error(), Errc::reset);
}

void two_sends_may_arrive_as_one(Place& place) {
    Pair pair{place};
    ASSERT_TRUE(pair.near.sendall("hi").wait());
    ASSERT_TRUE(pair.near.sendall("byebye").wait());
    EXPECT_EQ(place.server().run(receive_exactly(pair.far, 8)).value(), "hibyebye");
}

/// Row 98: send says how much it took; row 99: sendall takes all, and its error says how far it came.
void a_peer_that_never_reads_bounds_what_is_taken(Place& place) {
    Pair pair{place};
    const std::string much(64 << 20, 'x');

    const std::size_t taken = pair.near.send(much).wait().value();
    EXPECT_GT(taken, 0U);
    EXPECT_LT(taken, much.size());

    Result<void> all = pair.near.sendall(much, 100ms).wait();
    EXPECT_EQ(all.error(), Errc::timed_out);
    EXPECT_LT(all.error().transferred(), much.size());
}

void a_second_server_on_the_same_port_is_told_that_it_is_in_use(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    const Address at = server.getsockname().value();

    auto second = create_server(place.server(), at);

    EXPECT_EQ(second.error(), Errc::address_in_use);
    EXPECT_THAT(second.error().message(), ::testing::HasSubstr(at.to_string()));
}

/// Row 119: SO_REUSEADDR's meaning.
void a_server_starts_again_while_its_old_connections_are_in_time_wait(Place& place) {
    Address at;
    {
        Pair pair{place};
        at = pair.server.getsockname().value();
        pair.far.close();  // the server closes first, so TIME-WAIT is on its side
        EXPECT_TRUE(pair.near.recv(10).wait().value().empty());
        pair.near.close();
        ASSERT_TRUE(place.client().sleep(50ms).wait());
    }
    EXPECT_TRUE(create_server(place.server(), at));
}

/// Rows 47 and 59: connections are completed before anybody accepts them.
void a_client_connects_and_sends_before_it_is_accepted(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    Socket near = create_connection(place.client(), server.getsockname().value()).wait().value();
    ASSERT_TRUE(near.sendall("early").wait());
    Socket far = server.accept().wait().value().socket;
    EXPECT_EQ(place.server().run(receive_exactly(far, 5)).value(), "early");
}

void serves_a_hundred_clients_at_once(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    const Address at = server.getsockname().value();
    Served served{place, server};
    int answered = 0;

    std::vector<Socket> connected;
    for (int i = 0; i < 100; ++i) connected.push_back(create_connection(place.client(), at).wait().value());
    int talking = static_cast<int>(connected.size());
    for (Socket& connection : connected)
        place.client().spawn([](Socket& socket, int& answers, int& left) -> Task<> {
            const std::string question = "I am " + socket.getsockname().value().to_string();
            EXPECT_TRUE(co_await socket.sendall(question));
            answers += co_await receive_exactly(socket, question.size()) == question ? 1 : 0;
            --left;
        }(connection, answered, talking));
    while (talking > 0) ASSERT_TRUE(place.client().sleep(1ms).wait());

    EXPECT_EQ(answered, 100);
}

void carries_a_megabyte_both_ways_at_once(Place& place) {
    Pair pair{place};
    std::string forth, back;
    for (int i = 0; i < 1'000'000; ++i) forth += static_cast<char>(i * 7 % 251);
    for (int i = 0; i < 1'000'000; ++i) back += static_cast<char>(i * 11 % 241);
    const auto send = [](Socket& socket, const std::string& text) -> Task<> {
        EXPECT_TRUE(co_await socket.sendall(text));
        EXPECT_TRUE(socket.shutdown(Shutdown::write));
    };
    place.client().spawn(send(pair.near, forth));
    place.server().spawn(send(pair.far, back));
    std::string got_forth;
    place.server().spawn([](Socket& socket, std::string& got) -> Task<> {
        got = co_await receive_all(socket);
    }(pair.far, got_forth));

    EXPECT_TRUE(place.client().run(receive_all(pair.near)).value() == back);
    while (got_forth.empty()) ASSERT_TRUE(place.client().sleep(1ms).wait());
    EXPECT_TRUE(got_forth == forth);
}

constexpr Body bodies[] = {
    {"EchoesWhatItGets", echoes_what_it_gets},
    {"NamesBothEndsAlike", names_both_ends_alike},
    {"AHalfClosedConnectionStillCarriesTheOtherWay", a_half_closed_connection_still_carries_the_other_way},
    {"APortWhereNobodyListensRefuses", a_port_where_nobody_listens_refuses},
    {"APeerThatClosesWithUnreadOctetsResets", a_peer_that_closes_with_unread_octets_resets},
    {"SendingToAPeerThatIsGoneEndsInReset", sending_to_a_peer_that_is_gone_ends_in_reset},
    {"TwoSendsMayArriveAsOne", two_sends_may_arrive_as_one},
    {"APeerThatNeverReadsBoundsWhatIsTaken", a_peer_that_never_reads_bounds_what_is_taken},
    {"ASecondServerOnTheSamePortIsToldThatItIsInUse",
     a_second_server_on_the_same_port_is_told_that_it_is_in_use},
    {"AServerStartsAgainWhileItsOldConnectionsAreInTimeWait",
     a_server_starts_again_while_its_old_connections_are_in_time_wait},
    {"AClientConnectsAndSendsBeforeItIsAccepted", a_client_connects_and_sends_before_it_is_accepted},
    {"ServesAHundredClientsAtOnce", serves_a_hundred_clients_at_once},
    {"CarriesAMegabyteBothWaysAtOnce", carries_a_megabyte_both_ways_at_once},
};

}  // namespace

std::span<const Body> stream_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
