// Receiving, whether by the socket or ahead of it by the loop: what a program may rely on.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <vector>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/kernel_connection.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

using Connection = test::KernelConnection;
using test::letters;
using test::send_slowly;

Task<std::string> receive_exactly(Socket& socket, std::size_t octets) {
    std::string text;
    while (text.size() < octets) {
        auto bytes = co_await socket.recv(octets - text.size(), 10s);
        if (!bytes || bytes->empty()) co_return text + " and no more";
        text += bytes->text();
    }
    co_return text;
}

/// Sends until it would have to wait.
std::size_t fill(const posix::Descriptor& socket, std::size_t most) {
    ::fcntl(socket.get(), F_SETFL, O_NONBLOCK);
    const std::string text = letters(26 * 1000);
    std::size_t sent = 0;
    while (sent < most) {
        const ssize_t octets = ::send(socket.get(), text.data(), text.size() - sent % 26, MSG_NOSIGNAL);
        if (octets < 0) break;
        sent += static_cast<std::size_t>(octets);
        if (sent % 26 != 0) break;  // the last one was short: it is full
    }
    return sent;
}

/// The descriptor behind a socket, which has not handed it out.
int descriptor_behind(const Socket& socket) {
    const std::uint16_t port = socket.getsockname().value().port();
    for (int descriptor = 3; descriptor < 1000; ++descriptor) {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        const bool is_socket = ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
        int listens = 0;
        socklen_t size_of_int = sizeof listens;
        if (is_socket && address.sin_family == AF_INET && ntohs(address.sin_port) == port &&
            ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size_of_int) == 0 && listens == 0)
            return descriptor;
    }
    return -1;
}

class KernelReceive : public test::OnEachBackend {
protected:
    KernelNetwork network_{options()};
    Connection connection_{network_};
};

TEST_P(KernelReceive, ClosingWithOctetsUnreadSendsRst_RFC2525_2_17) {
    network_.spawn([](Network& network, posix::Descriptor& far) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));  // the other waits
        posix::send(far, "hello");
    }(network_, connection_.far));
    EXPECT_EQ(connection_.near.recv(1).wait().value().text(), "h");

    connection_.near.close();

    char octet = 0;
    EXPECT_EQ(::recv(connection_.far.get(), &octet, 1, 0), -1);
    EXPECT_EQ(errno, ECONNRESET);
}

TEST_P(KernelReceive, ClosingWithEverythingReadSendsFin) {
    network_.spawn([](Network& network, posix::Descriptor& far) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        posix::send(far, "hello");
    }(network_, connection_.far));
    EXPECT_EQ(connection_.near.recv(100).wait().value().text(), "hello");
    connection_.near.close();
    EXPECT_EQ(posix::receive(connection_.far), "");
}

TEST_P(KernelReceive, HoldsBackAPeerWhoseOctetsNobodyReads) {
    constexpr std::size_t more_than_any_queue = 1 << 28;
    EXPECT_EQ(connection_.near.recv(1, 1ms).wait().error(), Errc::timed_out);
    std::size_t sent = 0;
    for (int turn = 0; turn < 20; ++turn) {  // the loop has every chance to receive too much
        sent += fill(connection_.far, more_than_any_queue);
        ASSERT_TRUE(network_.sleep(1ms).wait());
    }
    EXPECT_LT(sent, more_than_any_queue);
    const std::string received = network_.run(receive_exactly(connection_.near, sent)).value();
    EXPECT_EQ(received.size(), sent);
}

TEST_P(KernelReceive, ReceivesMessagesOfEverySizeInTurn) {
    const std::vector<std::size_t> sizes{1, 64, 4095, 3, 4096, 5, 20'000, 2, 64, 200'000, 1};
    network_.spawn([](Network& network, posix::Descriptor& far, std::vector<std::size_t> all) -> Task<> {
        for (std::size_t size : all) {
            posix::send(far, letters(size));
            EXPECT_TRUE(co_await network.sleep(1ms));
        }
    }(network_, connection_.far, sizes));
    for (std::size_t size : sizes)
        ASSERT_EQ(network_.run(receive_exactly(connection_.near, size)).value(), letters(size)) << size;
}

