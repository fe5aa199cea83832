#include "link/cable.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "wire/ethernet.hpp"
#include "wire/ipv4.hpp"

namespace sockeye::link {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Cable::Frame frame(std::uint64_t number, std::size_t octets = 74) {
    return {number, Packet{octets}};
}

/// What is lost by that: the frames' numbers, and where they were sent.
std::vector<std::pair<std::uint64_t, End>> cut(Cable& cable) {
    std::vector<std::pair<std::uint64_t, End>> lost;
    for (const Cable::Lost& each : cable.cut()) lost.emplace_back(each.frame.number, each.from);
    return lost;
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

TEST(Cable, HandsFramesOutByTheirNumber) {
    Cable cable{{.bits_per_second = 8'000'000}};
    cable.offer(frame(3, 30), End::a, Instant{});
    cable.offer(frame(5, 50), End::a, Instant{});
    EXPECT_TRUE(cable.carries(3, End::a));
    EXPECT_FALSE(cable.carries(3, End::b));
    EXPECT_FALSE(cable.carries(4, End::a));
    EXPECT_EQ(cable.arrive(3, End::a).packet.size(), 30u);
    EXPECT_EQ(cable.arrive(5, End::a).packet.size(), 50u);
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

    EXPECT_THAT(cut(cable), ElementsAre(Pair(0, End::b), Pair(1, End::a), Pair(2, End::a)));
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

// ---- impaired

TEST(Cable, ADelayBesidesItsOwnIsAddedToIt) {
    Cable cable{{.bits_per_second = 8'000'000, .delay = 10us}};
    const Transit transit = cable.offer(frame(0, 100), End::a, Instant{}, {.delay = 1ms});
    EXPECT_EQ(transit.arrives, Instant{1110us});
    EXPECT_EQ(cable.offer(frame(1, 100), End::a, Instant{}).departs, Instant{100us}) << "it holds up nobody";
}

TEST(Cable, AFrameThatIsLostToChanceTakesNoTime) {
    Cable cable{{.bits_per_second = 8'000'000}};
    EXPECT_EQ(cable.offer(frame(0, 100), End::a, Instant{5us}, {.fate = Fate::random_loss}).fate,
              Fate::random_loss);
    EXPECT_FALSE(cable.carries(0, End::a));
    EXPECT_EQ(cable.offer(frame(1, 100), End::a, Instant{5us}).departs, Instant{5us});
}

TEST(Cable, FramesMayArriveInAnyOrder) {
    Cable cable{{}};
    for (std::uint64_t number : {3, 5, 8}) cable.offer(frame(number, 10 + number), End::a, Instant{});
    EXPECT_EQ(cable.arrive(5, End::a).packet.size(), 15u);
    EXPECT_FALSE(cable.carries(5, End::a));
    EXPECT_EQ(cable.arrive(8, End::a).packet.size(), 18u);
    EXPECT_TRUE(cable.carries(3, End::a));
    EXPECT_THAT(cut(cable), ElementsAre(Pair(3, End::a))) << "what has arrived cannot be lost";
}

TEST(Cable, KeepsTheOrderWhereItIsToldTo) {
    const auto arrivals = [](Order order) {
        Cable cable{{}};
        cable.impair(End::a, {.delay = 10ms, .jitter = 10ms, .order = order}, Random{1});
        std::vector<Instant> all;
        for (std::uint64_t number = 0; number < 100; ++number) {
            const Treatments treatments = cable.treat(Packet{100}, End::a, Instant{});
            all.push_back(cable.offer(frame(number), End::a, Instant{}, treatments[0]).arrives);
        }
        return all;
    };
    EXPECT_TRUE(std::ranges::is_sorted(arrivals(Order::kept)));
    EXPECT_FALSE(std::ranges::is_sorted(arrivals(Order::by_arrival)));
}

TEST(Cable, ImpairsEachDirectionByItself) {
    Cable cable{{}};
    cable.impair(End::a, {.loss = 100_percent}, Random{1});
    EXPECT_EQ(cable.treat(Packet{100}, End::a, Instant{})[0].fate, Fate::random_loss);
    EXPECT_EQ(cable.treat(Packet{100}, End::b, Instant{})[0].fate, Fate::arrives);
    EXPECT_EQ(cable.impairments(End::b), Impairments{});
    cable.impair(End::a, {}, Random{1});
    EXPECT_EQ(cable.treat(Packet{100}, End::a, Instant{})[0].fate, Fate::arrives);
}

TEST(Cable, ALongQueueMarksThoseWhoUnderstandIt_Rfc3168) {
    Cable cable{{.bits_per_second = 8'000'000, .mark_from = 1}};
    Packet capable{20};
    wire::prepend_ipv4(capable, {.traffic_class = 2});
    wire::prepend_ethernet(capable, {.ethertype = wire::EtherType::ipv4});
    const auto fate_of = [&](const Packet& packet) { return cable.treat(packet, End::a, Instant{})[0].fate; };
    cable.offer(frame(0), End::a, Instant{});
    EXPECT_EQ(fate_of(capable), Fate::arrives) << "one is being sent, none waits";
    cable.offer(frame(1), End::a, Instant{});
    EXPECT_EQ(fate_of(capable), Fate::marked);
    const std::array<std::byte, 100> no_ip{};
    EXPECT_EQ(fate_of(Packet{no_ip}), Fate::arrives);
}

TEST(Fate, SaysWhyAFrameIsLost) {
    EXPECT_EQ(to_string(Fate::arrives), "arrives");
    EXPECT_EQ(to_string(Fate::queue_full), "lost: queue full");
    EXPECT_EQ(why_lost(Fate::arrives), "");
    EXPECT_EQ(why_lost(Fate::cable_cut), "cable cut");
    EXPECT_EQ(why_lost(Fate::queue_full), "queue full");
    EXPECT_EQ(why_lost(Fate::random_loss), "random");
    EXPECT_EQ(why_lost(Fate::corrupted), "");
}

/// The numbers of what is on its way, in the order in which it arrives.
std::vector<std::uint64_t> on_their_way(const Cable& cable) {
    std::vector<std::uint64_t> numbers;
    for (const Cable::OnItsWay& flight : cable.on_their_way()) numbers.push_back(flight.frame->number);
    return numbers;
}

TEST(Cable, ACableThatHoldsKeepsAllAndReleasesItInTheOrderInWhichItWouldHaveArrived) {
    Cable cable{{.bits_per_second = 8'000'000, .delay = 10us}};  // 1 us an octet
    cable.offer(frame(0, 100), End::a, Instant{});
    cable.hold();
    cable.offer(frame(1, 50), End::b, Instant{20us});
    cable.offer(frame(2, 100), End::a, Instant{30us});
    EXPECT_THAT(on_their_way(cable), ElementsAre(1, 0, 2)) << "at 80, 110 and 210 us";

    cable.release(Instant{150us});
    const std::vector<Cable::OnItsWay> flights = cable.on_their_way();
    EXPECT_THAT(on_their_way(cable), ElementsAre(0, 1, 2));
    EXPECT_EQ(flights[0].arrives, Instant{150us});
    EXPECT_EQ(flights[1].arrives, Instant{150us});
    EXPECT_EQ(flights[2].arrives, Instant{210us}) << "that one was not late yet";
}

TEST(Cable, ACableThatHoldsKeepsAsMuchAsAQueueAndLosesTheRest) {
    Cable cable{{.queue_limit = 3}};
    cable.hold();
    for (std::uint64_t number = 0; number < 3; ++number)
        EXPECT_EQ(cable.offer(frame(number), End::a, Instant{number * 1s}).fate, Fate::arrives);
    EXPECT_EQ(cable.offer(frame(3), End::a, Instant{9s}).fate, Fate::queue_full);
    EXPECT_EQ(cable.offer(frame(4), End::b, Instant{9s}).fate, Fate::arrives) << "the other direction";
}

}  // namespace
}  // namespace sockeye::link
