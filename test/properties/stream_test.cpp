// The property of the stream, over both families: whatever a cable does to segments and whenever a program
// leaves, each end reads what the other sent, all of it unless somebody left, both end in CLOSED, and nothing
// is left behind. SOCKEYE_SEEDS=N runs it over N seeds, SOCKEYE_SEED=N with that one.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "test/support/impaired_pair.hpp"

namespace sockeye::test {
namespace {

using transport::tcp::CongestionControl;
using transport::tcp::EcnUse;

std::optional<std::uint64_t> number_in(const char* variable) {
    const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
    return text == nullptr ? std::nullopt : std::optional{std::strtoull(text, nullptr, 10)};
}

std::vector<std::uint64_t> seeds() {
    if (const auto alone = number_in("SOCKEYE_SEED")) return {*alone};
    std::vector<std::uint64_t> all(number_in("SOCKEYE_SEEDS").value_or(60));
    std::iota(all.begin(), all.end(), std::uint64_t{1});
    return all;
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
    if (dice.one_in(3)) drawn.on_loss = OnLoss::mark;
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
    drawn.ecn = std::array{EcnUse::asked_for, EcnUse::when_asked, EcnUse::never}[dice.between(0, 2)];
    drawn.syn_retries = drawn.data_retries = 50;  // chance must not end a connection
    return drawn;
}

/// Most programs end in order. `a` does not wait for an answer of which `b` waits for the question.
Ending draw_ending(Dice& dice, std::size_t end) {
    if (dice.one_in(6)) return Ending::leaves;
    if (dice.one_in(6)) return Ending::aborts;
    return end == 1 && dice.one_in(4) ? Ending::answers : Ending::orderly;
}

Scenario draw(std::uint64_t seed) {
    Dice dice{Random{seed}.fork("scenario")};
    Scenario drawn{.seed = seed};
    drawn.cable.bits_per_second = dice.between(1, 200) * 1'000'000;
    drawn.cable.queue_limit = dice.one_in(3) ? dice.between(3, 20) : dice.between(5, 500);
    if (dice.one_in(3)) drawn.cable.mark_from = dice.between(1, 20);
    if (dice.one_in(2)) drawn.family = Family::inet6;
    for (std::size_t i = 0; i < 2; ++i) {
        drawn.impairments[i] = draw_impairments(dice);
        drawn.tcp[i] = draw_config(dice);
        drawn.sizes[i] = dice.one_in(5) ? 0 : dice.between(1, 150'000);
        drawn.endings[i] = draw_ending(dice, i);
        drawn.quotas[i] = dice.between(0, 100'000);
    }
    drawn.largest_call = dice.between(1'000, 50'000);
    return drawn;
}

/// Everything that must hold of one seed. @param fates  of its frames, added up
void check(std::uint64_t seed, std::map<link::Fate, std::size_t>& fates) {
    const Scenario scenario = draw(seed);
    SCOPED_TRACE("to see it again: ./dev test --seed " + std::to_string(seed));
    SCOPED_TRACE(to_string(scenario.impairments[0]) + " | " + to_string(scenario.impairments[1]));
    ImpairedPair pair{scenario};
    ASSERT_TRUE(pair.run(Instant{6h})) << "no timer is left";
    for (const auto& [fate, frames] : pair.fates) fates[fate] += frames;
    ASSERT_TRUE(pair.a.connection == nullptr && pair.b.connection == nullptr) << "nobody waits for ever";
    ASSERT_EQ(pair.a.tcp.connections() + pair.b.tcp.connections(), 0u) << "both are in CLOSED";
    ASSERT_TRUE(pair.b.to_send.starts_with(pair.a.received)) << "not an octet is wrong";
    ASSERT_TRUE(pair.a.to_send.starts_with(pair.b.received)) << "not an octet is wrong";
    if (!scenario.is_orderly()) return;
    ASSERT_FALSE(pair.a.error || pair.b.error);
    ASSERT_TRUE(pair.a.is_finished && pair.b.is_finished) << "both have read to the end";
    ASSERT_EQ(pair.a.received.size() + pair.b.received.size(), pair.a.to_send.size() + pair.b.to_send.size());
}

TEST(StreamProperty, EachEndReadsWhatTheOtherSentAndBothEndInClosed) {
    std::map<link::Fate, std::size_t> fates;
    for (const std::uint64_t seed : seeds()) {
        check(seed, fates);
        if (HasFatalFailure()) return;
    }
    using enum link::Fate;
    const bool is_one_alone = seeds().size() == 1;
    for (const link::Fate fate : {queue_full, random_loss, corrupted, duplicated, marked})
        EXPECT_TRUE(is_one_alone || fates[fate] > 0) << "no frame was " << to_string(fate);
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
