#include "socket/kernel/loop.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <ctime>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "socket/kernel/epoll_loop.hpp"
#include "socket/kernel/ring_loop.hpp"
#include "sockeye/kernel.hpp"
#include "test/support/kernel_backends.hpp"

namespace sockeye {
namespace {

using kernel::EpollLoop;
using kernel::Loop;
using kernel::RingLoop;
using ::testing::ElementsAre;

/// A loop that a test turns by hand.
struct OpenLoop {
    virtual ~OpenLoop() = default;
    virtual Loop& loop() = 0;
    virtual Result<void> turn(Instant until) = 0;
};

template <class Kind>
struct Opened final : OpenLoop, Kind {
    using Kind::Kind;
    Loop& loop() override { return *this; }
    Result<void> turn(Instant until) override { return this->advance(until); }
};

struct Told final : kernel::Watched {
    void on_events(std::uint32_t events) override { seen.push_back(events); }
    void on_watch_failed(const Error& error) override { failure = error; }
    std::vector<std::uint32_t> seen;
    std::optional<Error> failure;
};

kernel::Descriptor event(unsigned count) {
    return kernel::Descriptor{::eventfd(count, EFD_CLOEXEC | EFD_NONBLOCK)};
}

Task<> note_after(Network& network, Instant at, int name, std::vector<int>& order) {
    EXPECT_TRUE(co_await network.sleep_until(at));
    EXPECT_GE(network.now(), at) << "a deadline never comes early";
    order.push_back(name);
}

class KernelLoop : public test::OnEachBackend {
protected:
    KernelLoop() {
        if (options().backend == Backend::io_uring)
            open_ = std::make_unique<Opened<RingLoop>>();
        else
            open_ = std::make_unique<Opened<EpollLoop>>();
    }

    Loop& loop() { return open_->loop(); }
    Result<void> advance(Instant until) { return open_->turn(until); }
    void turn() { ASSERT_TRUE(advance(Instant{})); }

private:
    std::unique_ptr<OpenLoop> open_;
};

TEST_P(KernelLoop, WakesSleepersInTheOrderOfTheirDeadlines) {
    KernelNetwork network{options()};
    std::vector<int> order;
    const Instant start = network.now() + 100ms;  // none has passed before its task begins
    network.spawn(note_after(network, start + 9ms, 3, order));
    network.spawn(note_after(network, start + 3ms, 1, order));
    network.spawn(note_after(network, start + 6ms, 2, order));
    ASSERT_TRUE(network.run());
    EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST_P(KernelLoop, WakesEqualDeadlinesInTheOrderInWhichTheyCame) {
    KernelNetwork network{options()};
    std::vector<int> order;
    const Instant at = network.now() + 5ms;
    for (int i = 1; i <= 5; ++i) network.spawn(note_after(network, at, i, order));
    ASSERT_TRUE(network.run());
    EXPECT_THAT(order, ElementsAre(1, 2, 3, 4, 5));
}

TEST_P(KernelLoop, TellsTheTimeSinceTheMachinesBoot) {
    timespec before{};
    ::clock_gettime(CLOCK_MONOTONIC, &before);
    const auto now = loop().now().since_zero();
    EXPECT_GE(now, std::chrono::seconds{before.tv_sec} + std::chrono::nanoseconds{before.tv_nsec});
    EXPECT_LE(now, loop().now().since_zero());
}

TEST_P(KernelLoop, WaitsForeverUntilItIsInterrupted) {
    for (int i = 0; i < 3; ++i) {
        loop().attend();
        EXPECT_TRUE(advance(Instant::never())) << "an interruption before the wait counts, each time";
    }
}

TEST_P(KernelLoop, TellsAtOnceWhatIsTrueAlreadyAndAfterThatOnlyEdges) {
    const kernel::Descriptor one = event(1);
    Told told;
    ASSERT_TRUE(loop().watch(one.get(), told, EPOLLIN | EPOLLET));

    turn();
    turn();
    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN));

    ::eventfd_write(one.get(), 1);
    turn();
    turn();
    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN, EPOLLIN));
    loop().unwatch(one.get(), told);
}

TEST_P(KernelLoop, TellsAOneShotOnceEachTimeItIsArmed) {
    const kernel::Descriptor one = event(1);
    Told told;
    ASSERT_TRUE(loop().watch(one.get(), told, EPOLLIN | EPOLLONESHOT));
    turn();
    ::eventfd_write(one.get(), 1);
    turn();
    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN));

    ASSERT_TRUE(loop().rewatch(one.get(), told, EPOLLIN | EPOLLONESHOT));
    ASSERT_TRUE(loop().rewatch(one.get(), told, EPOLLIN | EPOLLONESHOT));
    turn();
    turn();
    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN, EPOLLIN));
    loop().unwatch(one.get(), told);
}

TEST_P(KernelLoop, TellsNothingOfWhatIsWatchedNoMore) {
    const kernel::Descriptor one = event(0);
    Told told;
    ASSERT_TRUE(loop().watch(one.get(), told, EPOLLIN | EPOLLET));
    turn();
    ::eventfd_write(one.get(), 1);  // an event that has happened, and that nobody was told
    loop().unwatch(one.get(), told);
    turn();
    EXPECT_THAT(told.seen, ElementsAre());
}

TEST_P(KernelLoop, AnUnwatchedDescriptorsFileIsClosedByClose) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    kernel::Descriptor write{ends[1]};
    const kernel::Descriptor read{ends[0]};
    Told told;
    ASSERT_TRUE(loop().watch(write.get(), told, EPOLLOUT | EPOLLET));
    turn();
    char octet = 0;
    EXPECT_EQ(::read(read.get(), &octet, 1), -1) << "nothing there yet";

    loop().unwatch(write.get(), told);
    write.close();

    EXPECT_EQ(::read(read.get(), &octet, 1), 0) << "the end";
}

