// Faults by words, as a person types them into a lab that runs.
#include "view/faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "lab/world.hpp"
#include "sockeye/lab.hpp"

namespace sockeye::view {
namespace {

using ::testing::HasSubstr;
using Words = std::vector<std::string>;

struct Faults : ::testing::Test {
    Lab lab{{.seed = 7}};
    Switch& lan = lab.add_switch("lan");
    Host& alice = lab.add_host("alice", lan, "10.0.0.1/24");
    Host& bob = lab.add_host("bob", lan, "10.0.0.2/24");

    std::string add(const Words& words) { return add_fault(lab, words); }
    std::string mistake(const Words& words) {
        try {
            return "it was done: " + add(words);
        } catch (const std::invalid_argument& wrong) {
            return wrong.what();
        }
    }
    std::string list() const { return faults_table(lab).text(); }
};

TEST_F(Faults, CablesAreCutAndHealed) {
    EXPECT_EQ(list(), "no fault: every cable is as new, and every host is on\n");
    EXPECT_EQ(add({"alice", "lan", "cut"}), "alice -- lan: cut");
    EXPECT_EQ("\n" + list(), R"(
where                what
alice:eth0 -- lan:1  cut
)");
    EXPECT_EQ(add({"lan", "alice", "heal"}), "lan -- alice: healed");
    EXPECT_THAT(list(), HasSubstr("no fault"));
}

TEST_F(Faults, ImpairmentsHaveNetemsWordsAndAddUp) {
    EXPECT_EQ(add({"alice", "lan", "loss=20%"}), "alice -- lan: loss=20%");
    add({"alice", "lan", "delay=10ms", "one-way"});
    EXPECT_EQ("\n" + list(), R"(
where               what
alice:eth0 > lan:1  loss 20% delay 10ms
lan:1 > alice:eth0  loss 20%
)");
}

TEST_F(Faults, HostsCrashAndStartAgain) {
    EXPECT_EQ(add({"bob", "crash"}), "bob has crashed");
    EXPECT_THAT(list(), HasSubstr("bob    off"));
    EXPECT_EQ(add({"bob", "restart"}), "bob starts anew");
    EXPECT_THAT(list(), HasSubstr("no fault"));
}

TEST_F(Faults, ClearMakesOneCableAsNew_OrAll) {
    add({"alice", "lan", "hold"});
    add({"bob", "lan", "loss=1%"});
    add({"bob", "crash"});
    EXPECT_EQ(clear_faults(lab, Words{"alice", "lan"}), "alice -- lan: as new");
    EXPECT_THAT(list(), HasSubstr("bob:eth0 > lan:2"));
    clear_faults(lab, {});
    EXPECT_THAT(list(), HasSubstr("no fault"));
}

TEST_F(Faults, AMistakeSaysWhatToWriteAndDoesNothing) {
    EXPECT_THAT(mistake({"alice", "lan"}), HasSubstr("write A B cut, heal, hold or release"));
    EXPECT_THAT(mistake({"alice", "bob", "cut"}), HasSubstr("no cable between \"alice\" and \"bob\""));
    EXPECT_THAT(mistake({"alice", "lna", "cut"}), HasSubstr("there are: lan, alice, bob"));
    EXPECT_THAT(mistake({"alice", "lan", "burn"}), HasSubstr("'burn': write"));
    EXPECT_THAT(mistake({"alice", "lan", "los=1%"}), HasSubstr("did you mean loss?"));
    EXPECT_THAT(mistake({"alice", "lan", "loss=1%", "delay=x"}), HasSubstr("x"));
    EXPECT_THAT(mistake({"alice", "lan", "cut", "now"}), HasSubstr("'now' is too much"));
    EXPECT_THAT(mistake({"lan", "crash"}), HasSubstr("not a host"));
    EXPECT_THAT(list(), HasSubstr("no fault"));
    EXPECT_THROW(clear_faults(lab, Words{"alice"}), std::invalid_argument);
}

}  // namespace
}  // namespace sockeye::view
