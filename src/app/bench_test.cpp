#include "app/bench.hpp"

#include <gtest/gtest.h>

#include <stop_token>

#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::app {
namespace {

constexpr std::uint64_t ms = 1'000'000;  // nanoseconds, as the histogram has them

/// A server and a client with 10 ms of cable between them: an answer takes 20 ms and a little.
struct Far {
    Lab lab;
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24", {.delay = 10ms});
    Host& client = lab.add_host("client", lan, "10.0.0.2/24", {.delay = 0ms});
    Target target{Address{"10.0.0.1", 9001}};

    BenchResult run(BenchPlan plan) {
        plan.target = target;
        const Duration plan_ends = plan.time + plan.patience;
        Bench bench{client, std::move(plan)};
        bench.start();
        EXPECT_TRUE(lab.run_for(plan_ends + 1s));
        return bench.result();
    }
};

/// Echoes, but looks away for one second when one second has gone by.
Task<> stalling_echo(Network& network, Socket connection) {
    const Instant looks_away = network.now() + 1s;
    bool looked_away = false;
    for (;;) {
        Result<Bytes> some = co_await connection.recv(4096);
        if (!some || some->empty()) co_return;
        if (!looked_away && network.now() >= looks_away) {
            looked_away = true;
            Result<void> slept = co_await network.sleep(1s);
            if (!slept) co_return;
        }
        Result<void> sent = co_await connection.sendall(*some);
        if (!sent) co_return;
    }
}

Task<> serve_one(Network& network, Address at, Task<> (*session)(Network&, Socket)) {
    Socket server = create_server(network, at).value();
    Result<Accepted> client = co_await server.accept();
    if (!client) co_return;
    network.spawn(session(network, std::move(client->socket)));
}

TEST(Bench, APingTakesAsLongAsTheWayThereAndBack) {
    Far far;
    far.server.spawn(serve_echo(far.server, {"10.0.0.1", 9001}));
    const BenchResult result = far.run({.measure = Measure::ping, .time = 1s});
    EXPECT_FALSE(result.error);
    EXPECT_GE(result.latency.min(), 20 * ms);
    EXPECT_LE(result.latency.max(), 21 * ms);
    EXPECT_GE(result.operations, 45U);  // a second, less the handshake and the opening line
    EXPECT_EQ(result.latency.count(), result.operations);
}

TEST(Bench, AtAConstantRateEveryMessageThatWasDueIsCounted) {
    Far far;
    far.server.spawn(serve_echo(far.server, {"10.0.0.1", 9001}));
    const BenchResult result = far.run({.measure = Measure::rate, .connections = 3, .rate = 100, .time = 2s});
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.operations, 200U);
    EXPECT_EQ(result.unanswered, 0U);
    EXPECT_LE(result.latency.percentile(500'000), 21 * ms);
}

TEST(Bench, AServerThatStallsIsChargedWithEachMessageThatItKeptWaiting) {
    Far far;
    far.server.spawn(serve_one(far.server, {"10.0.0.1", 9001}, stalling_echo));
    const BenchResult result = far.run({.measure = Measure::rate, .rate = 100, .time = 3s});
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.operations, 300U);
    // Of 300 messages 100 were due while it looked away, and half of those waited for longer than half of it.
    const std::uint64_t waited = result.latency.count() - result.latency.count_up_to(500 * ms);
    EXPECT_GE(waited, 45U);
    EXPECT_LE(waited, 55U);
    EXPECT_GE(result.latency.max(), 1000 * ms);
}

TEST(Bench, PingPongWouldHaveSeenTheSameStallOnce) {
    Far far;
    far.server.spawn(serve_one(far.server, {"10.0.0.1", 9001}, stalling_echo));
    const BenchResult result = far.run({.measure = Measure::ping, .time = 3s});
    EXPECT_EQ(result.latency.count() - result.latency.count_up_to(500 * ms), 1U);
}

TEST(Bench, MessagesThatNobodyAnswersAreAsLateAsTheEnd) {
    Far far;
    far.server.spawn(serve_one(far.server, {"10.0.0.1", 9001}, [](Network&, Socket connection) -> Task<> {
        Result<Bytes> some = co_await connection.recv(4096);
        while (some && !some->empty()) some = co_await connection.recv(4096);
    }));
    const BenchResult result = far.run({.measure = Measure::rate, .rate = 10, .time = 1s, .patience = 2s});
    EXPECT_EQ(result.error, Errc::timed_out);
    EXPECT_EQ(result.operations, 0U);
    EXPECT_EQ(result.unanswered, 10U);
    EXPECT_EQ(result.latency.count(), 10U);
    EXPECT_GE(result.latency.min(), 2000 * ms);
}

/// Against bench_sessions() on this machine.
BenchResult on_this_machine(BenchPlan plan) {
    KernelNetwork network;
    // Both ends share a loop, so a whole turn's connections wait to be accepted.
    Socket server = create_server(network, {"127.0.0.1", 0}, {.backlog = 1024}).value();
    plan.target = Target{server.getsockname().value()};
    std::stop_source serving;
    network.spawn(serve(network, std::move(server), bench_sessions(network)), serving.get_token());
    const Duration time = plan.time;
    Bench bench{network, std::move(plan)};
    bench.start();
    network.spawn([](Network& on, Duration after, std::stop_source stop) -> Task<> {
        Result<void> slept = co_await on.sleep(after);
        if (slept) stop.request_stop();
    }(network, time + 200ms, serving));
    EXPECT_TRUE(network.run());
    return bench.result();
}

TEST(Bench, OctetsGoUpOrDownOrBothWays) {
    const BenchResult up = on_this_machine({.measure = Measure::upload, .connections = 2, .time = 50ms});
    EXPECT_FALSE(up.error);
    EXPECT_GT(up.sent, 0U);
    EXPECT_EQ(up.received, 0U);
    const BenchResult down = on_this_machine({.measure = Measure::download, .time = 50ms});
    EXPECT_FALSE(down.error);
    EXPECT_EQ(down.sent, 0U);
    EXPECT_GT(down.received, 0U);
    const BenchResult both = on_this_machine({.measure = Measure::both, .time = 50ms});
    EXPECT_FALSE(both.error);
    EXPECT_GT(both.sent, 0U);
    EXPECT_GT(both.received, 0U);
}

TEST(Bench, ConnectionsAreMadeAndDropped) {
    const BenchResult result =
        on_this_machine({.measure = Measure::connects, .connections = 2, .time = 50ms});
    EXPECT_FALSE(result.error);
    EXPECT_GT(result.operations, 0U);
    EXPECT_EQ(result.latency.count(), result.operations);
}

TEST(Bench, WhatIsSentIsWhatHasArrived) {
    Far far;
    std::uint64_t arrived = 0;
    far.server.spawn([](Network& network, std::uint64_t& octets) -> Task<> {
        Socket server = create_server(network, {"10.0.0.1", 9001}).value();
        Result<Accepted> client = co_await server.accept();
        for (;;) {
            Result<Bytes> some = co_await client->socket.recv(65536);
            if (!some || some->empty()) co_return;
            octets += some->size();
        }
    }(far.server, arrived));
    const BenchResult result = far.run({.measure = Measure::upload, .time = 200ms});
    EXPECT_FALSE(result.error);
    EXPECT_EQ(result.sent + opening_line(BenchKind::upload).size(), arrived);
}

TEST(Bench, APeerThatSendsNothingByItselfIsTold) {
    Far far;
    far.server.spawn(serve_echo(far.server, {"10.0.0.1", 9001}));
    const BenchResult result = far.run({.measure = Measure::download, .time = 100ms});
    ASSERT_TRUE(result.error);
    EXPECT_NE(result.error->detail().find("bench --serve"), std::string_view::npos);
}

TEST(Bench, WhereNobodyListensTheFirstErrorIsTheResult) {
    Far far;
    EXPECT_EQ(far.run({.connections = 3, .time = 1s}).error, Errc::refused);
}

}  // namespace
}  // namespace sockeye::app
