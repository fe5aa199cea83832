#include "lab/file/shape.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "lab/file/topology_file.hpp"

namespace sockeye::lab {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TopologyFile read(std::string_view shape) {
    return read_topology(topology_of_shape(shape).value(), [](std::string_view) { return std::nullopt; });
}

std::size_t count(const TopologyFile& file, NodeKind kind) {
    return static_cast<std::size_t>(std::ranges::count(file.nodes, kind, &NodeSpec::kind));
}

TEST(Shape, ATreeHasSwitchesInsideAndHostsAtItsLeavesAsMininets) {
    const TopologyFile file = read("tree,3,2");
    EXPECT_THAT(file.remarks, IsEmpty());
    EXPECT_EQ(file.name, "tree-3-2");
    EXPECT_EQ(count(file, NodeKind::host), 8U);
    EXPECT_EQ(count(file, NodeKind::bridge), 7U);
    EXPECT_EQ(file.links.size(), 14U);
    EXPECT_EQ(read("tree,3").nodes.size(), file.nodes.size()) << "two a switch, unless said";
}

TEST(Shape, ASingleSwitchHasAllHostsAndARowHasOneAtEachSwitch) {
    const TopologyFile single = read("single,300");
    EXPECT_THAT(single.remarks, IsEmpty());
    EXPECT_EQ(count(single, NodeKind::host), 300U);
    EXPECT_EQ(count(single, NodeKind::bridge), 1U);
    EXPECT_EQ(single.links.back().ends[0].addresses.at(0).to_string(), "10.0.1.44/8");

    const TopologyFile linear = read("linear,4");
    EXPECT_THAT(linear.remarks, IsEmpty());
    EXPECT_EQ(count(linear, NodeKind::host), 4U);
    EXPECT_EQ(count(linear, NodeKind::bridge), 4U);
    EXPECT_EQ(linear.links.size(), 7U);
}

TEST(Shape, ExpectsThatEveryHostReachesEveryOtherOrTheFirstTheLast) {
    EXPECT_EQ(read("tree,2,4").expectations.at(0).sentence, "every host reaches every other");
    EXPECT_EQ(read("tree,2,5").expectations.at(0).sentence, "h1 reaches h25");
    EXPECT_THAT(read("single,1").expectations, IsEmpty());
}

/// The same nodes and cables, without what they are called and expected to do.
std::string without_name_and_expectations(const std::string& text) {
    const std::size_t begin = text.find("topology:");
    return text.substr(begin, text.find("\nexpect:") - begin);
}

TEST(Shape, IsThatOfTheExampleOfAThousandHosts) {
    std::ifstream example{SOCKEYE_EXAMPLES "/tree-1000.clab.yml"};
    const std::string text{std::istreambuf_iterator<char>{example}, {}};
    EXPECT_EQ(without_name_and_expectations(text),
              without_name_and_expectations(topology_of_shape("tree,3,10").value()));
    EXPECT_EQ(count(read("tree,3,10"), NodeKind::host), 1000U);
}

TEST(Shape, AMistakeNamesWhatToWrite) {
    const auto mistake = [](std::string_view shape) {
        return std::string{topology_of_shape(shape).error().detail()};
    };
    EXPECT_THAT(mistake("ring,3"),
                HasSubstr("there is no 'ring': write tree,DEPTH,FANOUT, single,N or linear,N"));
    EXPECT_THAT(mistake(""), HasSubstr("there is no ''"));
    EXPECT_THAT(mistake("tree"), HasSubstr("too few numbers"));
    EXPECT_THAT(mistake("single,2,2"), HasSubstr("too many numbers"));
    EXPECT_THAT(mistake("tree,2,x"), HasSubstr("'x' is no number"));
    EXPECT_THAT(mistake("single,0"), HasSubstr("'0' is no number"));
    EXPECT_THAT(mistake("single,5000"), HasSubstr("more than 4096 hosts"));
    EXPECT_THAT(mistake("tree,4,10"), HasSubstr("more than 4096 hosts"));
    EXPECT_THAT(mistake("tree,4000,1"), HasSubstr("more than 4096 hosts"));
}

}  // namespace
}  // namespace sockeye::lab
