// Programs that never wait.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

using ::testing::HasSubstr;

struct SpinTest : ::testing::Test {
    Lab lab{{.spin_limit = 1000}};
    Switch& lan = lab.add_switch("lan");
    Host& busy = lab.add_host("busy", lan, "10.0.0.1/24");
    Host& other = lab.add_host("other", lan, "10.0.0.2/24");
};

Task<> sleep_for_no_time(Network& network) {
    while (true) {
        const Result<void> slept = co_await network.sleep(0s);
        if (!slept) co_return;
    }
}

Task<> poll_a_socket(Network& network) {
    Socket socket = create_datagram_server(network, {"0.0.0.0", 9}).value();
    while (true) {
        const Result<Datagram> datagram = co_await socket.recvfrom(10, 0s);
        if (datagram) co_return;
    }
}

Task<> watch_the_clock(Network& network, Instant until) {
    while (network.now() < until) {
    }
    co_return;
}

Task<> sleep_a_while(Network& network) {
    (void)co_await network.sleep(500ms);  // it ends with its lab at the latest
}

TEST_F(SpinTest, ATaskThatSleepsForNoTimeIsNamed) {
    (void)lab.run_for(3s);
    busy.spawn(sleep_for_no_time(busy));
    const Result<void> ran = lab.run();
    ASSERT_FALSE(ran);
    EXPECT_EQ(ran.error(), Errc::stalled);
    EXPECT_THAT(ran.error().detail(),
                HasSubstr("a spin: a task of \"busy\" has had 1000 turns at 3.000000 s"));
}

TEST_F(SpinTest, ATaskThatPollsASocketIsNamed) {
    busy.spawn(poll_a_socket(busy));
    const Result<void> ran = lab.run_for(1s);
    ASSERT_FALSE(ran);
    EXPECT_THAT(ran.error().detail(), HasSubstr("\"busy\""));
    EXPECT_EQ(lab.now(), Instant{});
}

TEST_F(SpinTest, ATaskThatWatchesTheClockIsStoppedByWhatIsThrown) {
    other.spawn(sleep_a_while(other));
    busy.spawn(watch_the_clock(busy, Instant{1s}));
    try {
        (void)lab.run();
        ADD_FAILURE() << "it ended";
    } catch (const std::runtime_error& e) {
        EXPECT_THAT(e.what(), HasSubstr("a spin: \"busy\" has asked for the time 64000 times at 0.000000 s"));
    }
    EXPECT_TRUE(lab.run_for(1s)) << "its task is gone, and the lab goes on";
}

TEST_F(SpinTest, OutsideOfProgramsTheClockMayBeLookedAtAsOftenAsOneLikes) {
    for (int i = 0; i < 100'000; ++i) EXPECT_EQ(lab.now(), Instant{});
}

Task<> work(Network& network) {
    for (int i = 0; i < 5000; ++i)
        if (const Result<void> slept = co_await network.sleep(1ms); !slept) co_return;
}

TEST_F(SpinTest, WhoWaitsNeverSpinsHoweverLongItWorks) {
    busy.spawn(work(busy));
    EXPECT_TRUE(lab.run());
    EXPECT_EQ(lab.now(), Instant{5s});
}

TEST_F(SpinTest, ALimitOfNothingIsAMistake) {
    EXPECT_THROW(Lab(LabOptions{.spin_limit = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace sockeye
