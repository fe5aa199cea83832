// The checklist's rows on what makes TCP reliable.
#include <gtest/gtest.h>

#include "test/support/impaired_pair.hpp"

namespace sockeye {
namespace {

/// Ten of a hundred segments lost, others doubled or overtaken, in both directions at once.
test::Scenario rough_cable(std::size_t octets) {
    const Impairments rough{
        .loss = 10_percent, .duplicate = 5_percent, .reorder = 10_percent, .delay = 10ms, .jitter = 2ms};
    test::Scenario scenario{.seed = 35, .impairments = {rough, rough}, .sizes = {octets, octets}};
    return scenario;
}

TEST(Lessons, Lesson035_TcpIsReliableOverACableThatLosesReordersAndDuplicates_InBothDirections) {
    test::ImpairedPair pair{rough_cable(2'000'000)};
    ASSERT_TRUE(pair.run(Instant{1h}));
    EXPECT_TRUE(pair.b.received == pair.a.to_send);
    EXPECT_TRUE(pair.a.received == pair.b.to_send);
}

TEST(Lessons, Lesson037_ReliabilityComesFromSendingAgain_NotFromTheHandshake) {
    test::Scenario scenario = rough_cable(200'000);
    test::ImpairedPair with{scenario};
    ASSERT_TRUE(with.run(Instant{1h}));
    EXPECT_TRUE(with.b.received == with.a.to_send);

    for (transport::tcp::Config& config : scenario.tcp) config.repair = transport::tcp::Repair::off;
    test::ImpairedPair without{scenario};
    without.run(Instant{1h});
    EXPECT_NE(without.b.received.size(), 0u) << "the handshake was made, and something arrived";
    EXPECT_LT(without.b.received.size(), without.a.to_send.size());
    EXPECT_LT(without.a.received.size(), without.b.to_send.size());
}

}  // namespace
}  // namespace sockeye
