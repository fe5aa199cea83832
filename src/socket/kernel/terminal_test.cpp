#include "socket/kernel/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "socket/kernel/network.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/stream.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;
using kernel::Descriptor;

struct Pipe {
    Pipe() {
        std::array<int, 2> ends{};
        posix::checked(::pipe2(ends.data(), O_CLOEXEC), "pipe2");
        read = Descriptor{ends[0]};
        write = Descriptor{ends[1]};
    }
    Descriptor read;
    Descriptor write;
};

void put(const Descriptor& into, std::string_view text) {
    posix::checked(::write(into.get(), text.data(), text.size()), "write");
}

std::string take(const Descriptor& from) {
    std::string text(1 << 20, '\0');
    text.resize(
        static_cast<std::size_t>(posix::checked(::read(from.get(), text.data(), text.size()), "read")));
    return text;
}

bool blocks(const Descriptor& descriptor) {
    return (::fcntl(descriptor.get(), F_GETFL) & O_NONBLOCK) == 0;
}

Task<> note_when(Network& network, Duration after, bool& passed) {
    EXPECT_TRUE(co_await network.sleep(after));
    passed = true;
}

class KernelTerminal : public test::OnEachBackend {
protected:
    Stream stream_on(int input, int output) {
        kernel::Loop& loop = static_cast<kernel::Network&>(network_.backend()).own_loop();
        return {network_, std::make_unique<kernel::Terminal>(loop, input, output)};
    }

    KernelNetwork network_{options()};
    Pipe in_;
    Pipe out_;
    Stream stream_ = stream_on(in_.read.get(), out_.write.get());
};

TEST_P(KernelTerminal, ReadsWhatIsThereAndThenTheEnd) {
    put(in_.write, "hello");
    EXPECT_EQ(stream_.read(100).wait().value().text(), "hello");
    in_.write.close();
    EXPECT_TRUE(stream_.read(100).wait().value().empty());
    EXPECT_TRUE(stream_.read(100).wait().value().empty()) << "as often as it is asked for";
}

TEST_P(KernelTerminal, ReadingLetsOthersRunUntilSomethingComes) {
    bool passed = false;
    network_.spawn(note_when(network_, 1ms, passed));
    network_.spawn([](Network& network, const Descriptor& into) -> Task<> {
        for (const char* line : {"one", "two"}) {
            EXPECT_TRUE(co_await network.sleep(5ms));
            put(into, line);
        }
    }(network_, in_.write));
    EXPECT_EQ(stream_.read(100).wait().value().text(), "one");
    EXPECT_TRUE(passed);
    EXPECT_EQ(stream_.read(100).wait().value().text(), "two") << "armed again";
}

TEST_P(KernelTerminal, ReadingKeepsItsDeadline) {
    EXPECT_EQ(stream_.read(100, 5ms).wait().error(), Errc::timed_out);
    put(in_.write, "late");
    EXPECT_EQ(stream_.read(100, 5ms).wait().value().text(), "late");
}

TEST_P(KernelTerminal, LeavesTheFlagsThatOtherProcessesShareAsTheyAre) {
    EXPECT_EQ(stream_.read(100, 1ms).wait().error(), Errc::timed_out);
    EXPECT_TRUE(stream_.write("hello").wait());
    EXPECT_TRUE(blocks(in_.read));
    EXPECT_TRUE(blocks(out_.write));
}

