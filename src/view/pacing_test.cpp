// Pacing: a lab in real time, faster or slower puts the same frames on its cables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "lab/pacer.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Speed, IsAWordOrANumber) {
    EXPECT_EQ(Speed::parse("max").value(), Speed::max());
    EXPECT_EQ(Speed::parse("1").value(), Speed::real_time());
    EXPECT_EQ(Speed::parse("0.1").value(), Speed::thousandths(100));
    EXPECT_EQ(Speed::parse("2.5").value(), Speed::thousandths(2500));
    EXPECT_EQ(Speed::parse("1000000").value(), Speed::thousandths(1'000'000'000));
    for (const char* text : {"max", "1", "0.1", "2.5", "0.001", "12.034"})
        EXPECT_EQ(Speed::parse(text).value().to_string(), text);
}

TEST(Speed, WhatIsNoneIsRefusedWithTheForms) {
    for (const char* text : {"", "fast", "0", "0.0", "-1", "+1", "1e3", ".5", "1.", "0.0001", "1000000.1",
                             "1 ", "99999999999999999999"}) {
        const Result<Speed> speed = Speed::parse(text);
        ASSERT_FALSE(speed) << text;
        EXPECT_THAT(speed.error().detail(), HasSubstr("such as 1 or 0.25")) << text;
    }
}

TEST(Speed, SaysHowLongTheMachinesUserWaits) {
    EXPECT_EQ(Speed::real_time().of_the_machine(3s), 3s);
    EXPECT_EQ(Speed::thousandths(100).of_the_machine(3s), 30s);
    EXPECT_EQ(Speed::thousandths(3000).of_the_machine(1s), 333'333'333ns);
    EXPECT_EQ(Speed::thousandths(1).of_the_machine(24h), 24'000h);
    EXPECT_GT(Speed::thousandths(1).of_the_machine(Duration::max()), 24h * 365 * 100);
}

/// What a lab does that has a cable cut for a second; and its hash.
std::string run(Lab& lab) {
    Switch& lan = lab.add_switch("lan");
    Host& server = lab.add_host("server", lan, "10.0.0.1/24");
    Host& client = lab.add_host("client", lan, "10.0.0.2/24", {.impairments = {.loss = 10_percent}});
    Socket listener = create_server(server, {"10.0.0.1", 80}).value();
    Socket connection = create_connection(client, {"10.0.0.1", 80}).wait().value();
    connection.sendall(std::string(20'000, 'x')).wait().value();
    (void)lab.run_for(2s);
    return lab.hash();
}

/// Writes down what it is asked for and holds nobody back.
class Watcher final : public lab::Pacer {
public:
    explicit Watcher(std::vector<Instant>& asked) : asked_{asked} {}
    Held hold(Instant from, Instant to) override {
        EXPECT_LT(from, to);
        asked_.push_back(to);
        return Held::long_enough;
    }
    void interrupt() noexcept override {}

private:
    std::vector<Instant>& asked_;
};

TEST(Pacing, ChangesNothingOnTheWire) {
    Lab fast;
    Lab paced{{.speed = Speed::thousandths(1'000'000)}};
    EXPECT_EQ(run(fast), run(paced));
}

TEST(Pacing, HoldsEveryStepOfTheClock) {
    Lab lab;
    std::vector<Instant> asked;
    lab.world().set_pacer(std::make_unique<Watcher>(asked));
    lab.at(1s, [] {});
    lab.at(1s, [] {});
    ASSERT_TRUE(lab.run_for(3s));
    EXPECT_THAT(asked, ElementsAre(Instant{1s}, Instant{3s}));
}

TEST(Pacing, InRealTimeALabIsNoFasterThanTheMachinesClock) {
    Lab lab{{.speed = Speed::thousandths(10'000)}};
    const auto begin = std::chrono::steady_clock::now();
    ASSERT_TRUE(lab.run_for(200ms));
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 20ms);
}

TEST(Pacing, AStopFromAnotherThreadEndsAHold) {
    Lab lab{{.speed = Speed::real_time()}};
    Host& host = lab.add_host("host", lab.add_switch("lan"), "10.0.0.1/24");
    std::jthread stopper{[&] { host.stop(); }};
    EXPECT_EQ(lab.run_for(24h).error(), Errc::cancelled);
    EXPECT_LT(lab.now(), Instant{24h});
}

}  // namespace
}  // namespace sockeye
