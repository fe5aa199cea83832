#include "lab/file/faults_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/file/builder.hpp"
#include "lab/host_node.hpp"
#include "lab/world.hpp"

namespace sockeye::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TopologyFile pair() {
    return read_topology(R"(name: pair
topology:
  nodes:
    alice: {}
    web: {}
    sw: {kind: bridge}
  links:
    - {endpoints: ["alice:eth0", "sw:1"], ipv4: [10.0.0.1/24], vars: {loss: 1%}}
    - {endpoints: ["web:eth0", "sw:2"], ipv4: [10.0.0.2/24]}
)",
                         [](std::string_view) { return std::nullopt; });
}

std::vector<std::string> remarks_on(const std::string& fault) {
    std::vector<std::string> texts;
    for (const Remark& remark : read_faults("faults:\n  - " + fault + "\n", pair()).remarks)
        texts.push_back(remark.to_string("f"));
    return texts;
}

TEST(FaultsFile, SaysWhatGoesWrongWhenAndForHowLong) {
    const FaultsFile file = read_faults(R"(
faults:
  - {at: 2s, do: cut, on: [alice, sw], until: 5s}
  - {at: 10s, do: impair, on: [sw, alice], loss: 20%, delay: 5ms, one-way: true, for: 3s, every: 10s, until: 1m}
  - {at: 1s, do: partition, between: [[alice], [web, sw]]}
  - {at: 6s, do: crash, on: web, for: 2s}
  - {at: 9s, do: restart, on: web, every: 5s}
)",
                                        pair());
    EXPECT_THAT(file.remarks, IsEmpty());
    std::vector<std::string> texts;
    for (const Fault& fault : file.faults) texts.push_back(fault.to_string());
    EXPECT_THAT(texts, ElementsAre("cut alice -- sw", "impair sw > alice loss 20% delay 5ms",
                                   "partition alice | web, sw", "crash web", "restart web"));
    EXPECT_EQ(file.faults[0].lasts, 3s);
    EXPECT_EQ(file.faults[1].every, 10s);
    EXPECT_EQ(file.faults[1].until, 1min);
}

TEST(FaultsFile, IsWrittenAsItIsRead) {
    const std::string text = R"(faults:
  - {at: 2s, do: cut, on: [alice, sw], for: 3s}
  - {at: 0s, do: impair, on: [sw, alice], loss: gemodel 1% 20% 100% 0%, duplicate: 1% 25%, corrupt: 0.5%, delay: 5ms, reorder: 25% 50% gap 5, jitter: 1.5ms, distribution: normal, order: kept, one-way: true, for: 3s, every: 10s, until: 60s}
  - {at: 1s, do: partition, between: [[alice], [web, sw]]}
  - {at: 6.5s, do: crash, on: web, for: 2s}
)";
    const FaultsFile file = read_faults(text, pair());
    EXPECT_THAT(file.remarks, IsEmpty());
    EXPECT_EQ(to_yaml(file.faults), text);
    EXPECT_THAT(read_faults(to_yaml(std::vector<Fault>{}), pair()).remarks, IsEmpty());
}

TEST(FaultsFile, AMistakeNamesWhatIsWrongAndWhatToWrite) {
    EXPECT_THAT(remarks_on("{at: 1s, do: cutt, on: [alice, sw]}"),
                ElementsAre("f:2:18: fault: there is no 'cutt': did you mean cut?"));
    EXPECT_THAT(remarks_on("{at: 1s, on: [alice, sw]}"), ElementsAre(HasSubstr("write do: cut, hold")));
    EXPECT_THAT(remarks_on("{do: cut, on: [alice, web]}"),
                ElementsAre("f:2:5: fault: cut: no cable joins alice and web"));
    EXPECT_THAT(remarks_on("{do: cut, on: [alise, sw]}"),
                ElementsAre("f:2:5: fault: cut: there is no node 'alise': did you mean alice?"));
    EXPECT_THAT(remarks_on("{do: crash, on: sw}"),
                ElementsAre(HasSubstr("sw is a bridge: cut its cables instead")));
    EXPECT_THAT(remarks_on("{do: impair, on: [alice, sw]}"), ElementsAre(HasSubstr("such as loss: 10%")));
    EXPECT_THAT(remarks_on("{do: impair, on: [alice, sw], loss: 110%}"), ElementsAre(HasSubstr("110%")));
    EXPECT_THAT(remarks_on("{at: 5s, do: cut, on: [alice, sw], until: 2s}"),
                ElementsAre(HasSubstr("until: that is not after at")));
    EXPECT_THAT(remarks_on("{do: cut, on: [alice, sw], every: 2s}"),
                ElementsAre(HasSubstr("write for how long each time, less than every")));
    EXPECT_THAT(remarks_on("{do: restart, on: web, for: 2s}"), ElementsAre(HasSubstr("leave out for")));
    EXPECT_THAT(remarks_on("{do: cut, on: [alice, sw], whenever: 2s}"),
                ElementsAre(HasSubstr("fault: there is no key 'whenever'")));
}

/// What was done to the lab, and when; without how its cables were from the start.
std::vector<std::string> notes_of(const std::string& faults, Duration until) {
    const TopologyFile topology = pair();
    const FaultsFile file = read_faults("faults:\n" + faults, topology);
    EXPECT_FALSE(file.has_mistakes());
    Lab lab;
    build(lab, topology);
    schedule(lab, file.faults);
    EXPECT_TRUE(lab.run_for(until));
    std::vector<std::string> texts;
    for (const Note& note : lab.world().recorder().notes())
        if (note.at > Instant{}) texts.push_back(to_string(note.at) + " " + note.text);
    return texts;
}

TEST(FaultsFile, AFaultBeginsAndEndsAtItsTime) {
    EXPECT_THAT(
        notes_of("  - {at: 2s, do: cut, on: [alice, sw], until: 5s}\n", 10s),
        ElementsAre("2.000000 cable cut: alice:eth0 -- sw:1", "5.000000 cable healed: alice:eth0 -- sw:1"));
}

TEST(FaultsFile, OneThatComesAgainDoesSoUntilItsLastBeginning) {
    EXPECT_THAT(notes_of("  - {at: 1s, do: crash, on: web, for: 500ms, every: 2s, until: 4s}\n", 10s),
                ElementsAre(HasSubstr("1.000000 "), HasSubstr("1.500000 "), HasSubstr("3.000000 "),
                            HasSubstr("3.500000 ")));
}

TEST(FaultsFile, AnImpairmentThatIsOverLeavesTheCableAsTheTopologyHasIt) {
    const TopologyFile topology = pair();
    const FaultsFile file =
        read_faults("faults:\n  - {at: 1s, do: impair, on: [alice, sw], loss: 50%, for: 1s}\n", topology);
    Lab lab;
    build(lab, topology);
    schedule(lab, file.faults);
    const link::Cable& cable = lab.world().topology().cables()[0].cable;
    ASSERT_TRUE(lab.run_for(1500ms));
    EXPECT_EQ(to_string(cable.impairments(link::End::a)), "loss 50%");
    ASSERT_TRUE(lab.run_for(1s));
    EXPECT_EQ(to_string(cable.impairments(link::End::a)), "loss 1%");
    EXPECT_EQ(to_string(cable.impairments(link::End::b)), "loss 1%");
}

}  // namespace
}  // namespace sockeye::lab
