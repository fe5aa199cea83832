// What may happen on another thread: stop(), requesting the stop of a task, and the end of received bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "sockeye/kernel.hpp"
#include "sockeye/socket.hpp"
#include "test/support/kernel_backends.hpp"
#include "test/support/kernel_connection.hpp"
#include "test/support/posix.hpp"

namespace sockeye {
namespace {

namespace posix = test::posix;

const Address loopback{IpAddress::loopback(Family::inet), 0};

/// Says that it runs, then waits for ever.
Task<> accept_for_ever(Socket& server, std::atomic<bool>& waits, Errc& how) {
    waits = true;
    auto accepted = co_await server.accept();
    how = accepted ? Errc{} : accepted.error().code();
}

class KernelThreads : public test::OnEachBackend {
protected:
    /// On another thread, once somebody waits.
    template <class Do>
    std::jthread once_it_waits(Do what) {
        return std::jthread{[this, what] {
            while (!waits_) std::this_thread::yield();
            what();
        }};
    }

    KernelNetwork network_{options()};
    Socket server_ = create_server(network_, loopback).value();
    std::atomic<bool> waits_ = false;
    Errc how_{};
};

TEST_P(KernelThreads, StopEndsRun) {
    const std::jthread other = once_it_waits([&] { network_.stop(); });
    network_.spawn(accept_for_ever(server_, waits_, how_));
    EXPECT_EQ(network_.run().error(), Errc::cancelled);
    EXPECT_EQ(how_, Errc{}) << "the task stays as it is";
}

TEST_P(KernelThreads, StopEndsWaitInPlainCode) {
    waits_ = true;
    const std::jthread other = once_it_waits([&] { network_.stop(); });
    EXPECT_EQ(server_.accept().wait().error(), Errc::cancelled);
}

TEST_P(KernelThreads, AStopTokenCancelsItsTaskAlone) {
    std::stop_source source;
    const std::jthread other = once_it_waits([&] { source.request_stop(); });
    network_.spawn(accept_for_ever(server_, waits_, how_), source.get_token());
    Errc neighbours{};
    std::atomic<bool> neighbour_waits = false;
    Socket second = create_server(network_, loopback).value();
    network_.spawn(accept_for_ever(second, neighbour_waits, neighbours));
    network_.spawn([](Network& network, Errc& how) -> Task<> {
        while (how == Errc{}) EXPECT_TRUE(co_await network.sleep(1ms));
        network.stop();
    }(network_, how_));

    EXPECT_EQ(network_.run().error(), Errc::cancelled);

    EXPECT_EQ(how_, Errc::cancelled);
    EXPECT_EQ(neighbours, Errc{});
}

/// Row 105, as one network's sockets are one thread's: another asks its loop to close.
TEST_P(KernelThreads, AnotherThreadHasAConnectionClosedOnWhichATaskWaits) {
    const posix::Descriptor far = posix::connected(server_.getsockname().value());
    Socket near = server_.accept().wait().value().socket;
    std::stop_source source;
    const std::jthread other = once_it_waits([&] { source.request_stop(); });
    network_.spawn(
        [](Socket connection, std::atomic<bool>& waits, Errc& how) -> Task<> {
            waits = true;
            const auto bytes = co_await connection.recv(100);
            how = bytes.error().code();
        }(std::move(near), waits_, how_),
        source.get_token());
    ASSERT_TRUE(network_.run());
    EXPECT_EQ(how_, Errc::cancelled);
    EXPECT_EQ(posix::receive(far), "") << "FIN";
}

TEST_P(KernelThreads, AStopRequestedWhileTheTaskEndsIsHarmless) {
    for (int i = 0; i < 200; ++i) {
        std::stop_source source;
        std::atomic<bool> runs = false;
        const std::jthread other{[&] {
            while (!runs) std::this_thread::yield();
            source.request_stop();
        }};
        network_.spawn(
            [](Network& network, std::atomic<bool>& started) -> Task<> {
                started = true;
                // Either way of ending is right.
                (void)co_await network.sleep(10us);
            }(network_, runs),
            source.get_token());
        ASSERT_TRUE(network_.run());
    }
}

TEST_P(KernelThreads, StopsFromManyThreadsEndEveryRun) {
    std::atomic<bool> over = false;
    std::vector<std::jthread> others;
    for (int i = 0; i < 4; ++i)
        others.emplace_back([&] {
            while (!over) network_.stop();
        });
    for (int i = 0; i < 100; ++i) EXPECT_EQ(network_.sleep(1h).wait().error(), Errc::cancelled);
    over = true;
}

TEST_P(KernelThreads, TwoNetworksOnTwoThreadsTalkToEachOther) {
    const Address at = server_.getsockname().value();
    std::string heard;
    std::jthread other{[&] {
        KernelNetwork network{options()};
        Socket client = create_connection(network, at).wait().value();
        EXPECT_TRUE(client.sendall("hello").wait());
        EXPECT_TRUE(client.shutdown(Shutdown::write));
        heard = client.recv(100).wait().value().text();
    }};
    Socket client = server_.accept().wait().value().socket;
    while (auto bytes = client.recv(100).wait()) {
        if (bytes->empty()) break;
        EXPECT_TRUE(client.sendall(*bytes).wait());
    }
    client.close();
    other.join();
    EXPECT_EQ(heard, "hello");
}

TEST_P(KernelThreads, ANetworkMayBeMadeOnOneThreadAndRunOnAnother) {
    const posix::Descriptor early = posix::connected(server_.getsockname().value());
    Socket first = server_.accept().wait().value().socket;  // whose descriptor this thread has watched
    EXPECT_EQ(first.recv(100, 1ms).wait().error(), Errc::timed_out);
    std::jthread{[&] {
        posix::send(early, "hello");
        EXPECT_EQ(first.recv(100, 10s).wait().value().text(), "hello");
        EXPECT_EQ(first.recv(100, 1ms).wait().error(), Errc::timed_out);
    }}.join();
    // The thread is gone, and its ring with it.
    posix::send(early, "again");
    EXPECT_EQ(first.recv(100, 10s).wait().value().text(), "again");
    first.close();
    EXPECT_EQ(posix::receive(early), "");
}

TEST_P(KernelThreads, WhatWasReceivedMayEndOnAnotherThreadWhileMoreIsReceived) {
    const std::string sent(2'000'000, 'x');
    const posix::Descriptor far = posix::connected(server_.getsockname().value());
    Socket near = server_.accept().wait().value().socket;
    std::atomic<Bytes*> handed_over = nullptr;
    std::size_t of_the_other = 0;
    std::jthread other{[&] {
        while (of_the_other < sent.size()) {
            const std::unique_ptr<Bytes> received{handed_over.exchange(nullptr)};
            if (received == nullptr)
                std::this_thread::yield();
            else
                of_the_other += static_cast<std::size_t>(std::ranges::count(received->text(), 'x'));
        }
    }};
    network_.spawn(test::send_slowly(network_, far, sent, 8'000));
    for (std::size_t octets = 0; octets < sent.size();) {
        auto received = std::make_unique<Bytes>(near.recv(sent.size(), 10s).wait().value());
        octets += received->size();
        while (handed_over.load() != nullptr) std::this_thread::yield();
        handed_over = received.release();
    }
    other.join();
    EXPECT_EQ(of_the_other, sent.size());
}

INSTANTIATE_TEST_SUITE_P(On, KernelThreads, ::testing::ValuesIn(test::kernel_backends), test::backend_of);

}  // namespace
}  // namespace sockeye
