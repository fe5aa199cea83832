// How often the kernel's network asks for what has not come: a call in vain costs as much as one that
// receives.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/allocations/receives.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/kernel_connection.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

constexpr std::size_t block = 16384;  // octets: as many as are asked for, so that no receive is short

/// A peer sends the next block once it has heard of the one before.
Task<> send_blocks(Network& network, const posix::Descriptor& far, std::size_t& received,
                   std::size_t blocks) {
    const std::string text(block, 'x');
    for (std::size_t sent = 0; sent < blocks; ++sent) {
        posix::send(far, text);
        while (received < (sent + 1) * block) EXPECT_TRUE(co_await network.sleep(100us));
    }
}

Task<> receive_blocks(Socket& socket, std::size_t& received, std::size_t blocks) {
    while (received < blocks * block) {
        const auto got = co_await socket.recv(block, 10s);
        if (!got || got->empty()) co_return;
        received += got->size();
    }
}

class KernelReceives : public test::OnEachBackend {
protected:
    void exchange(std::size_t blocks) {
        std::size_t received = 0;
        network_.spawn(send_blocks(network_, connection_.far, received, blocks));
        network_.spawn(receive_blocks(connection_.near, received, blocks));
        ASSERT_TRUE(network_.run());
        ASSERT_EQ(received, blocks * block);
    }

    KernelNetwork network_{options()};
    test::KernelConnection connection_{network_};
};

TEST_P(KernelReceives, OnceForEachMessageThatFillsTheBufferExactly) {
    constexpr std::size_t messages = 100;
    exchange(3);  // by then it has learned to ask how much is left
    const std::size_t before = test::receives();
    exchange(messages);
    // A message may come in two parts; asking in vain would double them all.
    EXPECT_LT(test::receives() - before, messages + messages / 2);
}

TEST_P(KernelReceives, HearAFinAfterABufferThatWasFilledExactly) {
    exchange(3);
    network_.spawn([](Network& network, posix::Descriptor& far) -> Task<> {
        posix::send(far, std::string(block, 'x'));
        EXPECT_TRUE(co_await network.sleep(1ms));
        far.close();
    }(network_, connection_.far));
    std::size_t received = 0;
    const auto all = [](Socket& socket, std::size_t& octets) -> Task<bool> {
        while (true) {
            const auto got = co_await socket.recv(block, 10s);
            if (!got) co_return false;
            if (got->empty()) co_return true;
            octets += got->size();
        }
    };
    EXPECT_TRUE(network_.run(all(connection_.near, received)).value());
    EXPECT_EQ(received, block);
}

TEST_P(KernelReceives, GiveOthersNoAncillaryDataThatTheyDidNotAskFor) {
    exchange(3);
    posix::send(connection_.far, "hello");
    std::byte buffer[16];
    iovec part{.iov_base = buffer, .iov_len = sizeof buffer};
    std::byte control[64];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ASSERT_EQ(::recvmsg(connection_.near.fileno(), &message, 0), 5);
    EXPECT_EQ(message.msg_controllen, 0U);
}

INSTANTIATE_TEST_SUITE_P(On, KernelReceives, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
