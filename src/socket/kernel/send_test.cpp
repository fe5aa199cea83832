// Sending, whether by the socket or by the loop with its next turn: what a program may rely on.
#include <gtest/gtest.h>

#include <string>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/kernel_connection.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;
using Connection = test::KernelConnection;
using test::letters;

/// All that comes until FIN.
std::string receive_all(const posix::Descriptor& socket) {
    std::string text;
    for (std::string part = posix::receive(socket); !part.empty(); part = posix::receive(socket))
        text += part;
    return text;
}

/// A loop sends for a connection that it receives for: once a receive had to wait.
Task<> hear_something(Network& network, Connection& connection) {
    network.spawn([](Network& network_, const posix::Descriptor& far) -> Task<> {
        EXPECT_TRUE(co_await network_.sleep(1ms));
        posix::send(far, "?");
    }(network, connection.far));
    EXPECT_EQ((co_await connection.near.recv(1, 10s)).value().text(), "?");
}

class KernelSend : public test::OnEachBackend {
protected:
    KernelNetwork network_{options()};
    Connection connection_{network_};
};

TEST_P(KernelSend, WhatIsSentInOneTurnArrivesInOrder) {
    network_.spawn([](Network& network, Connection& connection) -> Task<> {
        co_await hear_something(network, connection);
        for (const std::size_t octets : {1, 64, 4095, 2, 4096, 3, 100'000, 5, 1})
            EXPECT_TRUE(co_await connection.near.sendall(letters(octets)));
        connection.near.close();
    }(network_, connection_));
    ASSERT_TRUE(network_.run());
    std::string all;
    for (const std::size_t octets : {1, 64, 4095, 2, 4096, 3, 100'000, 5, 1}) all += letters(octets);
    EXPECT_EQ(receive_all(connection_.far), all);
}

TEST_P(KernelSend, WhatIsSentHasLeftWhenTheLoopRunsNoLonger) {
    ASSERT_TRUE(network_.run([](Network& network, Connection& connection) -> Task<> {
        co_await hear_something(network, connection);
        EXPECT_TRUE(co_await connection.near.sendall("answer"));
    }(network_, connection_)));
    EXPECT_EQ(posix::receive(connection_.far), "answer");
}

TEST_P(KernelSend, ShutdownSendsFinAfterWhatWasSentBefore) {
    ASSERT_TRUE(network_.run([](Network& network, Connection& connection) -> Task<> {
        co_await hear_something(network, connection);
        EXPECT_TRUE(co_await connection.near.sendall("answer"));
        EXPECT_TRUE(connection.near.shutdown(Shutdown::write));
        EXPECT_EQ((co_await connection.near.sendall("more")).error(), Errc::closed);
    }(network_, connection_)));
    EXPECT_EQ(receive_all(connection_.far), "answer");
}

TEST_P(KernelSend, AResetShowsAtTheNextSendAtTheLatest) {
    ASSERT_TRUE(network_.run([](Network& network, Connection& connection) -> Task<> {
        co_await hear_something(network, connection);
        posix::reset_on_close(connection.far);
        connection.far.close();
        (void)co_await connection.near.sendall("lost");  // may be told already
        EXPECT_TRUE(co_await network.sleep(1ms));
        EXPECT_EQ((co_await connection.near.sendall("lost too")).error(), Errc::reset);
    }(network_, connection_)));
}

/// The kernel's queue is full: what the loop took waits for room.
class KernelSendToASlowPeer : public KernelSend {
protected:
    /// Sends until there is no room, and does `then`. @returns how many octets were said to be sent
    template <class Then>
    std::size_t fill_and(Then then) {
        std::size_t sent = 0;
        network_.spawn([](Network& network, Connection& connection, std::size_t& count, Then last) -> Task<> {
            co_await hear_something(network, connection);
            const std::string text = letters(26 * 100);  // little enough for the loop
            while (true) {
                const auto went = co_await connection.near.send(text, 50ms);
                if (!went) break;
                count += *went;
                if (*went % 26 != 0) break;
            }
            last(connection.near);
        }(network_, connection_, sent, then));
        EXPECT_TRUE(network_.run());
        return sent;
    }
    /// The peer reads at last, while the loop has its turns: all that was said to be sent comes, then FIN.
    void expect_all_and_fin(std::size_t sent) {
        std::string all;
        while (all.size() < sent) {
            all += posix::receive(connection_.far);
            ASSERT_TRUE(network_.sleep(1ms).wait());
        }
        EXPECT_EQ(all, letters(sent));
        EXPECT_EQ(posix::receive(connection_.far), "");
    }
};

TEST_P(KernelSendToASlowPeer, ClosingLosesNothingThatWasSaidToBeSent) {
    expect_all_and_fin(fill_and([](Socket& socket) { socket.close(); }));
}

TEST_P(KernelSendToASlowPeer, ShutdownLosesNothingThatWasSaidToBeSent) {
    expect_all_and_fin(fill_and([](Socket& socket) { EXPECT_TRUE(socket.shutdown(Shutdown::write)); }));
}

INSTANTIATE_TEST_SUITE_P(On, KernelSend, ::testing::ValuesIn(test::kernel_backends), test::backend_of);
INSTANTIATE_TEST_SUITE_P(On, KernelSendToASlowPeer, ::testing::ValuesIn(test::kernel_backends),
                         test::backend_of);

}  // namespace
}  // namespace sockeye
