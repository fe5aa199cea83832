#include "socket/kernel/loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/time.h>

#include <csignal>
#include <ctime>
#include <vector>

#include "sockeye/kernel.hpp"

namespace sockeye {
namespace {

using kernel::Loop;
using ::testing::ElementsAre;

/// A loop that a test turns by hand.
struct OpenLoop : Loop {
    using Loop::advance;
    using Loop::Loop;
};

struct Told : kernel::Watched {
    void on_events(std::uint32_t events) override { seen.push_back(events); }
    std::vector<std::uint32_t> seen;
};

Task<> note_after(Network& network, Instant at, int name, std::vector<int>& order) {
    EXPECT_TRUE(co_await network.sleep_until(at));
    EXPECT_GE(network.now(), at) << "a deadline never comes early";
    order.push_back(name);
}

TEST(KernelLoop, WakesSleepersInTheOrderOfTheirDeadlines) {
    KernelNetwork network;
    std::vector<int> order;
    const Instant start = network.now();
    network.spawn(note_after(network, start + 9ms, 3, order));
    network.spawn(note_after(network, start + 3ms, 1, order));
    network.spawn(note_after(network, start + 6ms, 2, order));
    ASSERT_TRUE(network.run());
    EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST(KernelLoop, WakesEqualDeadlinesInTheOrderInWhichTheyCame) {
    KernelNetwork network;
    std::vector<int> order;
    const Instant at = network.now() + 5ms;
    for (int i = 1; i <= 5; ++i) network.spawn(note_after(network, at, i, order));
    ASSERT_TRUE(network.run());
    EXPECT_THAT(order, ElementsAre(1, 2, 3, 4, 5));
}

TEST(KernelLoop, TellsTheTimeSinceTheMachinesBoot) {
    KernelNetwork network;
    timespec before{};
    ::clock_gettime(CLOCK_MONOTONIC, &before);
    const auto now = network.now().since_zero();
    EXPECT_GE(now, std::chrono::seconds{before.tv_sec} + std::chrono::nanoseconds{before.tv_nsec});
    EXPECT_LE(now, network.now().since_zero());
}

TEST(KernelLoop, RoundsMillisecondsUp) {
    EXPECT_EQ(Loop::to_milliseconds(0ns), 0);
    EXPECT_EQ(Loop::to_milliseconds(1ns), 1);
    EXPECT_EQ(Loop::to_milliseconds(1ms), 1);
    EXPECT_EQ(Loop::to_milliseconds(1'000'001ns), 2);
    EXPECT_EQ(Loop::to_milliseconds(Duration::max()), std::numeric_limits<int>::max());
}

TEST(KernelLoop, NeverWakesEarlyWhereTheSystemKnowsOnlyMilliseconds) {
    OpenLoop loop{Loop::Precision::milliseconds};
    const Instant until = loop.now() + 1'500us;
    ASSERT_TRUE(loop.advance(until));
    EXPECT_GE(loop.now(), until);
}

TEST(KernelLoop, WaitsForeverUntilItIsInterrupted) {
    OpenLoop loop;
    loop.attend();
    EXPECT_TRUE(loop.advance(Instant::never())) << "an interruption before the wait counts";
}

TEST(KernelLoop, TellsAtOnceWhatIsTrueAlreadyAndAfterThatOnlyEdges) {
    OpenLoop loop;
    const kernel::Descriptor event{::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK)};
    Told told;
    ASSERT_TRUE(loop.watch(event.get(), told, EPOLLIN | EPOLLET));

    ASSERT_TRUE(loop.advance(Instant{}));
    ASSERT_TRUE(loop.advance(Instant{}));

    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN));
    loop.unwatch(event.get());
}

TEST(KernelLoop, SaysThatAFileCannotBeWatched) {
    OpenLoop loop;
    Told told;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
    EXPECT_FALSE(loop.watch(::fileno(file.get()), told, EPOLLIN));
}

TEST(KernelLoop, RetriesEachOnceWhenADescriptorIsFreed) {
    OpenLoop loop;
    Told told;
    loop.retry_later(told);
    loop.retry_later(told);

    loop.descriptor_freed();
    loop.descriptor_freed();

    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN | EPOLLOUT));
}

TEST(KernelLoop, RetriesAfterAWhileWhereNothingIsFreed) {
    OpenLoop loop;
    Told told;
    loop.retry_later(told);
    const Instant before = loop.now();

    ASSERT_TRUE(loop.advance(Instant::never()));

    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN | EPOLLOUT));
    EXPECT_GE(loop.now() - before, 99ms);
}

TEST(KernelLoop, ForgetsWhoIsDestroyedBeforeTheRetry) {
    OpenLoop loop;
    {
        Told told;
        loop.retry_later(told);
    }
    loop.descriptor_freed();
}

TEST(KernelLoop, GoesOnAfterASignal) {
    struct sigaction before{};
    struct sigaction ignore{};
    ignore.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &ignore, &before);
    const itimerval every_millisecond{.it_interval = {0, 1000}, .it_value = {0, 1000}};
    const itimerval off{};
    ::setitimer(ITIMER_REAL, &every_millisecond, nullptr);

    KernelNetwork network;
    const Instant start = network.now();
    EXPECT_TRUE(network.sleep(20ms).wait());
    EXPECT_GE(network.now() - start, 20ms);

    ::setitimer(ITIMER_REAL, &off, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
}

TEST(KernelNetworkTest, HasItsNameAndDrawsDifferentRandomNumbers) {
    KernelNetwork network;
    EXPECT_EQ(network.name(), "kernel");
    EXPECT_NE(network.random(), network.random());
}

}  // namespace
}  // namespace sockeye
