#include "link/cable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockeye::link {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Cable::Frame frame(std::uint64_t number, std::size_t octets = 74) {
    return {number, Packet{octets}};
}

TEST(Cable, AFrameTakesItsOctetsAtTheRateAndThenTheDelay) {
    Cable lan{{.bits_per_second = 1'000'000'000, .delay = 500ns}};
    const Transit transit = lan.offer(frame(0), End::a, Instant{7us});
    EXPECT_EQ(transit.fate, Fate::arrives);
    EXPECT_EQ(transit.departs, Instant{7us});
    EXPECT_EQ(transit.arrives, Instant{7us + 592ns + 500ns});
}

TEST(Cable, ASynAcrossTheOfficeTakesWhatArithmeticSays) {
    // Two LAN cables, the provider's line, two LAN cables; 74 octets; each node stores and forwards.
    Instant at;
    const auto cross = [&](Cable::Options options) {
        Cable cable{options};
        at = cable.offer(frame(0), End::a, at).arrives;
    };
    cross({.bits_per_second = 1'000'000'000, .delay = 500ns});
    cross({.bits_per_second = 1'000'000'000, .delay = 500ns});
    EXPECT_EQ(at, Instant{2 * (592ns + 500ns)});
    cross({.bits_per_second = 100'000'000, .delay = 5ms});
    EXPECT_EQ(at, Instant{2184ns + 5920ns + 5ms});
    cross({.bits_per_second = 1'000'000'000, .delay = 500ns});
    cross({.bits_per_second = 1'000'000'000, .delay = 500ns});
    EXPECT_EQ(at, Instant{5'010'288ns});
}

TEST(Cable, FifteenHundredOctetsAt100MbitTake120Microseconds) {
    EXPECT_EQ((Cable{{.bits_per_second = 100'000'000}}.serialisation(1500)), 120us);
}

TEST(Cable, APartOfANanosecondCountsAsAWholeOne) {
    EXPECT_EQ((Cable{{.bits_per_second = 3'000'000'000}}.serialisation(1)), 3ns);  // 2.67
    EXPECT_EQ((Cable{{.bits_per_second = 400'000'000'000}}.serialisation(1)), 1ns);
}

TEST(Cable, AFrameWaitsUntilTheTransmitterHasSentTheOneBeforeIt) {
    Cable cable{{.bits_per_second = 8'000'000, .delay = 10us}};  // 1 us an octet
    EXPECT_EQ(cable.offer(frame(0, 100), End::a, Instant{}).arrives, Instant{110us});
    const Transit second = cable.offer(frame(1, 50), End::a, Instant{30us});
    EXPECT_EQ(second.departs, Instant{100us});
    EXPECT_EQ(second.arrives, Instant{160us});
    const Transit third = cable.offer(frame(2, 50), End::a, Instant{1ms});
    EXPECT_EQ(third.departs, Instant{1ms});
}

TEST(Cable, TheTwoDirectionsDoNotWaitForEachOther) {
    Cable cable{{.bits_per_second = 8'000'000, .delay = 10us}};
    cable.offer(frame(0, 100), End::a, Instant{});
    EXPECT_EQ(cable.offer(frame(1, 100), End::b, Instant{}).departs, Instant{});
}

TEST(Cable, HandsFramesOutInTheOrderTheyWereSent) {
    Cable cable{{.bits_per_second = 8'000'000}};
    cable.offer(frame(3, 30), End::a, Instant{});
    cable.offer(frame(5, 50), End::a, Instant{});
    EXPECT_TRUE(cable.carries(3, End::a));
    EXPECT_FALSE(cable.carries(3, End::b));
    EXPECT_FALSE(cable.carries(5, End::a));
    EXPECT_EQ(cable.arrive(3, End::a).size(), 30u);
    EXPECT_EQ(cable.arrive(5, End::a).size(), 50u);
}

TEST(Cable, AFullQueueLosesTheNewcomer) {
    Cable cable{{.bits_per_second = 8'000'000, .queue_limit = 2}};                // 1 us an octet
    EXPECT_EQ(cable.offer(frame(0, 10), End::a, Instant{}).fate, Fate::arrives);  // being sent
    EXPECT_EQ(cable.offer(frame(1, 10), End::a, Instant{}).fate, Fate::arrives);
    EXPECT_EQ(cable.offer(frame(2, 10), End::a, Instant{}).fate, Fate::arrives);
    EXPECT_EQ(cable.offer(frame(3, 10), End::a, Instant{}).fate, Fate::queue_full);
    EXPECT_EQ(cable.offer(frame(4, 10), End::a, Instant{9'999ns}).fate, Fate::queue_full);

    const Transit later = cable.offer(frame(5, 10), End::a, Instant{10us});  // the second has begun to leave
    EXPECT_EQ(later.fate, Fate::arrives);
    EXPECT_EQ(later.departs, Instant{30us}) << "what was lost takes no time";
}

TEST(Cable, ACutLosesWhatIsOnTheCableAndWhatWaitsForIt) {
    Cable cable{{.bits_per_second = 8'000'000, .delay = 1ms}};
    cable.offer(frame(0, 10), End::b, Instant{});
    cable.offer(frame(1, 10), End::a, Instant{});
    cable.offer(frame(2, 10), End::a, Instant{});

    EXPECT_THAT(cable.cut(), ElementsAre(0, 1, 2));
    EXPECT_FALSE(cable.carries(0, End::b));
    EXPECT_FALSE(cable.carries(1, End::a));
    EXPECT_THAT(cable.cut(), IsEmpty());
}

TEST(Cable, ACutCableLosesWhatIsOfferedUntilItIsHealed) {
    Cable cable{{.bits_per_second = 8'000'000, .delay = 1ms}};
    cable.offer(frame(0, 1000), End::a, Instant{});
    cable.cut();
    EXPECT_TRUE(cable.is_cut());
    EXPECT_EQ(cable.offer(frame(1), End::a, Instant{1us}).fate, Fate::cable_cut);
    EXPECT_FALSE(cable.carries(1, End::a));

    cable.heal();
    const Transit healed = cable.offer(frame(2, 10), End::a, Instant{2us});
    EXPECT_EQ(healed.fate, Fate::arrives);
    EXPECT_EQ(healed.departs, Instant{2us}) << "the transmitter does not go on with what was lost";
}

TEST(Fate, SaysWhyAFrameIsLost) {
    EXPECT_EQ(to_string(Fate::arrives), "arrives");
    EXPECT_EQ(to_string(Fate::queue_full), "lost: queue full");
    EXPECT_EQ(why_lost(Fate::arrives), "");
    EXPECT_EQ(why_lost(Fate::cable_cut), "cable cut");
    EXPECT_EQ(why_lost(Fate::queue_full), "queue full");
}

}  // namespace
}  // namespace sockeye::link
