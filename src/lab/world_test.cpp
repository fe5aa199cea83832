// The world alone, with nodes that do as the test says.
#include "lab/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace sockeye::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Writes down what reaches it, and sends what it is told to.
class Puppet : public Node {
public:
    Puppet(World& world, std::string name, std::vector<std::string>& log)
        : Node{Kind::host, std::move(name)}, world_{world}, log_{log} {}

    void transmit(std::size_t octets) {
        outbox.push_back({0, Packet{octets}});
        world_.has_work(*this);
    }
    void wake_at(Instant at) {
        wakeup = at;
        world_.has_work(*this);
    }

    void receive(link::Port, Packet frame, Instant now) override {
        log_.push_back(to_string(now, 9) + " " + name() + " got " + std::to_string(frame.size()));
    }
    void poll(Instant now) override {
        if (now < wakeup) return;
        wakeup = Instant::never();
        log_.push_back(to_string(now, 9) + " " + name() + " woke");
    }
    std::optional<Outgoing> take() override {
        if (outbox.empty()) return std::nullopt;
        Outgoing next = std::move(outbox.front());
        outbox.erase(outbox.begin());
        return next;
    }
    Instant next_wakeup() const override { return wakeup; }
    void power_off() override { log_.push_back(name() + " off"); }
    void destroy_programs() override { log_.push_back(name() + " destroyed"); }

    std::vector<Outgoing> outbox;
    Instant wakeup = Instant::never();

private:
    World& world_;
    std::vector<std::string>& log_;
};

/// Two puppets on one cable of 1 Gbit/s and 500 ns.
struct WorldTest : ::testing::Test {
    std::vector<std::string> log;
    std::unique_ptr<World> world = std::make_unique<World>(1);
    Puppet& a = add("a");
    Puppet& b = add("b");

    WorldTest() { world->topology().connect(a, b, {}); }

    Puppet& add(std::string name) {
        return static_cast<Puppet&>(
            world->topology().add(std::make_unique<Puppet>(*world, std::move(name), log)));
    }
    std::vector<std::string> take_log() { return std::exchange(log, {}); }
};

TEST_F(WorldTest, TimeStartsAtZeroAndPassesOnlyWhereItIsAskedTo) {
    EXPECT_EQ(world->now(), Instant{});
    EXPECT_TRUE(world->run_until(Instant{3s}));
    EXPECT_EQ(world->now(), Instant{3s});
}

TEST_F(WorldTest, AFrameArrivesAfterItsTimeOnTheCable) {
    a.transmit(74);
    EXPECT_TRUE(world->run_until(Instant{1s}));
    EXPECT_THAT(log, ElementsAre("0.000001092 b got 74"));
}

TEST_F(WorldTest, RunUntilIncludesWhatHappensAtThatInstant) {
    a.transmit(74);
    world->at(Instant{1092ns}, [&] { log.push_back("action"); });
    EXPECT_TRUE(world->run_until(Instant{1091ns}));
    EXPECT_THAT(log, IsEmpty());
    EXPECT_TRUE(world->run_until(Instant{1092ns}));
    EXPECT_THAT(log, ElementsAre("action", "0.000001092 b got 74")) << "the action was scheduled first";
}

TEST_F(WorldTest, NodesSendInTheOrderInWhichTheyGotWork) {
    b.transmit(60);
    a.transmit(60);
    b.transmit(61);
    EXPECT_TRUE(world->run_until(Instant{1s}));
    const std::vector<Record>& records = world->recorder().records();
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[0].from, link::End::b);
    EXPECT_EQ(records[1].from, link::End::b);
    EXPECT_EQ(records[2].from, link::End::a);
}

TEST_F(WorldTest, ANodeIsPolledWhenItWantedToBe) {
    a.wake_at(Instant{2s});
    EXPECT_TRUE(world->run_until(Instant{5s}));
    EXPECT_THAT(log, ElementsAre("2.000000000 a woke"));
}

