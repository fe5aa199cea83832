#include "link/impairer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <map>
#include <numeric>
#include <vector>

#include "wire/ethernet.hpp"
#include "wire/ipv4.hpp"

namespace sockeye::link {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

/// What becomes of `frames` frames, one after the other.
std::vector<Treatment> run(const Impairments& impairments, int frames, std::uint64_t seed = 1) {
    Impairer impairer{impairments, Random{seed}};
    std::vector<Treatment> all;
    for (int i = 0; i < frames; ++i)
        for (const Treatment& treatment : impairer.treat(Packet{100})) all.push_back(treatment);
    return all;
}

int count(const std::vector<Treatment>& treatments, Fate fate) {
    return static_cast<int>(std::ranges::count(treatments, fate, &Treatment::fate));
}

/// How long the runs of losses are on average, in hundredths.
int burst_length(const std::vector<Treatment>& treatments) {
    int losses = 0;
    int bursts = 0;
    bool before = false;
    for (const Treatment& treatment : treatments) {
        const bool lost = treatment.fate == Fate::random_loss;
        losses += lost ? 1 : 0;
        bursts += lost && !before ? 1 : 0;
        before = lost;
    }
    return 100 * losses / bursts;
}

TEST(Impairer, LosesTheShareItIsToldTo) {
    EXPECT_NEAR(count(run({.loss = 10_percent}, 100'000), Fate::random_loss), 10'000, 300);
    EXPECT_NEAR(count(run({.loss = 0.1_percent}, 100'000), Fate::random_loss), 100, 30);
    EXPECT_EQ(count(run({.loss = 100_percent}, 1000), Fate::random_loss), 1000);
    EXPECT_EQ(count(run({.loss = 0_percent}, 1000), Fate::random_loss), 0);
}

TEST(Impairer, TheSameSeedHasTheSameFates) {
    const Impairments all{.loss = Chance{10_percent, 20_percent},
                          .duplicate = 5_percent,
                          .corrupt = 5_percent,
                          .reorder = 10_percent,
                          .delay = 10ms,
                          .jitter = 3ms,
                          .distribution = Distribution::paretonormal};
    const auto fates = [&](std::uint64_t seed) {
        std::vector<std::pair<Fate, Duration>> all_fates;
        for (const Treatment& treatment : run(all, 2000, seed))
            all_fates.emplace_back(treatment.fate, treatment.delay);
        return all_fates;
    };
    EXPECT_EQ(fates(1), fates(1));
    EXPECT_NE(fates(1), fates(2));
}

TEST(Impairer, RandomLossComesInNoBursts) {
    EXPECT_NEAR(burst_length(run({.loss = 10_percent}, 100'000)), 111, 3);  // 1 / (1 - 10 %)
}

TEST(Impairer, GilbertElliottLosesInBursts) {
    // Bad for 1 / r = 5 frames on average, p / (p + r) = 1/21 of the time.
    const auto treatments =
        run({.loss = GilbertElliott{.to_bad = 1_percent, .to_good = 20_percent}}, 200'000);
    EXPECT_NEAR(count(treatments, Fate::random_loss), 200'000 / 21, 600);
    EXPECT_NEAR(burst_length(treatments), 500, 30);
}

TEST(Impairer, GilbertElliottDrawsTheLossByTheStateBeforeTheChange) {
    // It changes before every frame: good, bad, good, bad; the first is still judged as good.
    const GilbertElliott alternating{.to_bad = 100_percent, .to_good = 100_percent};
    std::vector<Fate> fates;
    for (const Treatment& treatment : run({.loss = alternating}, 4)) fates.push_back(treatment.fate);
    EXPECT_THAT(fates, ElementsAre(Fate::arrives, Fate::random_loss, Fate::arrives, Fate::random_loss));
}

TEST(Impairer, GilbertElliottMayLoseInTheGoodStateAndSpareInTheBad) {
    const auto treatments = run({.loss = GilbertElliott{.to_bad = 50_percent,
                                                        .to_good = 50_percent,
                                                        .lost_when_bad = 20_percent,
                                                        .lost_when_good = 10_percent}},
                                100'000);
    EXPECT_NEAR(count(treatments, Fate::random_loss), 15'000, 400);
}

TEST(Impairer, CorrelatedLossIsRarerAndComesInBursts_AsNetemsManualWarns) {
    const auto independent = run({.loss = 40_percent}, 100'000);
    const auto correlated = run({.loss = Chance{40_percent, 75_percent}}, 100'000);
    EXPECT_LT(count(correlated, Fate::random_loss), count(independent, Fate::random_loss));
    EXPECT_GT(burst_length(correlated), burst_length(independent) + 50);
}

TEST(Impairer, ACopyIsMadeAndFollows) {
    const auto treatments = run({.duplicate = 20_percent}, 10'000);
    EXPECT_NEAR(count(treatments, Fate::duplicated), 2000, 150);
    EXPECT_EQ(count(treatments, Fate::arrives), 10'000);

    const auto each_twice = run({.duplicate = 100_percent}, 2);
    ASSERT_EQ(each_twice.size(), 4u) << "no copy of a copy";
    EXPECT_EQ(each_twice[0].fate, Fate::arrives);
    EXPECT_EQ(each_twice[1].fate, Fate::duplicated);
}

TEST(Impairer, OfAFrameThatIsCopiedAndLostOneIsLeft) {
    const auto treatments = run({.loss = 100_percent, .duplicate = 100_percent}, 10);
    EXPECT_EQ(treatments.size(), 10u);
    EXPECT_EQ(count(treatments, Fate::arrives), 10);
}

TEST(Impairer, ACopyMayBeLostOnItsOwnAccount) {
    const auto treatments = run({.loss = 50_percent, .duplicate = 100_percent}, 10'000);
    // Half of the originals are lost, so that the copy alone is left; of the others' copies half.
    EXPECT_NEAR(count(treatments, Fate::random_loss), 2500, 150);
    EXPECT_NEAR(count(treatments, Fate::duplicated), 2500, 150);
    EXPECT_EQ(count(treatments, Fate::arrives), 10'000);
}

TEST(Impairer, CorruptionFlipsOneBitOfWhateverTheFrameHas) {
    rc::check([](std::uint64_t seed) {
        const auto octets = *rc::gen::inRange<std::size_t>(1, 200);
        Packet frame{std::vector<std::byte>(octets)};
        const Packet before = frame;
        Impairer impairer{{.corrupt = 100_percent}, Random{seed}};
        const Treatments treatments = impairer.treat(frame);
        RC_ASSERT(treatments.size() == 1U && treatments[0].fate == Fate::corrupted);
        frame = treated(frame, treatments[0]);
        int flipped = 0;
        for (std::size_t i = 0; i < octets; ++i)
            flipped += std::popcount(std::to_integer<unsigned>(frame.bytes()[i] ^ before.bytes()[i]));
        RC_ASSERT(flipped == 1);
    });
    Impairer impairer{{.corrupt = 100_percent}, Random{1}};
    EXPECT_EQ(impairer.treat(Packet{})[0].fate, Fate::arrives) << "there is no bit to flip";
}

TEST(Impairer, JitterStaysWithinItsBoundsAndIsNeverBeforeNow) {
    rc::check([](std::uint64_t seed) {
        const Duration delay{*rc::gen::inRange<std::int64_t>(0, 1'000'000)};
        const Duration jitter{*rc::gen::inRange<std::int64_t>(0, 1'000'000)};
        for (const Treatment& treatment : run({.delay = delay, .jitter = jitter}, 100, seed)) {
            RC_ASSERT(treatment.delay >= std::max(delay - jitter, Duration{}));
            RC_ASSERT(treatment.delay <= delay + jitter);
        }
    });
}

TEST(Impairer, CorrelatedDelayStaysNearTheOneBefore) {
    const auto mean_step = [](Probability correlation) {
        Duration steps{};
        Duration last{};
        for (const Treatment& t :
             run({.delay = 100ms, .jitter = 50ms, .delay_correlation = correlation}, 10'000)) {
            steps += t.delay > last ? t.delay - last : last - t.delay;
            last = t.delay;
        }
        return steps / 10'000;
    };
    EXPECT_LT(2 * mean_step(80_percent), mean_step(0_percent));
}

std::vector<Duration> delays(const Impairments& impairments, int frames) {
    std::vector<Duration> all;
    for (const Treatment& treatment : run(impairments, frames)) all.push_back(treatment.delay);
    return all;
}

TEST(Impairer, ReorderingSendsAShareAtOnceAndDelaysTheRest) {
    const auto all = delays({.reorder = 25_percent, .delay = 10ms}, 10'000);
    EXPECT_NEAR(static_cast<int>(std::ranges::count(all, 0ms)), 2500, 150);
    EXPECT_EQ(std::ranges::count(all, 0ms) + std::ranges::count(all, 10ms), 10'000);
}

TEST(Impairer, AGapLetsEveryNthSkipItsDelay) {
    EXPECT_THAT(delays({.reorder = {100_percent, 3}, .delay = 10ms}, 7),
                ElementsAre(10ms, 10ms, 0ms, 10ms, 10ms, 0ms, 10ms));
}

TEST(Impairer, WithMarksALossMarksWhomeverUnderstandsIt_Rfc3168) {
    Packet capable{20};
    wire::prepend_ipv4(capable, {.traffic_class = 2});
    wire::prepend_ethernet(capable, {.ethertype = wire::EtherType::ipv4});
    Impairer impairer{{.loss = 100_percent, .on_loss = OnLoss::mark}, Random{1}};

    const Treatments marked = impairer.treat(capable);
    ASSERT_EQ(marked.size(), 1u);
    EXPECT_EQ(marked[0].fate, Fate::marked);
    const Packet frame = treated(capable, marked[0]);
    const auto packet = wire::parse_ipv4(frame.bytes().subspan(wire::EthernetHeader::size));
    EXPECT_EQ(packet->header.traffic_class, 3);
    EXPECT_EQ(impairer.treat(Packet{100})[0].fate, Fate::random_loss) << "others are lost";
}

TEST(Impairer, AChangeGoesOnWithItsChance) {
    Impairer impairer{{.loss = 50_percent}, Random{1}};
    const auto twenty = [&] {
        std::vector<Fate> fates;
        for (int i = 0; i < 20; ++i) fates.push_back(impairer.treat(Packet{100})[0].fate);
        return fates;
    };
    const std::vector<Fate> before = twenty();
    impairer.change({.loss = 50_percent});
    EXPECT_NE(twenty(), before);
    impairer.change({});
    EXPECT_THAT(twenty(), Each(Fate::arrives));
}

}  // namespace
}  // namespace sockeye::link
