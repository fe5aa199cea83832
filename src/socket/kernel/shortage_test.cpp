// accept() while descriptors are out: it waits, and goes on as soon as there are some.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

const Address loopback{IpAddress::loopback(Family::inet), 0};

/// Leaves this process no free descriptor while it lives.
class NoDescriptors {
public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = 0;  // for new ones; those that are open stay
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { end(); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;
    void end() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

/// Takes up every descriptor below the limit, so that one that is closed is one that is free.
std::vector<posix::Descriptor> take_all_below(int limit) {
    std::vector<posix::Descriptor> taken;
    for (int number = 0; (number = ::dup(STDERR_FILENO)) >= 0 && number < limit - 1;)
        taken.emplace_back(number);
    return taken;
}

Task<> accept_one(Socket& server, std::optional<Result<Accepted>>& result) {
    result.emplace(co_await server.accept());
}

Duration cpu_time() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

class KernelShortage : public test::OnEachBackend {
protected:
    /// Goes through what the tests do once before, with descriptors: UBSan opens a pipe when it
    /// meets a dynamic type for the first time, and takes it for corrupt where it cannot.
    void SetUp() override {
        OnEachBackend::SetUp();
        if (IsSkipped()) return;
        ::testing::internal::CaptureStderr();
        {
            const posix::Descriptor rehearsal = posix::connected(server_.getsockname().value());
        }
        network_.spawn(accept_one(server_, accepted_));
        ASSERT_TRUE(network_.sleep(1ms).wait());
        ASSERT_TRUE(network_.run());
        ASSERT_TRUE(server_.accept(1s).wait());
        ASSERT_EQ(server_.accept(1ms).wait().error(), Errc::timed_out);
        ASSERT_TRUE(create_connection(network_, server_.getsockname().value(), 1s).wait());
        ASSERT_TRUE(server_.accept(1s).wait());
        ASSERT_EQ(create_server(network_, {"192.0.2.1", 1}).error(), Errc::address_not_available);
        accepted_.reset();
        peer_ = posix::connected(server_.getsockname().value());
    }
    void TearDown() override {
        if (!asked_ && !IsSkipped()) said();
    }
    /// What went to standard error. Needs a descriptor itself.
    std::string said() {
        asked_ = true;
        return ::testing::internal::GetCapturedStderr();
    }

    KernelNetwork network_{options()};
    Socket server_ = create_server(network_, loopback).value();
    posix::Descriptor peer_ = posix::connected(server_.getsockname().value());
    std::optional<Result<Accepted>> accepted_;

private:
    bool asked_ = false;
};

TEST_P(KernelShortage, AcceptWaitsWithoutAnErrorAndGoesOnWhenItIsOver) {
    NoDescriptors shortage;
    network_.spawn(accept_one(server_, accepted_));
    ASSERT_TRUE(network_.sleep(10ms).wait());
    EXPECT_FALSE(accepted_) << "it neither succeeds nor fails";

    shortage.end();
    ASSERT_TRUE(network_.run());

    EXPECT_TRUE(accepted_->has_value());
    EXPECT_THAT(said(), ::testing::HasSubstr("Too many open files"));
}

TEST_P(KernelShortage, IsSaidOnceOnly) {
    {
        NoDescriptors shortage;
        EXPECT_EQ(server_.accept(1ms).wait().error(), Errc::timed_out);
        EXPECT_EQ(server_.accept(1ms).wait().error(), Errc::timed_out);
    }
    const std::string text = said();
    EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
}

TEST_P(KernelShortage, DoesNotKeepTheProcessorBusy) {
    NoDescriptors shortage;
    const Duration before = cpu_time();
    EXPECT_EQ(server_.accept(250ms).wait().error(), Errc::timed_out);
    EXPECT_LT(cpu_time() - before, 125ms) << "a busy loop takes all of 250 ms";
}

TEST_P(KernelShortage, EndsTheMomentASocketOfThisNetworkIsClosed) {
    std::optional<Socket> spare{std::in_place, network_};
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit low = before;
    low.rlim_cur = 256;
    ::setrlimit(RLIMIT_NOFILE, &low);
    const std::vector<posix::Descriptor> taken = take_all_below(256);
    network_.spawn(accept_one(server_, accepted_));
    ASSERT_TRUE(network_.sleep(5ms).wait());
    ASSERT_FALSE(accepted_);

    const Instant closed = network_.now();
    spare.reset();
    ASSERT_TRUE(network_.run());

    EXPECT_TRUE(accepted_->has_value());
    // Not a measurement: the next retry would come 95 ms later.
    EXPECT_LT(network_.now() - closed, 80ms);
    ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_P(KernelShortage, OpeningASocketSaysWhatIsOut) {
    const NoDescriptors shortage;
    auto connection = create_connection(network_, server_.getsockname().value()).wait();
    EXPECT_EQ(connection.error(), Errc::resources_exhausted);
    EXPECT_EQ(connection.error().message(), "connect: resources exhausted (Too many open files)");
    Socket socket{network_};
    EXPECT_EQ(socket.bind(loopback).error(), Errc::resources_exhausted);
}

INSTANTIATE_TEST_SUITE_P(On, KernelShortage, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