TEST_F(WorldTest, AnAlarmThatWasChangedDoesNotRing) {
    a.wake_at(Instant{2s});
    world->at(Instant{1s}, [&] { a.wake_at(Instant{3s}); });
    EXPECT_TRUE(world->run_until(Instant{5s}));
    EXPECT_THAT(log, ElementsAre("3.000000000 a woke"));
}

TEST_F(WorldTest, NothingLeftToHappenIsStalledAndTheClockStandsWhereTheLastEventWas) {
    a.transmit(74);
    Result<void> driven = world->drive([] { return false; });
    ASSERT_FALSE(driven);
    EXPECT_EQ(driven.error(), Errc::stalled);
    EXPECT_EQ(world->now(), Instant{1092ns});
}

TEST_F(WorldTest, ALostFrameAndAChangedAlarmDoNotMoveTheClock) {
    a.transmit(74);
    a.wake_at(Instant{10s});
    world->at(Instant{1us}, [&] {
        world->cut(0);
        a.wake_at(Instant::never());
    });
    EXPECT_EQ(world->drive([] { return false; }).error(), Errc::stalled);
    EXPECT_EQ(world->now(), Instant{1us});
    EXPECT_THAT(log, IsEmpty());
    EXPECT_EQ(world->recorder().records()[0].fate, link::Fate::cable_cut);
}

TEST_F(WorldTest, ACutCableLosesUntilItIsHealed) {
    world->cut(0);
    a.transmit(60);
    world->at(Instant{1s}, [&] {
        world->heal(0);
        a.transmit(61);
    });
    EXPECT_TRUE(world->run_until(Instant{2s}));
    EXPECT_THAT(log, ElementsAre("1.000000988 b got 61"));
    EXPECT_EQ(world->recorder().records()[0].fate, link::Fate::cable_cut);
    EXPECT_EQ(world->recorder().records()[1].fate, link::Fate::arrives);
}

/// Wakes for ever, each second, without any payload.
struct Ticking : WorldTest {
    Ticking() { tick(); }
    void tick() {
        world->at(world->now() + 1s, [this] { tick(); });
    }
};

TEST_F(Ticking, AnHourWithoutPayloadIsTheHorizon) {
    EXPECT_EQ(world->drive([] { return false; }).error(), Errc::timed_out);
    EXPECT_EQ(world->now(), Instant{1h});
}

TEST_F(Ticking, PayloadMovesTheHorizon) {
    world->at(Instant{10min}, [&] { world->payload_delivered(); });
    EXPECT_EQ(world->drive([] { return false; }).error(), Errc::timed_out);
    EXPECT_EQ(world->now(), Instant{1h + 10min});
}

TEST_F(Ticking, WhoTriesAgainAfterTheHorizonHasAnotherHour) {
    EXPECT_EQ(world->drive([] { return false; }).error(), Errc::timed_out);
    EXPECT_EQ(world->drive([] { return false; }).error(), Errc::timed_out);
    EXPECT_EQ(world->now(), Instant{2h});
}

TEST_F(Ticking, AWaitThatEndsByItselfHasNoHorizon) {
    EXPECT_TRUE(world->run_until(Instant{48h}));
    EXPECT_EQ(world->now(), Instant{48h});
    EXPECT_EQ(world->drive([] { return false; }).error(), Errc::timed_out);
    EXPECT_EQ(world->now(), Instant{49h});
}

TEST_F(WorldTest, WhatAnActionThrowsIsThrownFromTheRunAndTheWorldGoesOn) {
    world->at(Instant{1s}, [] { throw std::runtime_error{"the action's own"}; });
    EXPECT_THROW((void)world->run_until(Instant{2s}), std::runtime_error);
    EXPECT_TRUE(world->run_until(Instant{2s}));
    EXPECT_EQ(world->now(), Instant{2s});
}

TEST_F(WorldTest, TheEndSilencesEveryNodeBeforeItDestroysAnyProgram) {
    world.reset();
    EXPECT_THAT(log, ElementsAre("a off", "b off", "a destroyed", "b destroyed"));
}