TEST_P(KernelTerminal, WritingToAFullPipeLetsOthersRunUntilThereIsRoom) {
    const std::string much(300'000, 'x');
    std::size_t got = 0;
    network_.spawn(
        [](Network& network, const Descriptor& from, std::size_t& octets, std::size_t all) -> Task<> {
            while (octets < all) {
                EXPECT_TRUE(co_await network.sleep(1ms));
                octets += take(from).size();
            }
        }(network_, out_.read, got, much.size()));
    EXPECT_TRUE(stream_.write(much, 10s).wait());
    EXPECT_TRUE(network_.run());
    EXPECT_EQ(got, much.size());
}

TEST_P(KernelTerminal, AWriteThatRunsOutOfTimeSaysHowMuchWent) {
    Result<void> written = stream_.write(std::string(300'000, 'x'), 5ms).wait();
    EXPECT_EQ(written.error(), Errc::timed_out);
    EXPECT_EQ(take(out_.read).size(), written.error().transferred());
}

TEST_P(KernelTerminal, WritingWhereNobodyReadsIsClosedAndRaisesNoSignal) {
    static volatile std::sig_atomic_t raised;
    raised = 0;
    struct sigaction before{};
    struct sigaction count{};
    count.sa_handler = [](int) { raised = raised + 1; };
    ::sigaction(SIGPIPE, &count, &before);

    out_.read.close();
    EXPECT_EQ(stream_.write("anybody?").wait().error(), Errc::closed);
    EXPECT_EQ(raised, 0);

    EXPECT_EQ(::raise(SIGPIPE), 0);
    EXPECT_EQ(raised, 1) << "others' signals arrive as before";
    ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_P(KernelTerminal, ASigpipeThatSomebodyKeepsPendingStaysPending) {
    sigset_t sigpipe;
    sigset_t before;
    sigset_t pending;
    ::sigemptyset(&sigpipe);
    ::sigaddset(&sigpipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
    ASSERT_EQ(::raise(SIGPIPE), 0);

    out_.read.close();
    EXPECT_EQ(stream_.write("anybody?").wait().error(), Errc::closed);

    ::sigpending(&pending);
    EXPECT_EQ(::sigismember(&pending, SIGPIPE), 1);
    const timespec at_once{};
    ::sigtimedwait(&sigpipe, nullptr, &at_once);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_P(KernelTerminal, AFileIsAlwaysReady) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::tmpfile(), &std::fclose};
    const int descriptor = ::fileno(file.get());
    const std::string text(100'000, 'x');
    EXPECT_TRUE(stream_on(in_.read.get(), descriptor).write(text).wait());
    ::lseek(descriptor, 0, SEEK_SET);

    Stream reading = stream_on(descriptor, out_.write.get());
    EXPECT_EQ(reading.read(200'000).wait().value().text(), text);
    EXPECT_TRUE(reading.read(100).wait().value().empty());
}

TEST_P(KernelTerminal, APersonsLineComesWhole) {
    const Descriptor person{posix::checked(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt")};
    posix::checked(::grantpt(person.get()), "grantpt");
    posix::checked(::unlockpt(person.get()), "unlockpt");
    Descriptor tty{posix::checked(::open(::ptsname(person.get()), O_RDWR | O_NOCTTY | O_CLOEXEC), "open")};
    Stream stream = stream_on(tty.get(), tty.get());

    put(person, "hel");
    EXPECT_EQ(stream.read(100, 5ms).wait().error(), Errc::timed_out) << "the line has no end yet";
    put(person, "lo\n");
    EXPECT_EQ(stream.read(100).wait().value().text(), "hello\n");
    EXPECT_TRUE(stream.write("and to you\n").wait());
}

TEST_P(KernelTerminal, AProcessWithoutStandardInputAndOutputReadsTheEnd) {
    const int never_open = 1 << 20;
    Stream stream = stream_on(never_open, never_open);
    EXPECT_TRUE(stream.read(100).wait().value().empty());
    EXPECT_EQ(stream.write("hello").wait().error(), Errc::closed);
}

TEST_P(KernelTerminal, TwoStreamsMayShareOneTerminal) {
    Stream second = stream_on(in_.read.get(), out_.write.get());
    EXPECT_EQ(stream_.read(100, 1ms).wait().error(), Errc::timed_out);
    EXPECT_EQ(second.read(100, 1ms).wait().error(), Errc::timed_out);
    put(in_.write, "hello");
    EXPECT_EQ(second.read(100).wait().value().text(), "hello");
}

INSTANTIATE_TEST_SUITE_P(On, KernelTerminal, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