TEST_P(KernelLoop, WatchesMoreDescriptorsThanItsQueuesHold) {
    constexpr std::size_t many = 6000;
    const kernel::Descriptor one = event(0);
    std::vector<kernel::Descriptor> copies;
    std::vector<Told> told(many);
    for (Told& each : told) {
        copies.emplace_back(::fcntl(one.get(), F_DUPFD_CLOEXEC, 0));
        ASSERT_TRUE(copies.back().is_open());
        ASSERT_TRUE(loop().watch(copies.back().get(), each, EPOLLIN | EPOLLET));
    }
    turn();
    ::eventfd_write(one.get(), 1);
    for (int i = 0; i < 1000; ++i) turn();  // no turn tells everything
    for (std::size_t i = 0; i < many; ++i) {
        ASSERT_FALSE(told[i].seen.empty()) << i;
        loop().unwatch(copies[i].get(), told[i]);
    }
}

TEST_P(KernelLoop, RetriesEachOnceWhenADescriptorIsFreed) {
    Told told;
    loop().retry_later(told);
    loop().retry_later(told);

    loop().descriptor_freed();
    loop().descriptor_freed();

    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN | EPOLLOUT));
}

TEST_P(KernelLoop, RetriesAfterAWhileWhereNothingIsFreed) {
    Told told;
    loop().retry_later(told);
    const Instant before = loop().now();

    while (told.seen.empty()) ASSERT_TRUE(advance(Instant::never()));

    EXPECT_THAT(told.seen, ElementsAre(EPOLLIN | EPOLLOUT));
    EXPECT_GE(loop().now() - before, 99ms);
}

TEST_P(KernelLoop, ForgetsWhoIsDestroyedBeforeTheRetry) {
    {
        Told told;
        loop().retry_later(told);
    }
    loop().descriptor_freed();
}

TEST_P(KernelLoop, GoesOnAfterASignal) {
    struct sigaction before{};
    struct sigaction ignore{};
    ignore.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &ignore, &before);
    const itimerval every_millisecond{.it_interval = {0, 1000}, .it_value = {0, 1000}};
    const itimerval off{};
    ::setitimer(ITIMER_REAL, &every_millisecond, nullptr);

    KernelNetwork network{options()};
    const Instant start = network.now();
    EXPECT_TRUE(network.sleep(20ms).wait());
    EXPECT_GE(network.now() - start, 20ms);

    ::setitimer(ITIMER_REAL, &off, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
}

INSTANTIATE_TEST_SUITE_P(On, KernelLoop, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

TEST(KernelEpollLoop, RoundsMillisecondsUp) {
    EXPECT_EQ(EpollLoop::to_milliseconds(0ns), 0);
    EXPECT_EQ(EpollLoop::to_milliseconds(1ns), 1);
    EXPECT_EQ(EpollLoop::to_milliseconds(1ms), 1);
    EXPECT_EQ(EpollLoop::to_milliseconds(1'000'001ns), 2);
    EXPECT_EQ(EpollLoop::to_milliseconds(Duration::max()), std::numeric_limits<int>::max());
}

TEST(KernelEpollLoop, NeverWakesEarlyWhereTheSystemKnowsOnlyMilliseconds) {
    Opened<EpollLoop> loop{EpollLoop::Precision::milliseconds};
    const Instant until = loop.now() + 1'500us;
    ASSERT_TRUE(loop.turn(until));
    EXPECT_GE(loop.now(), until);
}

TEST(KernelEpollLoop, SaysThatAFileCannotBeWatched) {
    EpollLoop loop;
    Told told;
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
    EXPECT_FALSE(loop.watch(::fileno(file.get()), told, EPOLLIN));
}

class KernelNetworkTest : public test::OnEachBackend {};

TEST_P(KernelNetworkTest, HasItsNameAndDrawsDifferentRandomNumbers) {
    KernelNetwork network{options()};
    EXPECT_EQ(network.name(), "kernel");
    EXPECT_NE(network.random(), network.random());
}

TEST_P(KernelNetworkTest, SaysWhichBackendRuns) {
    EXPECT_EQ(KernelNetwork{options()}.backend_name(), test::to_string(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(On, KernelNetworkTest, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

TEST(KernelNetwork, RunsOnEpollUnlessToldOtherwise) {
    EXPECT_EQ(KernelNetwork{}.backend_name(), "epoll");
}

TEST(KernelNetworkAutomatic, TakesIoUringWhereItIsNotRefused) {
    const bool refused = !test::refusal(Backend::io_uring).empty();
    EXPECT_EQ(KernelNetwork{{.backend = Backend::automatic}}.backend_name(), refused ? "epoll" : "io_uring");
}

/// As many containers do it: this thread's io_uring_setup(2) fails with EPERM from now on.
void refuse_io_uring() {
    std::array program{
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{.len = program.size(), .filter = program.data()};
    ASSERT_EQ(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

TEST(KernelNetworkAutomatic, TakesEpollWhereIoUringIsRefused) {
    std::jthread{[] {
        refuse_io_uring();
        EXPECT_EQ(KernelNetwork{{.backend = Backend::automatic}}.backend_name(), "epoll");
        EXPECT_THROW(KernelNetwork{{.backend = Backend::io_uring}}, std::system_error);
    }}.join();
}

}  // namespace
}  // namespace sockeye
