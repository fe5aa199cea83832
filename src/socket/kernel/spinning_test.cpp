// A network that spins does what one that sleeps does.
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

class KernelSpinning : public test::OnEachBackend {
protected:
    /// So long that a wait ends while it spins, once it has begun to.
    KernelOptions spinning() const {
        KernelOptions chosen = options();
        chosen.spin = 60s;
        return chosen;
    }

    KernelNetwork network_{spinning()};
    Socket server_ = create_server(network_, {"127.0.0.1", 0}).value();
};

Task<int> echo(Socket& server) {
    auto client = co_await server.accept();
    int answers = 0;
    while (client) {
        auto text = co_await client->socket.recv(100);
        if (!text || text->empty()) break;
        auto sent = co_await client->socket.sendall(*text);
        if (!sent) break;
        ++answers;
    }
    co_return answers;
}

TEST_P(KernelSpinning, AnswersEachMessage) {
    const Address at = server_.getsockname().value();
    const std::jthread client{[&] {
        const posix::Descriptor connection = posix::connected(at);
        for (int i = 0; i < 100; ++i) {
            posix::send(connection, std::to_string(i));
            EXPECT_EQ(posix::receive(connection), std::to_string(i));
        }
    }};
    EXPECT_EQ(network_.run(echo(server_)).value(), 100);
}

TEST_P(KernelSpinning, IsEndedByStopAndByADeadline) {
    for (int i = 0; i < 3; ++i) {
        const Instant before = network_.now();
        EXPECT_EQ(server_.accept(5ms).wait().error(), Errc::timed_out);
        EXPECT_GE(network_.now() - before, 5ms);
    }
    const std::jthread other{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
        network_.stop();
    }};
    EXPECT_EQ(server_.accept().wait().error(), Errc::cancelled);
}

/// The kernel's queue holds back a peer that nobody reads, however the loop waits.
TEST_P(KernelSpinning, APeerThatNobodyReadsIsHeldBack) {
    const posix::Descriptor far = posix::connected(server_.getsockname().value());
    Socket near = server_.accept().wait().value().socket;
    posix::send(far, "first");
    EXPECT_EQ(near.recv(100).wait().value().text(), "first");
    EXPECT_TRUE(network_.sleep(1ms).wait());
    posix::send(far, "second");
    EXPECT_TRUE(network_.sleep(1ms).wait());
    EXPECT_EQ(near.available().value(), 6U) << "in the kernel's queue, or with us: told either way";
    EXPECT_EQ(near.recv(100).wait().value().text(), "second");
}

INSTANTIATE_TEST_SUITE_P(Backends, KernelSpinning, ::testing::ValuesIn(test::kernel_backends),
                         test::backend_of);

}  // namespace
}  // namespace sockeye
