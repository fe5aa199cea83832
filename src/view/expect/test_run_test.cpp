#include "view/expect/test_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sockeye::view {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two hosts and a server on one switch; `expects` is one sentence, or several with "\n  - " between.
lab::TopologyFile office(const std::string& expects) {
    lab::TopologyFile file = lab::read_topology(R"(name: small
topology:
  nodes:
    alice: {}
    bob: {cmd: dhcp-client}
    web: {cmd: http}
    gw: {kind: dhcp}
    names: {kind: dns}
    sw: {kind: bridge}
  links:
    - {endpoints: ["alice:eth0", "sw:1"], ipv4: [10.0.0.1/24]}
    - {endpoints: ["bob:eth0", "sw:2"]}
    - {endpoints: ["web:eth0", "sw:3"], ipv4: [10.0.0.80/24]}
    - {endpoints: ["gw:eth0", "sw:4"], ipv4: [10.0.0.254/24]}
    - {endpoints: ["names:eth0", "sw:5"], ipv4: [10.0.0.53/24]}
expect:
  - )" + expects + "\n",
                                                [](std::string_view) { return std::nullopt; });
    EXPECT_THAT(file.remarks, IsEmpty()) << expects;
    return file;
}

std::vector<lab::Fault> faults(const std::string& text, const lab::TopologyFile& file) {
    return lab::read_faults("faults:\n  - " + text + "\n", file).faults;
}

/// "ok" or why not.
std::string outcome(const std::string& sentence, const std::string& fault = {}) {
    const lab::TopologyFile file = office(sentence);
    TestOptions options;
    if (!fault.empty()) options.faults = faults(fault, file);
    const TestRun run = run_expectations(file, options);
    return run.verdicts.at(0).held ? "ok" : run.verdicts.at(0).why;
}

TEST(Expectations, ThatComeTrueHold) {
    for (const char* sentence :
         {"alice reaches web", "alice reaches 10.0.0.80 for 3s", "alice connects to web:80 within 1s",
          "alice is refused by web:81", "alice gets http://web/", "alice gets http://web.example/ within 1s",
          "alice resolves web.example to 10.0.0.80", "alice does not resolve nobody.example",
          "alice has an address", "alice has the address 10.0.0.1", "alice has no address by DHCP",
          "bob has an address by DHCP within 10s", "alice does not reach 10.0.0.99",
          "alice does not get http://web/nothing-here for 2s", "alice is not refused by web:80",
          "alice does not have the address 10.0.0.2 for 1s", "every host reaches every other within 20s",
          "every host has an address within 10s", "nothing is lost"})
        EXPECT_EQ(outcome(sentence), "ok") << sentence;
}

TEST(Expectations, ThatDoNotComeTrueSayWhatHappenedInstead) {
    EXPECT_EQ(outcome("alice reaches 10.0.0.99 within 1s"), "no answer");
    EXPECT_THAT(outcome("alice connects to web:81"), HasSubstr("refused"));
    EXPECT_THAT(outcome("alice does not connect to web:80"), HasSubstr("connected after"));
    EXPECT_THAT(outcome("alice is refused by web:80"), HasSubstr("connected after"));
    EXPECT_THAT(outcome("alice gets http://web/nothing-here"), HasSubstr("404"));
    EXPECT_THAT(outcome("alice resolves nobody.example"), HasSubstr("not found"));
    EXPECT_EQ(outcome("alice resolves web.example to 10.0.0.81"), "to 10.0.0.80");
    EXPECT_EQ(outcome("alice has an address by DHCP"), "it has 10.0.0.1/24");
    EXPECT_EQ(outcome("bob has an address within 1s"), "it has none");
    EXPECT_THAT(outcome("alice does not reach web"), HasSubstr("answered after"));
}

TEST(Expectations, AreTriedAgainUntilTheirTimeIsOver) {
    const std::string cut = "{at: 0s, do: cut, on: [alice, sw], until: 3500ms}";
    EXPECT_EQ(outcome("alice reaches web within 5s", cut), "ok");
    EXPECT_NE(outcome("alice reaches web within 3s", cut), "ok");
    EXPECT_EQ(outcome("alice reaches web for 5s", cut), "no answer");
    EXPECT_EQ(outcome("alice does not reach web at 0s for 2s", cut), "ok");
    EXPECT_EQ(outcome("alice reaches web at 4s for 2s", cut), "ok");
}

