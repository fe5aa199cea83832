// Deadlines, cancellation, closing and destroying while somebody waits: on sockets of every network.
#include <gtest/gtest.h>

#include <array>
#include <stop_token>
#include <string>

#include "test/conformance/bodies.hpp"

namespace sockeye::conformance {
namespace {

void a_deadline_ends_each_call_that_waits(Place& place) {
    Pair pair{place};
    const Instant before = place.client().now();

    EXPECT_EQ(pair.near.recv(10, 20ms).wait().error(), Errc::timed_out);
    EXPECT_GE(place.client().now() - before, 20ms);
    EXPECT_EQ(pair.server.accept(20ms).wait().error(), Errc::timed_out);
    std::array<std::byte, 10> buffer;
    EXPECT_EQ(pair.near.recv_into(buffer, 20ms).wait().error(), Errc::timed_out);
    EXPECT_EQ(pair.near.recv_into(buffer, place.client().now() + 20ms).wait().error(), Errc::timed_out);
}

/// Row 108.
void a_timeout_is_the_deadline_of_calls_without_one(Place& place) {
    Pair pair{place};
    pair.near.settimeout(20ms);
    EXPECT_EQ(pair.near.recv(10).wait().error(), Errc::timed_out);
    pair.near.settimeout(0ms);
    EXPECT_EQ(pair.near.recv(10).wait().error(), Errc::would_block);
    ASSERT_TRUE(pair.far.sendall("now").wait());
    pair.near.settimeout(std::nullopt);
    EXPECT_EQ(pair.near.recv(10).wait().value().text(), "now");
}

Task<> note_how_receiving_ends(Socket& socket, Errc& seen) {
    if (auto bytes = co_await socket.recv(10); !bytes) seen = bytes.error().code();
}

void a_stopped_task_stops_waiting(Place& place) {
    Pair pair{place};
    std::stop_source source;
    Errc seen{};
    place.client().spawn(note_how_receiving_ends(pair.near, seen), source.get_token());
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    source.request_stop();
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    EXPECT_EQ(seen, Errc::cancelled);

    ASSERT_TRUE(pair.far.sendall("still open").wait());
    EXPECT_EQ(pair.near.recv(10).wait().value().text(), "still open");
}

/// Row 105.
void closing_wakes_who_waits(Place& place) {
    Pair pair{place};
    Errc seen{};
    place.client().spawn(note_how_receiving_ends(pair.near, seen));
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    pair.near.close();
    pair.near.close();
    ASSERT_TRUE(place.client().sleep(10ms).wait());
    EXPECT_EQ(seen, Errc::closed);
}

Task<> receive_for_ever(Socket socket) {
    while (auto bytes = co_await socket.recv(10)) {
    }
}

/// Destroying a task that waits is always safe; its socket goes with it, so the peer hears the end.
void destroying_a_waiting_op_withdraws_it(Place& place) {
    Pair pair{place};
    place.client().spawn([](Network& network) -> Task<> {
        (void)co_await network.sleep(10ms);  // cannot fail: nobody stops it
        network.stop();
    }(place.client()));

    // run() gives up and destroys what it was given, while that waits in recv.
    EXPECT_EQ(place.client().run(receive_for_ever(std::move(pair.near))).error(), Errc::cancelled);

    EXPECT_TRUE(pair.far.recv(10).wait().value().empty());
}

/// Each awaitable call with its arguments as temporaries: g++ 12 destroys some of them twice.
Task<int> await_every_call(Place& place, Socket& server, Address at) {
    Network& network = place.client();
    int done = 0;
    Socket near = (co_await create_connection(network, Target{at.ip().to_string(), at.port()}, 1s)).value();
    Accepted accepted = (co_await server.accept(Deadline{1s})).value();
    done += (co_await near.sendall(std::string(100, 'a') + "b", network.now() + 1s)).has_value();
    done += (co_await accepted.socket.recv(1000, 1s)).has_value();
    done += (co_await near.send(Bytes{std::string_view{"bytes"}}, 1s)).has_value();
    std::array<std::byte, 100> buffer;
    done += (co_await accepted.socket.recv_into(std::span{buffer}, 1s)).has_value();
    done += (co_await network.sleep(1ms)).has_value();
    done += (co_await network.sleep_until(network.now() + 1ms)).has_value();

    Socket second{network};
    done += (co_await second.connect(Address{at.ip().to_string(), at.port()}, 1s)).has_value();

    Socket bound = create_datagram_server(place.server(), place.any_port()).value();
    Socket datagrams{network, Family::inet, SocketType::datagram};
    const Address to = bound.getsockname().value();
    done += (co_await datagrams.sendto(std::string(50, 'c'), Address{to.ip().to_string(), to.port()}, 1s))
                .has_value();
    done += (co_await bound.recvfrom(100, 1s)).has_value();
    co_return done;
}

void every_call_can_be_awaited_with_temporaries(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    EXPECT_EQ(place.client().run(await_every_call(place, server, server.getsockname().value())).value(), 9);
}

void wait_drives_the_tasks_that_were_spawned(Place& place) {
    Socket server = create_server(place.server(), place.any_port()).value();
    std::string heard;
    place.server().spawn([](Socket& listener, std::string& note) -> Task<> {
        Accepted accepted = (co_await listener.accept()).value();
        note = (co_await accepted.socket.recv(100)).value().text();
        EXPECT_TRUE(co_await accepted.socket.sendall("heard"));
    }(server, heard));

    Socket near = create_connection(place.client(), server.getsockname().value()).wait().value();
    ASSERT_TRUE(near.sendall("hello").wait());
    EXPECT_EQ(near.recv(100).wait().value().text(), "heard");
    EXPECT_EQ(heard, "hello");
}

constexpr Body bodies[] = {
    {"ADeadlineEndsEachCallThatWaits", a_deadline_ends_each_call_that_waits},
    {"ATimeoutIsTheDeadlineOfCallsWithoutOne", a_timeout_is_the_deadline_of_calls_without_one},
    {"AStoppedTaskStopsWaiting", a_stopped_task_stops_waiting},
    {"ClosingWakesWhoWaits", closing_wakes_who_waits},
    {"DestroyingAWaitingOpWithdrawsIt", destroying_a_waiting_op_withdraws_it},
    {"EveryCallCanBeAwaitedWithTemporaries", every_call_can_be_awaited_with_temporaries},
    {"WaitDrivesTheTasksThatWereSpawned", wait_drives_the_tasks_that_were_spawned},
};

}  // namespace

std::span<const Body> waiting_bodies() {
    return bodies;
}

}  // namespace sockeye::conformance
