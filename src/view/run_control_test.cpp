// A lab that runs beside the machine's clock: the same lab, in whatever steps; paused, stepped, ended.
#include "view/run_control.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "lab/world.hpp"
#include "sockeye/kernel.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/ping.hpp"
#include "sockeye/socket.hpp"

namespace sockeye::view {
namespace {

struct SmallLab {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& alice = lab.add_host("alice", lan, "10.0.0.1/24", {.impairments = {.loss = 10_percent}});
    Host& bob = lab.add_host("bob", lan, "10.0.0.2/24");

    SmallLab() { alice.spawn(ping_for_ever(alice)); }

    static Task<> ping_for_ever(Host& host) {
        const Address bob{"10.0.0.2", 0};
        while (true) {
            (void)co_await ping(host, bob);  // answered or not
            Result<void> slept = co_await host.sleep(100ms);
            if (!slept) co_return;
        }
    }
};

struct RunPaced : ::testing::Test, SmallLab {
    KernelNetwork machine;
    RunControl control;

    Result<void> run(Speed speed, Instant until = Instant::never()) {
        return machine.run(run_paced(machine, lab, control, speed, until)).value();
    }
    /// Beside a lab that runs.
    template <class Does>
    void meanwhile(Does does) {
        machine.spawn(does_it(machine, std::move(does)));
    }
    template <class Does>
    static Task<> does_it(Network& machine, Does does) {
        (void)co_await does(machine);  // a Task<>: nothing comes back
    }
};

TEST_F(RunPaced, EndsAtTheInstantThatWasAskedFor) {
    ASSERT_TRUE(run(Speed::max(), Instant{3s}));
    EXPECT_EQ(lab.now(), Instant{3s});
}

TEST_F(RunPaced, InWhateverStepsItIsTheSameLab) {
    SmallLab whole;
    ASSERT_TRUE(whole.lab.run_for(10s));
    ASSERT_TRUE(run(Speed::max(), Instant{10s}));
    EXPECT_EQ(lab.hash(), whole.lab.hash());

    SmallLab paced;
    ASSERT_TRUE(machine.run(run_paced(machine, paced.lab, control, Speed::thousandths(100'000), Instant{10s}))
                    .value());
    EXPECT_EQ(paced.lab.hash(), whole.lab.hash());
}

TEST_F(RunPaced, IsNoFasterThanTheMachinesClock) {
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(run(Speed::thousandths(10'000), Instant{500ms}));
    EXPECT_GE(std::chrono::steady_clock::now() - began, 50ms);
}

TEST_F(RunPaced, IsEndedByDown) {
    meanwhile([this](Network& network) -> Task<> {
        Result<void> slept = co_await network.sleep(20ms);
        control.down = slept.has_value();
    });
    ASSERT_TRUE(run(Speed::real_time()));
    EXPECT_LT(lab.now(), Instant{1min});
}

TEST_F(RunPaced, WhilePausedNothingHappens) {
    control.paused = true;
    meanwhile([this](Network& network) -> Task<> {
        Result<void> slept = co_await network.sleep(30ms);
        control.down = slept.has_value();
    });
    ASSERT_TRUE(run(Speed::max()));
    EXPECT_EQ(lab.now(), Instant{});
    EXPECT_EQ(lab.world().recorder().next_number(), 0u);
}

TEST_F(RunPaced, AStepIsExactlyAsLongAsItWasToBe) {
    control.paused = true;
    control.to_step = 1234567ns;
    meanwhile([this](Network& network) -> Task<> {
        while (control.is_stepping())
            if (Result<void> slept = co_await network.sleep(1ms); !slept) co_return;
        control.down = true;
    });
    ASSERT_TRUE(run(Speed::real_time()));
    EXPECT_EQ(lab.now(), Instant{1234567ns});
}

TEST_F(RunPaced, AStepByEventEndsAtTheNextThingThatCanBeSeen) {
    control.paused = true;
    control.step_event = true;
    meanwhile([this](Network& network) -> Task<> {
        while (control.is_stepping())
            if (Result<void> slept = co_await network.sleep(1ms); !slept) co_return;
        control.down = true;
    });
    ASSERT_TRUE(run(Speed::real_time()));
    EXPECT_EQ(lab.world().recorder().next_number(), 1u) << "alice asks who has 10.0.0.2";
    EXPECT_LE(lab.now(), Instant{1ns});
}

TEST_F(RunPaced, WhatEndsALabIsReturned) {
    Lab loop;
    Switch& a = loop.add_switch("a");
    Switch& b = loop.add_switch("b");
    loop.add_cable(a, b);
    loop.add_cable(a, b);
    Host& host = loop.add_host("host", a, "10.0.0.1/24");
    loop.add_host("other", b, "10.0.0.2/24");
    host.spawn(SmallLab::ping_for_ever(host));
    const Result<void> ended =
        machine.run(run_paced(machine, loop, control, Speed::max(), Instant{10s})).value();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error(), Errc::resources_exhausted) << "a storm";
}

}  // namespace
}  // namespace sockeye::view
