// The property of the stream: whatever a cable does to segments, each end reads exactly what the other
// sent, both end in CLOSED, and nothing is left behind. SOCKEYE_SEEDS=N runs it over N seeds.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "test/support/impaired_pair.hpp"

namespace sockeye::test {
namespace {

using transport::tcp::CongestionControl;

std::uint64_t seeds() {
    const char* wanted = std::getenv("SOCKEYE_SEEDS");  // NOLINT(concurrency-mt-unsafe)
    return wanted == nullptr ? 40 : std::strtoull(wanted, nullptr, 10);
}

/// Numbers within bounds, each with a draw of its own.
class Dice {
public:
    explicit Dice(Random random) : random_{random} {}

    bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
    std::uint64_t between(std::uint64_t least, std::uint64_t most) {
        return least + random_.below(most - least + 1);
    }
    /// Often nothing at all.
    Probability up_to(Probability most) {
        if (one_in(3)) return {};
        return {static_cast<std::uint32_t>(between(0, most.parts_per_billion))};
    }

private:
    Random random_;
};

Impairments draw_impairments(Dice& dice) {
    Impairments drawn;
    drawn.loss = dice.up_to(10_percent);
    if (dice.one_in(4)) {
        const Probability to_bad = dice.up_to(2_percent);
        drawn.loss = GilbertElliott{.to_bad = to_bad, .to_good = 40_percent};
    }
    drawn.duplicate = dice.up_to(5_percent);
    drawn.corrupt = dice.up_to(2_percent);
    drawn.delay = Duration{1ms} * dice.between(1, 80);
    if (dice.one_in(2)) drawn.jitter = drawn.delay / 4;
    drawn.reorder = dice.up_to(20_percent);
    if (dice.one_in(3)) drawn.distribution = Distribution::paretonormal;
    return drawn;
}

transport::tcp::Config draw_config(Dice& dice) {
    transport::tcp::Config drawn;
    drawn.send_buffer = dice.between(2'000, 200'000);
    drawn.receive_buffer = dice.between(2'000, 200'000);
    drawn.options.sack = !dice.one_in(4);
    drawn.options.timestamps = !dice.one_in(4);
    drawn.options.window_scaling = !dice.one_in(4);
    if (dice.one_in(2)) drawn.congestion = CongestionControl::new_reno;
    drawn.syn_retries = drawn.data_retries = 50;  // chance must not end a connection
    return drawn;
}

Scenario draw(std::uint64_t seed) {
    Dice dice{Random{seed}.fork("scenario")};
    Scenario drawn{.seed = seed};
    drawn.cable.bits_per_second = dice.between(1, 200) * 1'000'000;
    drawn.cable.queue_limit = dice.between(5, 500);
    for (std::size_t i = 0; i < 2; ++i) {
        drawn.impairments[i] = draw_impairments(dice);
        drawn.tcp[i] = draw_config(dice);
        drawn.sizes[i] = dice.one_in(5) ? 0 : dice.between(1, 150'000);
    }
    drawn.largest_call = dice.between(1'000, 50'000);
    return drawn;
}

TEST(StreamProperty, EachEndReadsWhatTheOtherSentAndBothEndInClosed) {
    for (std::uint64_t seed = 1; seed <= seeds(); ++seed) {
        const Scenario scenario = draw(seed);
        SCOPED_TRACE("seed " + std::to_string(seed) + ": " + to_string(scenario.impairments[0]) + " | " +
                     to_string(scenario.impairments[1]));
        ImpairedPair pair{scenario};
        ASSERT_TRUE(pair.run(Instant{6h})) << "no timer is left";
        ASSERT_FALSE(pair.a.error || pair.b.error);
        ASSERT_TRUE(pair.a.is_finished && pair.b.is_finished) << "both have read to the end";
        ASSERT_TRUE(pair.b.received == pair.a.to_send);
        ASSERT_TRUE(pair.a.received == pair.b.to_send);
        ASSERT_EQ(pair.a.tcp.connections() + pair.b.tcp.connections(), 0u) << "both are in CLOSED";
    }
}

TEST(StreamProperty, TheSameSeedTakesTheSameTime) {
    for (const std::uint64_t seed : {1, 2, 3}) {
        ImpairedPair first{draw(seed)};
        ImpairedPair second{draw(seed)};
        first.run(Instant{6h});
        second.run(Instant{6h});
        EXPECT_EQ(first.a.got_all, second.a.got_all);
        EXPECT_EQ(first.now, second.now);
    }
}

}  // namespace
}  // namespace sockeye::test