TEST_F(WorldTest, ACrashWithinARunSilencesAtOnceAndDestroysWhenNoTaskRuns) {
    world->at(Instant{1s}, [&] {
        world->crash(a);
        log.push_back("crashed");
    });
    EXPECT_TRUE(world->run_until(Instant{1s}));
    EXPECT_THAT(take_log(), ElementsAre("a off", "crashed", "a destroyed"));
}

using WorldDeathTest = WorldTest;

TEST_F(WorldDeathTest, AnActionMayNotWait) {
    world->at(Instant{1s}, [&] { (void)world->run_until(Instant{2s}); });
    EXPECT_DEATH((void)world->run_until(Instant{3s}), "run_for: wait\\(\\) inside a task or a callback");
}

struct SwitchedTest : WorldTest {
    SwitchNode& lan = static_cast<SwitchNode&>(world->topology().add(std::make_unique<SwitchNode>("lan")));
    Puppet& x = add("x");
    Puppet& y = add("y");
    Puppet& z = add("z");

    SwitchedTest() {
        for (Puppet* puppet : {&x, &y, &z}) world->topology().connect(*puppet, lan, {});
    }
    void send(Puppet& from, std::uint8_t source, std::uint8_t target) {
        Packet frame{46};
        wire::prepend_ethernet(frame, {wire::MacAddress{{2, 0, 0, 0, 0, target}},
                                       wire::MacAddress{{2, 0, 0, 0, 0, source}}, wire::EtherType::ipv4});
        from.outbox.push_back({0, std::move(frame)});
        world->has_work(from);
        EXPECT_TRUE(world->run_until(world->now() + 1s));
    }
};

TEST_F(SwitchedTest, AFrameOfAnUnknownTargetReachesAllOthersAndTheAnswerOneAlone) {
    send(x, 1, 2);
    EXPECT_THAT(take_log(), ElementsAre("0.000001960 y got 60", "0.000001960 z got 60"));
    send(y, 2, 1);
    EXPECT_THAT(take_log(), ElementsAre("1.000001960 x got 60"));
}

TEST_F(SwitchedTest, ARecordKnowsWhichFrameTheSwitchForwarded) {
    send(x, 1, 2);
    send(y, 2, 1);
    std::vector<std::uint64_t> origins;
    for (const Record& record : world->recorder().records()) origins.push_back(record.origin);
    EXPECT_THAT(origins, ElementsAre(0, 0, 0, 3, 3));
}

TEST(Topology, MistakesNameWhatThereIs) {
    World world{1};
    const auto add = [&](std::string name) -> Node& {
        return world.topology().add(std::make_unique<SwitchNode>(std::move(name)));
    };
    const auto mistake = [](auto call) -> std::string {
        try {
            call();
        } catch (const std::invalid_argument& e) {
            return e.what();
        }
        return "none";
    };
    Node& lan1 = add("lan1");
    Node& lan2 = add("lan2");
    add("lan3");
    Topology& topology = world.topology();
    topology.connect(lan1, lan2, {});

    EXPECT_EQ(mistake([&] { add("lan1"); }), "there is a node \"lan1\" already");
    EXPECT_THAT(mistake([&] { add(""); }), HasSubstr("cannot be a node's name"));
    EXPECT_THAT(mistake([&] { add("a b"); }), HasSubstr("cannot be a node's name"));
    EXPECT_EQ(mistake([&] { topology.node("lan"); }),
              "there is no node \"lan\"; there are: lan1, lan2, lan3");
    EXPECT_EQ(mistake([&] { topology.cables_between("lan1", "lan3"); }),
              "there is no cable between \"lan1\" and \"lan3\"; there are: lan1:1 -- lan2:1");
    EXPECT_THAT(mistake([&] { topology.connect(lan1, lan2, {.bits_per_second = 0}); }), HasSubstr("0 bit/s"));
    EXPECT_THAT(mistake([&] { topology.connect(lan1, lan2, {.delay = -1ns}); }), HasSubstr("negative"));
    EXPECT_THAT(topology.cables_between("lan2", "lan1"), ElementsAre(0));
}

}  // namespace
}  // namespace sockeye::lab
