// The rules that carry Op, Task and Network, on a network without sockets.
// The same rules on sockets of both networks: test/conformance/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sockeye/socket.hpp"
#include "sockeye/stream.hpp"
#include "test/support/manual_network.hpp"

namespace sockeye {
namespace {

using test::ManualNetwork;
using test::Pipe;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Counts how many of it are alive.
struct Sentinel {
    explicit Sentinel(int& count_) : count{&count_} { ++*count; }
    Sentinel(Sentinel&& other) noexcept : count{std::exchange(other.count, nullptr)} {}
    ~Sentinel() {
        if (count != nullptr) --*count;
    }
    int* count;
};

Task<int> answer(int value) {
    co_return value;
}

Task<> sleep_then_note(Network& network, Duration duration, std::string name,
                       std::vector<std::string>& notes) {
    (void)co_await network.sleep(duration);  // cannot fail: nobody stops it
    notes.push_back(std::move(name));
}

Task<> answer_later(Network& network) {
    (void)co_await network.sleep(1s);  // cannot fail: nobody stops it
}

Task<> never_ends(Network& network, Sentinel) {
    (void)co_await network.sleep(Duration::max());  // the test destroys it here
}

Task<> throws_after(Network& network, Duration duration) {
    (void)co_await network.sleep(duration);  // cannot fail: nobody stops it
    throw std::runtime_error{"the task's own"};
}

TEST(Task, AMillionFinishedAwaitsUseNoStack) {
    ManualNetwork network;
    Result<long> sum = network.run([]() -> Task<long> {
        long total = 0;
        for (int i = 0; i < 1'000'000; ++i) total += co_await answer(1);
        co_return total;
    }());
    EXPECT_EQ(sum.value(), 1'000'000);
}

Task<int> nested(int depth) {
    if (depth == 0) co_return 0;
    co_return 1 + co_await nested(depth - 1);
}

TEST(Task, AChainOfTenThousandAwaitsUsesNoStackWhileItRuns) {
    ManualNetwork network;
    EXPECT_EQ(network.run(nested(10'000)).value(), 10'000);
}

TEST(Task, AMillionOpsThatEndAtOnceUseNoStack) {
    ManualNetwork network;
    Result<int> slept = network.run([](Network& n) -> Task<int> {
        int ended = 0;
        for (int i = 0; i < 1'000'000; ++i) ended += (co_await n.sleep(0s)).has_value() ? 1 : 0;
        co_return ended;
    }(network));
    EXPECT_EQ(slept.value(), 1'000'000);
}

TEST(Task, WhatAnAwaitedTaskThrowsIsThrownWhereItIsAwaited) {
    ManualNetwork network;
    Result<std::string> what = network.run([](Network& n) -> Task<std::string> {
        try {
            co_await throws_after(n, 1s);
        } catch (const std::runtime_error& error) {
            co_return error.what();
        }
        co_return "nothing";
    }(network));
    EXPECT_EQ(what.value(), "the task's own");
}

Task<int> passes_on(Network& network, int depth) {
    if (depth > 0) co_return co_await passes_on(network, depth - 1);
    co_await throws_after(network, 1s);
    co_return 0;
}

TEST(Task, AnExceptionPassesThroughThoseThatDoNotCatchItAndIsOverOnceCaught) {
    ManualNetwork network;
    Result<int> caught = network.run([](Network& n) -> Task<int> {
        int times = 0;
        for (int depth = 0; depth < 3; ++depth) {
            try {
                (void)co_await passes_on(n, depth);  // it throws
            } catch (const std::runtime_error&) {
                ++times;
            }
            co_await answer_later(n);
        }
        co_return times;
    }(network));
    EXPECT_EQ(caught.value(), 3);
}

TEST(Network, RunsTasksInTheOrderOfTheirDeadlinesAndOfTheirArrivalWhereThoseAreEqual) {
    ManualNetwork network;
    std::vector<std::string> notes;
    network.spawn(sleep_then_note(network, 2s, "late", notes));
    network.spawn(sleep_then_note(network, 1s, "first of two", notes));
    network.spawn(sleep_then_note(network, 1s, "second of two", notes));

    ASSERT_TRUE(network.run());

    EXPECT_THAT(notes, ElementsAre("first of two", "second of two", "late"));
    EXPECT_EQ(network.now(), Instant{2s});
}

TEST(Network, WaitDrivesSpawnedTasksUntilTheOperationIsDoneAndNotLonger) {
    ManualNetwork network;
    std::vector<std::string> notes;
    network.spawn(sleep_then_note(network, 1s, "before", notes));
    network.spawn(sleep_then_note(network, 3s, "after", notes));

    ASSERT_TRUE(network.sleep(2s).wait());

    EXPECT_THAT(notes, ElementsAre("before"));
    EXPECT_EQ(network.now(), Instant{2s});
}

TEST(Network, OwnsSpawnedTasksAndDestroysTheirFrames) {
    int alive = 0;
    {
        ManualNetwork network;
        network.spawn(never_ends(network, Sentinel{alive}));
        ASSERT_TRUE(network.sleep(1s).wait());
        EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
}

TEST(Network, DestroysATaskThatNeverStarted) {
    int alive = 0;
    {
        ManualNetwork network;
        network.spawn(never_ends(network, Sentinel{alive}));
    }
    EXPECT_EQ(alive, 0);
}

TEST(Network, AnExceptionThatEscapesASpawnedTaskEndsRunAndIsRethrownThere) {
    int alive = 0;
    ManualNetwork network;
    network.spawn(throws_after(network, 1s));
    EXPECT_THROW((void)network.run(never_ends(network, Sentinel{alive})), std::runtime_error);
    EXPECT_EQ(alive, 0) << "what run() was given goes with it";
    EXPECT_TRUE(network.run()) << "the others go on";
}

TEST(Network, AnExceptionThatEscapesASpawnedTaskIsRethrownFromWait) {
    ManualNetwork network;
    network.spawn(throws_after(network, 1s));
    EXPECT_THROW((void)network.sleep(2s).wait(), std::runtime_error);
    EXPECT_TRUE(network.sleep(2s).wait());
}

TEST(Network, StopEndsRunAndLeavesTheTasksToTheNextOne) {
    ManualNetwork network;
    std::vector<std::string> notes;
    network.spawn(sleep_then_note(network, 2s, "done", notes));
    network.spawn([](Network& n) -> Task<> {
        (void)co_await n.sleep(1s);  // cannot fail: nobody stops this task
        n.stop();
    }(network));

    EXPECT_EQ(network.run().error(), Errc::cancelled);
    EXPECT_THAT(notes, ElementsAre());
    EXPECT_TRUE(network.run());
    EXPECT_THAT(notes, ElementsAre("done"));
}

TEST(Network, AStopTokenCancelsWhatATaskWaitsForAndWhatItWaitsForLater) {
    ManualNetwork network;
    std::stop_source source;
    std::vector<Errc> seen;
    network.spawn(
        [](Network& n, std::vector<Errc>& notes) -> Task<> {
            for (int i = 0; i < 2; ++i)
                if (Result<void> slept = co_await n.sleep(1h); !slept) notes.push_back(slept.error().code());
        }(network, seen),
        source.get_token());

    ASSERT_TRUE(network.sleep(1s).wait());
    source.request_stop();
    ASSERT_TRUE(network.run());

    EXPECT_THAT(seen, ElementsAre(Errc::cancelled, Errc::cancelled));
    EXPECT_EQ(network.now(), Instant{1s});
}

TEST(Network, ATaskWhoseTokenWasStoppedBeforeItStartedRunsAndWaitsForNothing) {
    ManualNetwork network;
    std::stop_source source;
    source.request_stop();
    Errc seen{};
    network.spawn(
        [](Network& n, Errc& note) -> Task<> {
            if (Result<void> slept = co_await n.sleep(1s); !slept) note = slept.error().code();
        }(network, seen),
        source.get_token());
    ASSERT_TRUE(network.run());
    EXPECT_EQ(seen, Errc::cancelled);
}

TEST(Network, ATaskThatNeverHasToWaitLetsTheOthersHaveTheirTurn) {
    ManualNetwork network;
    bool other_ran = false;
    network.spawn([](Network& n, const bool& ran) -> Task<> {
        while (!ran) (void)co_await n.sleep(0s);  // ends at once, every time
    }(network, other_ran));
    network.spawn([](bool& ran) -> Task<> {
        ran = true;
        co_return;
    }(other_ran));
    EXPECT_TRUE(network.run());
}

TEST(Network, AWaitThatNothingCouldEndIsStalledAndSaysWhoWaitsForWhat) {
    ManualNetwork network;
    Stream stream{network, std::make_unique<Pipe>(network.backend().driver())};
    network.spawn([](Stream& s) -> Task<> { (void)co_await s.read(10); }(stream));  // for ever

    Result<void> ran = network.run();

    EXPECT_EQ(ran.error(), Errc::stalled);
    EXPECT_THAT(ran.error().message(), HasSubstr("manual: read at a pipe"));
}

TEST(NetworkDeathTest, WaitInsideATaskAbortsAndSaysWhatToWrite) {
    EXPECT_DEATH(
        {
            ManualNetwork network;
            (void)network.run([](Network& n) -> Task<> {
                (void)n.sleep(1s).wait();  // the mistake
                co_return;
            }(network));
        },
        "sleep: wait\\(\\) inside a task.*write co_await");
}

TEST(NetworkDeathTest, WaitInsideATaskAbortsEvenWhereItWouldEndAtOnce) {
    EXPECT_DEATH(
        {
            ManualNetwork network;
            (void)network.run([](Network& n) -> Task<> {
                (void)n.sleep(0s).wait();  // the mistake
                co_return;
            }(network));
        },
        "write co_await");
}

TEST(NetworkDeathTest, ATaskOfOneNetworkThatAwaitsAnOpOfAnotherAbortsAndSaysSo) {
    EXPECT_DEATH(
        {
            ManualNetwork one;
            ManualNetwork other;
            // Aborts before there is a Result.
            (void)one.run([](Network& n) -> Task<> { (void)co_await n.sleep(1s); }(other));
        },
        "of another, whose loop would never run");
}

TEST(Op, AWaitingOpWokenTriesAgain) {
    ManualNetwork network;
    auto made = std::make_unique<Pipe>(network.backend().driver());
    Pipe& pipe = *made;
    Stream stream{network, std::move(made)};
    network.spawn([](Network& n, Pipe& p) -> Task<> {
        (void)co_await n.sleep(1s);  // cannot fail: nobody stops it
        p.put("late");
    }(network, pipe));

    EXPECT_EQ(stream.read(10, 2s).wait().value().text(), "late");
    EXPECT_EQ(network.now(), Instant{1s});
}

TEST(Op, ADeadlineCountsFromTheStartOfTheOperation) {
    ManualNetwork network;
    Stream stream{network, std::make_unique<Pipe>(network.backend().driver())};
    auto read = stream.read(10, 2s);
    ASSERT_TRUE(network.sleep(10s).wait());

    EXPECT_EQ(read.wait().error(), Errc::timed_out);
    EXPECT_EQ(network.now(), Instant{12s});
}

TEST(Op, APassedDeadlineTriesOnceAndDoesNotWait) {
    ManualNetwork network;
    auto made = std::make_unique<Pipe>(network.backend().driver());
    Pipe& pipe = *made;
    Stream stream{network, std::move(made)};

    EXPECT_EQ(stream.read(10, network.now()).wait().error(), Errc::timed_out);
    pipe.put("there");
    EXPECT_EQ(stream.read(10, network.now()).wait().value().text(), "there");
    EXPECT_EQ(network.now(), Instant{});
}

TEST(Op, ASleepWhoseMomentComesWhileItIsBegunHasEndedAndNotTimedOut) {
    ManualNetwork network;
    static_cast<test::ManualDriver&>(network.backend().driver()).a_look_takes = 1ms;
    EXPECT_EQ(network.sleep_until(Instant{3ms}).wait(), Result<void>{});
}

TEST(Op, IsWithdrawnWhenItsTaskIsDestroyedWhileItWaits) {
    ManualNetwork network;
    auto made = std::make_unique<Pipe>(network.backend().driver());
    Pipe& pipe = *made;
    Stream stream{network, std::move(made)};
    network.spawn(throws_after(network, 1s));
    // Nothing to read for an hour, and the exception comes after a second.
    EXPECT_THROW((void)network.run([](Stream& s) -> Task<> { (void)co_await s.read(10, 1h); }(stream)),
                 std::runtime_error);

    pipe.put("for the next one");
    EXPECT_EQ(stream.read(100).wait().value().text(), "for the next one");
    EXPECT_EQ(network.run(), Result<void>{});
}

TEST(Op, OutlivesTheWaitThatFailed) {
    ManualNetwork network;
    auto pipe = std::make_unique<Pipe>(network.backend().driver());
    Stream stream{network, std::move(pipe)};
    {
        Op<Bytes> read = stream.read(10);
        EXPECT_EQ(read.wait().error(), Errc::stalled);
        EXPECT_TRUE(network.run(answer_later(network)));  // the stack of wait() is another's now
    }
    EXPECT_TRUE(network.sleep(1s).wait());
}

TEST(Op, IsToldWhenWhatItWaitsAtIsClosed) {
    ManualNetwork network;
    auto stream = std::make_unique<Stream>(network, std::make_unique<Pipe>(network.backend().driver()));
    network.spawn([](Network& n, std::unique_ptr<Stream>& s) -> Task<> {
        (void)co_await n.sleep(1s);  // cannot fail: nobody stops it
        s.reset();
    }(network, stream));
    EXPECT_EQ(stream->read(10).wait().error(), Errc::closed);
}

TEST(Op, OfAClosedSocketSaysSo) {
    Socket socket;
    EXPECT_EQ(socket.recv(10).wait().error(), Errc::closed);
    EXPECT_EQ(socket.recv(10).wait().error().message(), "recv: closed");
    EXPECT_EQ(socket.listen().error(), Errc::closed);
    EXPECT_EQ(socket.fileno(), -1);
}

TEST(Socket, ThatCouldNotBeMadeSaysWhyInItsFirstCall) {
    ManualNetwork network;
    Socket socket{network};
    EXPECT_FALSE(socket.is_open());
    EXPECT_EQ(socket.connect({"127.0.0.1", 1}).wait().error(), Errc::resources_exhausted);
    EXPECT_EQ(create_server(network, {"127.0.0.1", 1}).error(), Errc::resources_exhausted);
}

TEST(Socket, ANameThatNobodyKnowsIsNotFoundBeforeAnythingIsOpened) {
    ManualNetwork network;
    EXPECT_EQ(create_connection(network, {"no.such.name", 1}).wait().error(), Errc::name_not_found);
}

TEST(Error, UncheckedSaysWhatFailed) {
    ManualNetwork network;
    try {
        (void)create_server(network, {"127.0.0.1", 1}).value();
        FAIL() << "value() of an error did not throw";
    } catch (const std::exception& thrown) {
        EXPECT_THAT(thrown.what(), HasSubstr("resources exhausted"));
    }
}

TEST(ScriptStream, ReadsItsScriptThenEndsAndKeepsWhatIsWritten) {
    ManualNetwork network;
    std::string written;
    Stream stream = script_stream(network, "hello", &written);
    EXPECT_EQ(stream.read(3).wait().value().text(), "hel");
    EXPECT_EQ(stream.read(3).wait().value().text(), "lo");
    EXPECT_TRUE(stream.read(3).wait().value().empty());
    ASSERT_TRUE(stream.write("bye").wait());
    EXPECT_EQ(written, "bye");
}

}  // namespace
}  // namespace sockeye