TEST_P(KernelReceive, ReceivesAStreamWholeHoweverItIsAskedFor) {
    const std::string stream = letters(2'000'000);
    for (const std::size_t at_once : {1'000, 16'384, 300'000}) {
        network_.spawn(send_slowly(network_, connection_.far, stream, stream.size()));
        std::string received;
        while (received.size() < stream.size())
            received += connection_.near.recv(at_once, 10s).wait().value().text();
        EXPECT_EQ(received, stream) << at_once;

        network_.spawn(send_slowly(network_, connection_.far, stream, stream.size()));
        std::vector<std::byte> into(stream.size());
        for (std::size_t octets = 0; octets < into.size();) {
            const std::span rest = std::span{into}.subspan(octets);
            octets +=
                connection_.near.recv_into(rest.first(std::min(at_once, rest.size())), 10s).wait().value();
        }
        EXPECT_EQ(BytesView{std::span{into}}.text(), stream) << at_once;
    }
}

TEST_P(KernelReceive, LeavesAStreamThatGoesIntoALargeBufferWithTheKernelUntilItIsAskedFor) {
    constexpr std::size_t a_stream = 60'000;
    network_.spawn([](Network& network, posix::Descriptor& far) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));  // the other waits
        posix::send(far, letters(a_stream));
    }(network_, connection_.far));
    std::vector<std::byte> buffer(2 * a_stream);
    for (std::size_t received = 0; received < a_stream;)
        received += connection_.near.recv_into(std::span{buffer}.subspan(received), 10s).wait().value();
    EXPECT_EQ(connection_.near.recv_into(buffer, 1ms).wait().error(), Errc::timed_out);
    posix::send(connection_.far, "hello");
    ASSERT_TRUE(network_.sleep(1ms).wait());
    char there[5];
    EXPECT_EQ(::recv(descriptor_behind(connection_.near), there, sizeof there, MSG_PEEK | MSG_DONTWAIT), 5);
    EXPECT_EQ(connection_.near.recv(100, 10s).wait().value().text(), "hello");
}

TEST_P(KernelReceive, LeavesWhatComesToOthersOnceTheDescriptorWasHandedOut) {
    EXPECT_EQ(connection_.near.recv(1, 1ms).wait().error(), Errc::timed_out);
    const int descriptor = connection_.near.fileno();
    posix::send(connection_.far, "hello");
    ASSERT_TRUE(network_.sleep(1ms).wait());
    std::string text(100, '\0');
    EXPECT_EQ(::recv(descriptor, text.data(), text.size(), MSG_DONTWAIT), 5);
}

TEST_P(KernelReceive, GoesOnWaitingWhenTheDescriptorIsHandedOut) {
    network_.spawn([](Network& network, Connection& connection) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        EXPECT_GE(connection.near.fileno(), 0);
        EXPECT_TRUE(co_await network.sleep(1ms));
        posix::send(connection.far, "hello");
    }(network_, connection_));
    EXPECT_EQ(connection_.near.recv(100, 10s).wait().value().text(), "hello");
}

TEST_P(KernelReceive, ReceivesFromManyAtOnceMoreThanItHasBuffersFor) {
    constexpr std::size_t many = 200;
    constexpr std::size_t octets = 4000;
    std::vector<Connection> connections;
    for (std::size_t i = 0; i < many; ++i) connections.emplace_back(network_);
    std::size_t whole = 0;
    for (Connection& each : connections)
        network_.spawn([](Socket& socket, std::size_t& count) -> Task<> {
            count += co_await receive_exactly(socket, octets) == letters(octets) ? 1 : 0;
        }(each.near, whole));
    network_.spawn([](Network& network, std::vector<Connection>& all) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        for (Connection& each : all) posix::send(each.far, letters(octets));
    }(network_, connections));
    ASSERT_TRUE(network_.run());
    EXPECT_EQ(whole, many);
}

/// Receives so many octets and keeps them as they came.
Task<std::vector<Bytes>> keep(Socket& socket, std::size_t octets) {
    std::vector<Bytes> kept;
    while (octets > 0) {
        auto bytes = co_await socket.recv(octets, 10s);
        if (!bytes || bytes->empty()) break;
        octets -= bytes->size();
        kept.push_back(std::move(*bytes));
    }
    co_return kept;
}

TEST_P(KernelReceive, WhatWasReceivedStaysAsItCameHoweverMuchAndHoweverLongItIsKept) {
    const std::string sent = letters(8'000'000);  // more than the loop hands on without a copy
    std::vector<Bytes> kept;
    {
        KernelNetwork network{options()};
        Connection connection{network};
        network.spawn(send_slowly(network, connection.far, sent, 8'000));
        kept = network.run(keep(connection.near, sent.size())).value();
    }
    std::string received;
    for (const Bytes& bytes : kept) received += bytes.text();
    EXPECT_EQ(received, sent);
}

TEST_P(KernelReceive, OneConnectionsFinAndResetReachEveryLaterReceive) {
    Connection second{network_};
    network_.spawn([](Network& network, Connection& reset, Connection& finished) -> Task<> {
        EXPECT_TRUE(co_await network.sleep(1ms));
        posix::reset_on_close(reset.far);
        reset.far.close();
        EXPECT_TRUE(co_await network.sleep(1ms));
        finished.far.close();
    }(network_, connection_, second));
    EXPECT_EQ(connection_.near.recv(100, 10s).wait().error(), Errc::reset);
    EXPECT_EQ(connection_.near.recv(100, 10s).wait().error(), Errc::reset);
    EXPECT_EQ(connection_.near.sendall("x").wait().error(), Errc::reset);
    EXPECT_TRUE(second.near.recv(100, 10s).wait().value().empty());
    EXPECT_TRUE(second.near.recv(100, 10s).wait().value().empty());
}

INSTANTIATE_TEST_SUITE_P(On, KernelReceive, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
