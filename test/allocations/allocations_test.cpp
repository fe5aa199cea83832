// What the stack takes from the heap, by the counter of heap.cpp, which is why this is a program of its own.
#include <gtest/gtest.h>

#include "test/allocations/heap.hpp"
#include "test/support/host_pair.hpp"

namespace sockeye {
namespace {

using test::HostPair;
using transport::tcp::Connection;

constexpr std::size_t window = 65536;  // octets

transport::tcp::Config settings() {
    transport::tcp::Config config;
    config.send_buffer = config.receive_buffer = window;
    return config;
}

/// Requests and answers, and whole windows in both directions, with the delayed ACKs in between.
void converse(HostPair& hosts, const HostPair::Stream& stream) {
    for (const std::size_t octets : {std::size_t{1}, std::size_t{700}, window}) {
        for (const auto& [from, to] :
             {std::pair{stream.client, stream.server}, {stream.server, stream.client}}) {
            std::size_t arrived = test::move_octets(hosts, *from, *to, octets);
            hosts.pass(50ms);  // Nagle's last segment waits for a delayed ACK
            arrived += test::move_octets(hosts, *from, *to, 0);
            ASSERT_EQ(arrived, octets);
            hosts.pass(50ms);
            hosts.exchange();
        }
    }
}

TEST(Allocations, ASegmentTakesNothingFromTheHeapOnceAStreamFlows) {
    HostPair hosts{settings()};
    const HostPair::Stream stream = hosts.connect();
    for (int i = 0; i < 60; ++i) converse(hosts, stream);  // windows, buffers and the pool have grown

    const std::size_t before = test::heap().allocations;
    for (int i = 0; i < 100; ++i) converse(hosts, stream);
    EXPECT_EQ(test::heap().allocations, before);
}

TEST(Allocations, AreCounted) {
    const std::size_t before = test::heap().allocations;
    int* volatile number = new int{4};  // which no compiler may leave out
    delete number;
    EXPECT_EQ(test::heap().allocations, before + 1);
}

TEST(Memory, OfAnIdleEstablishedConnectionIsAtMostOneKibibyteAnEnd) {
    constexpr std::size_t connections = 1000;
    HostPair hosts{settings()};
    const HostPair::Stream first = hosts.connect();
    converse(hosts, first);  // what a host has once is there
    const std::size_t before = test::heap().octets;
    for (std::size_t i = 0; i < connections; ++i) {
        const HostPair::Stream stream = hosts.connect();
        ASSERT_NE(stream.server, nullptr);
        converse(hosts, stream);
    }
    EXPECT_LE((test::heap().octets - before) / (2 * connections), 1024U);
}

}  // namespace
}  // namespace sockeye