TEST(Expectations, OfAHostThatStartsAnewGoOnAndOfOneThatIsOffFail) {
    EXPECT_EQ(outcome("alice reaches web at 1s within 6s", "{at: 500ms, do: crash, on: alice, for: 2s}"),
              "ok");
    EXPECT_THAT(outcome("alice reaches web at 1s within 2s", "{at: 500ms, do: crash, on: alice}"),
                HasSubstr("alice is off"));
}

TEST(Expectations, OfTheWholeRunAreWhatTheLadderShows) {
    EXPECT_THAT(outcome("nothing is lost\n  - alice reaches web", "{at: 0s, do: cut, on: [alice, sw]}"),
                HasSubstr("is lost"));
}

TEST(Expectations, OfAStormHoldWhereOneEndsTheRunWhichIsNoErrorThen) {
    EXPECT_EQ(outcome("a storm ends the run\n  - alice reaches web"), "there was none");
    const lab::TopologyFile loop = lab::read_topology(R"(name: loop
topology:
  nodes: {alice: {cmd: ping 10.0.0.2}, bob: {}, left: {kind: bridge}, right: {kind: bridge}}
  links:
    - {endpoints: ["alice:eth0", "left:1"], ipv4: [10.0.0.1/24]}
    - {endpoints: ["bob:eth0", "right:1"], ipv4: [10.0.0.2/24]}
    - {endpoints: ["left:2", "right:2"]}
    - {endpoints: ["left:3", "right:3"]}
expect: [a storm ends the run]
)",
                                                      {});
    const TestRun run = run_expectations(loop, {});
    EXPECT_TRUE(run.verdicts.at(0).held) << run.verdicts.at(0).why;
    EXPECT_THAT(run.verdicts.at(0).why, HasSubstr("a storm: switches have sent on one frame of alice:eth0"));
    EXPECT_FALSE(run.error);
}

TEST(Expectations, TellSeedTimeHostAndTheLastPacketsOfTheFirstFailure) {
    const lab::TopologyFile file =
        office("alice reaches 10.0.0.99 within 2s\n  - alice reaches web within 1s");
    const TestRun run = run_expectations(file, {.seed = 7});
    ASSERT_NE(run.first_failure(), nullptr);
    EXPECT_EQ(run.seed, 7U);
    EXPECT_EQ(run.failures(), 1U);
    const Verdict& failure = *run.first_failure();
    EXPECT_EQ(failure.expectation.sentence, "alice reaches 10.0.0.99 within 2s");
    EXPECT_EQ(failure.host, "alice");
    EXPECT_EQ(failure.began, Instant{});
    EXPECT_EQ(failure.decided, Instant{2s});
    EXPECT_THAT(run.last_packets, HasSubstr("ARP who has 10.0.0.99?"));
    EXPECT_LE(std::ranges::count(run.last_packets, '\n'), 21) << "a title, and 20 lines";
    EXPECT_THAT(run.verdicts.at(1).why, HasSubstr("answered after"));
}

TEST(Expectations, OfTheSameSeedAreTheSameRun) {
    const lab::TopologyFile file = office("every host reaches every other");
    EXPECT_EQ(run_expectations(file, {.seed = 3}).hash, run_expectations(file, {.seed = 3}).hash);
    EXPECT_NE(run_expectations(file, {.seed = 3}).hash, run_expectations(file, {.seed = 4}).hash);
}

TEST(Expectations, ThatAreOpenWhenTheRunIsOverFail) {
    const lab::TopologyFile file = office("alice reaches 10.0.0.99 within 1h");
    const TestRun run = run_expectations(file, {.until = 3s});
    EXPECT_EQ(run.ended, Instant{3s});
    EXPECT_THAT(run.verdicts.at(0).why, HasSubstr("the run is over"));
}

TEST(Expectations, ThatOnlyProgramsUnderstandAreChecked) {
    lab::TopologyFile file = office("alice gets http:///page");
    std::vector<std::string> texts;
    for (const lab::Remark& remark : check_expectations(file)) texts.push_back(remark.to_string("f"));
    EXPECT_THAT(texts, ElementsAre(HasSubstr("f:17:16: expect: ")));
}

}  // namespace
}  // namespace sockeye::view
