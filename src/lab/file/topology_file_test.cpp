#include "lab/file/topology_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sockeye::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Environment environment(std::map<std::string, std::string, std::less<>> values = {}) {
    return [values](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional{found->second};
    };
}

std::vector<std::string> remarks_of(const TopologyFile& file) {
    std::vector<std::string> lines;
    for (const Remark& remark : file.remarks) lines.push_back(remark.to_string("lab"));
    return lines;
}

TopologyFile read(std::string_view text) {
    return read_topology(text, environment());
}

/// A file of two hosts and a bridge, with `more` at the end of the topology.
std::string two_hosts(std::string_view more = "") {
    return std::string{R"(name: pair
topology:
  nodes:
    alice: {kind: host}
    bob: {kind: host}
    lan: {kind: bridge}
  links:
    - {endpoints: ["alice:eth1", "lan:1"], ipv4: [10.0.0.1/24]}
    - {endpoints: ["bob:eth1", "lan:2"], ipv4: [10.0.0.2/24]}
)"} + std::string{more};
}

TEST(TopologyFile, HoldsNodesAndLinksInTheOrderInWhichTheyAreWritten) {
    const TopologyFile file = read(two_hosts());
    EXPECT_THAT(remarks_of(file), IsEmpty());
    EXPECT_EQ(file.name, "pair");
    ASSERT_EQ(file.nodes.size(), 3U);
    EXPECT_EQ(file.nodes[0].name, "alice");
    EXPECT_EQ(file.nodes[2].kind, NodeKind::bridge);
    ASSERT_EQ(file.links.size(), 2U);
    EXPECT_EQ(file.links[0].ends[0].node, "alice");
    EXPECT_EQ(file.links[0].ends[0].card, "eth1");
    EXPECT_EQ(file.links[0].ends[0].addresses.at(0).to_string(), "10.0.0.1/24");
    EXPECT_EQ(file.links[1].place, (Place{9, 7}));
}

TEST(TopologyFile, ANodeInheritsFromItsGroupItsKindAndTheDefaults) {
    const TopologyFile file = read(R"(name: inherits
topology:
  defaults:
    env: {WHO: everybody, LEVEL: defaults}
    startup-delay: 1
  kinds:
    linux: {env: {LEVEL: kind}, cmd: upper}
  groups:
    laptops: {env: {LEVEL: group}, dns: {servers: [10.0.0.53]}}
  nodes:
    alice: {group: laptops, cmd: echo --port 7}
    bob: {env: {LEVEL: node}}
  links:
    - endpoints: ["alice:eth1", "bob:eth1"]
)");
    EXPECT_THAT(remarks_of(file), IsEmpty());
    const NodeSpec& alice = *file.node("alice");
    EXPECT_EQ(alice.environment.at("WHO"), "everybody");
    EXPECT_EQ(alice.environment.at("LEVEL"), "group");
    EXPECT_EQ(alice.program, "echo --port 7");
    EXPECT_EQ(alice.startup_delay, 1s);
    EXPECT_EQ(alice.name_servers.at(0).to_string(), "10.0.0.53");
    EXPECT_EQ(file.node("bob")->environment.at("LEVEL"), "node");
    EXPECT_EQ(file.node("bob")->program, "upper");
}

TEST(TopologyFile, AFileOfContainerlabsLoadsInShapeAndSaysWhatHasNoMeaning) {
    const TopologyFile file = read(R"(name: srl02
topology:
  kinds:
    nokia_srlinux:
      image: ghcr.io/nokia/srlinux
  nodes:
    srl1:
      kind: nokia_srlinux
      binds: [a:b]
    client:
      kind: linux
      exec:
        - ip address add 192.168.1.2/24 dev eth1
        - ip route add default via 192.168.1.1
        - ping -c 3 192.168.1.1
  links:
    - endpoints: ["srl1:e1-1", "client:eth1"]
)");
    EXPECT_FALSE(file.has_mistakes());
    EXPECT_THAT(
        remarks_of(file),
        ElementsAre("lab:5:7: warning: kind nokia_srlinux: 'image' means nothing in a lab",
                    "lab:7:5: warning: node srl1: a lab runs no nokia_srlinux: a router without a program "
                    "stands for it",
                    "lab:9:7: warning: node srl1: 'binds' means nothing in a lab",
                    "lab:15:11: warning: node client: exec: 'ping -c 3 192.168.1.1' is not run in a lab; "
                    "ip address, ip route and ip link are understood"));
    EXPECT_EQ(file.node("srl1")->kind, NodeKind::router);
    const NodeSpec& client = *file.node("client");
    EXPECT_EQ(client.addresses.at(0).card, "eth1");
    EXPECT_EQ(client.routes.at(0).target.to_string(), "0.0.0.0/0");
    EXPECT_EQ(client.routes.at(0).gateway.to_string(), "192.168.1.1");
}

TEST(TopologyFile, ALinksVarsAreItsCablesAndAnEndsAreOfWhatLeavesIt) {
    const TopologyFile file = read(R"(name: lossy
topology:
  nodes: {a: {}, b: {}}
  links:
    - endpoints: ["a:eth1", "b:eth1"]
      mtu: 9000
      vars: {rate: 100mbit, delay: 10ms, queue: 50, loss: 1%}
    - type: veth
      endpoints:
        - {node: a, interface: eth2, mac: "02:00:00:00:00:01", ipv4: 10.0.0.1/30, vars: {loss: 5% 25%}}
        - {node: b, interface: eth2, ipv6: "2001:db8::2/64"}
)");
    EXPECT_THAT(remarks_of(file), IsEmpty());
    const LinkSpec& first = file.links.at(0);
    EXPECT_EQ(first.mtu, 9000U);
    EXPECT_EQ(first.cable.bits_per_second, 100'000'000U);
    EXPECT_EQ(first.cable.delay, 10ms);
    EXPECT_EQ(first.cable.queue_limit, 50U);
    for (const EndpointSpec& end : first.ends) EXPECT_EQ(end.impairments.loss, Loss{1_percent});
    const LinkSpec& second = file.links.at(1);
    EXPECT_EQ(second.ends[0].impairments.loss, (Loss{Chance{5_percent, 25_percent}}));
    EXPECT_EQ(second.ends[1].impairments, Impairments{});
    EXPECT_EQ(second.ends[0].mac->to_string(), "02:00:00:00:00:01");
    EXPECT_EQ(second.ends[1].addresses.at(0).to_string(), "2001:db8::2/64");
}

TEST(TopologyFile, JitterVariesTheDelayThatStandsBesideIt) {
    const TopologyFile file = read(R"(name: jitter
topology:
  nodes: {a: {}, b: {}}
  links:
    - {endpoints: ["a:eth1", "b:eth1"], vars: {delay: 10ms, jitter: 2ms, reorder: 25% gap 5}}
)");
    EXPECT_THAT(remarks_of(file), IsEmpty());
    const Impairments& both = file.links.at(0).ends[1].impairments;
    EXPECT_EQ(both.delay, 10ms);
    EXPECT_EQ(both.jitter, 2ms);
    EXPECT_EQ(both.reorder.gap, 5U);
    EXPECT_EQ(file.links.at(0).cable.delay, CableOptions{}.delay);
}

TEST(TopologyFile, WhatTheEnvironmentSaysStandsForItsName) {
    const std::string_view text = R"(name: ${LAB:=office}
topology:
  nodes: {a: {}, b: {cmd: "upper ${PORT}"}} # ${IN_A_COMMENT}
  links:
    - endpoints: ["a:eth1", "b:eth1"]
)";
    const TopologyFile file = read_topology(text, environment({{"PORT", "7"}}));
    EXPECT_THAT(remarks_of(file), IsEmpty());
    EXPECT_EQ(file.name, "office");
    EXPECT_EQ(file.node("b")->program, "upper 7");
    EXPECT_THAT(remarks_of(read(text)),
                ElementsAre("lab:3:34: 'PORT' is not set: set it, or write ${PORT:=value}"));
}

TEST(TopologyFile, KnowsItsTextSoThatItCanBeReadAgainWhateverTheEnvironmentSaysThen) {
    const TopologyFile file = read_topology(R"(name: office
topology:
  nodes: {a: {cmd: "upper ${PORT}"}, b: {cmd: "upper 9 $${PORT}"}}
)",
                                            environment({{"PORT", "7"}}));
    const TopologyFile again = read_topology(file.text, {});
    EXPECT_FALSE(again.has_mistakes());
    EXPECT_EQ(again.node("a")->program, "upper 7");
    EXPECT_EQ(again.node("b")->program, "upper 9 ${PORT}");
}

struct Wrong {
    std::string_view text;
    std::string_view remark;
};

/// What `text` adds to, or leaves out of, a file that is well.
class TopologyMistake : public ::testing::TestWithParam<Wrong> {};

TEST_P(TopologyMistake, IsShownWithItsPlaceAndWhatWasMeant) {
    const TopologyFile file = read(GetParam().text);
    EXPECT_THAT(remarks_of(file), ::testing::Contains(std::string{GetParam().remark}));
}

constexpr std::string_view head =
    "name: x\ntopology:\n  nodes: {a: {}, b: {}, sw: {kind: bridge}, tw: {kind: bridge}}\n  links:\n";

std::string with_link(std::string_view link) {
    return std::string{head} + "    - " + std::string{link} + "\n";
}

const std::vector<std::pair<std::string, std::string>> wrong_links{
    {"{endpoints: [\"a:eth1\", \"c:eth1\"]}", "lab:5:7: link: there is no node 'c'"},
    {"{endpoints: [\"a:eth1\", \"sx:1\"]}", "lab:5:7: link: there is no node 'sx': did you mean sw?"},
    {"{endpoint: [\"a:eth1\", \"b:eth1\"]}",
     "lab:5:8: link: there is no key 'endpoint': did you mean endpoints?"},
    {"{endpoints: [\"a:eth1\"]}", "lab:5:19: link: the other end is missing"},
    {"{endpoints: [\"a\", \"b:eth1\"]}",
     "lab:5:20: link: 'a' is no endpoint: write node:interface, such as alice:eth1"},
    {"{endpoints: [\"a:eth1\", \"a:eth1\"]}", "lab:5:7: link: a:eth1 has a cable already"},
    {"{endpoints: [\"a:eth1\", \"sw:1\"], ipv4: [null, 10.0.0.1/24]}",
     "lab:5:7: link: sw is a bridge, whose ports have no addresses"},
    {"{endpoints: [\"a:eth1\", \"b:eth1\"], ipv4: [10.0.0.300/24]}",
     "lab:5:48: 300 in 10.0.0.300 is more than 255"},
    {"{endpoints: [\"a:eth1\", \"b:eth1\"], mtu: 20}", "lab:5:46: link: '20' is no MTU: write 68 to 65535"},
    {"{endpoints: [\"a:eth1\", \"b:eth1\"], vars: {los: 1%}}",
     "lab:5:48: link: vars: a cable has no 'los': did you mean loss?"},
    {"{endpoints: [\"a:eth1\", \"b:eth1\"], vars: {loss: 2}}",
     "lab:5:48: link: vars: '2' is no probability: write 1%, 0.05% or 100%"},
    {"{endpoints: [\"a:eth1\", \"b:eth1\"], vars: {delay: soon}}",
     "lab:5:48: link: vars: 'soon' is no duration: write 500ms, 2s, 1.5s or 1m"},
};

TEST(TopologyFile, AMistakeInALinkIsShownWithItsPlaceAndWhatWasMeant) {
    for (const auto& [link, remark] : wrong_links) {
        const TopologyFile file = read(with_link(link));
        EXPECT_TRUE(file.has_mistakes()) << link;
        EXPECT_THAT(remarks_of(file), ::testing::Contains(remark)) << link;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Files, TopologyMistake,
    ::testing::Values(
        Wrong{"", "lab:1:1: the file is to be a map with a name and a topology"},
        Wrong{"name: [", "lab:1:1: this is no YAML: end of sequence flow not found"},
        Wrong{"name: x\n", "lab:1:1: there is no topology"},
        Wrong{"name: x\ntopologie: {}\n",
              "lab:2:1: the file: there is no key 'topologie': did you mean topology?"},
        Wrong{"name: x\ntopology: {nodes: {a: {kind: rooter}}}\n",
              "lab:2:20: node a: there is no kind 'rooter': did you mean router?"},
        Wrong{"name: x\ntopology: {nodes: {a: {}, a: {}}}\n", "lab:2:27: 'a' stands here twice"},
        Wrong{"name: x\ntopology: {nodes: {\"a b\": {}}}\n",
              "lab:2:20: 'a b' is no name: write up to 64 letters, digits, '-', '_' and '.'"},
        Wrong{"name: x\ntopology: {nodes: {a: {group: g}}}\n", "lab:2:20: node a: there is no group 'g'"},
        Wrong{"name: x\ntopology: {nodes: {a: {exec: [ip route add default via 10.0.0]}}}\n",
              "lab:2:31: node a: exec: 10.0.0 has 3 parts: an IPv4 address has 4, such as 10.0.0.1"},
        Wrong{"name: x\ntopology: {nodes: {a: {exec: [ip addr add 10.0.0.1/24 dev eth1, ip route add default "
              "via "
              "10.0.1.1]}, b: {}}, links: [{endpoints: [\"a:eth1\", \"b:eth1\"]}]}\n",
              "lab:2:20: node a: the gateway 10.0.1.1 is on none of its networks (10.0.0.0/24)"},
        Wrong{"name: x\ntopology: {nodes: {a: {stages: {create: {wait-for: [{node: b}]}}}, b: {stages: "
              "{create: "
              "{wait-for: [{node: a}]}}}}}\n",
              "lab:2:20: node a: it waits for itself, by way of what it waits for"}));

TEST(TopologyFile, WhatALabMayWantToShowIsAWarning) {
    const TopologyFile twice = read(R"(name: twice
topology:
  nodes: {a: {}, b: {}, s1: {kind: bridge}, s2: {kind: bridge}, alone: {}}
  links:
    - {endpoints: ["a:eth1", "s1:1"], ipv4: [10.0.0.1/24]}
    - {endpoints: ["b:eth1", "s2:1"], ipv4: [10.0.0.1/24]}
    - endpoints: ["s1:2", "s2:2"]
    - endpoints: ["s1:3", "s2:3"]
)");
    EXPECT_FALSE(twice.has_mistakes());
    EXPECT_THAT(
        remarks_of(twice),
        ElementsAre("lab:3:18: warning: node b: 10.0.0.1 is an address of a too",
                    "lab:3:65: warning: node alone: no cable leads to it",
                    "lab:8:7: warning: link: it closes a loop of bridges, in which each broadcast goes "
                    "round and round"));
}

TEST(TopologyFile, AliasesThatStandForBillionsAreCutOff) {
    std::string text = "name: bomb\ntopology:\n  nodes:\n    a0: {env: &e0 {x: y}}\n";
    std::string before = "&l0 [x, x, x, x, x, x, x, x, x, x]";
    for (int i = 1; i < 12; ++i) {
        const std::string alias = "*l" + std::to_string(i - 1);
        text += "    a" + std::to_string(i) + ": {exec: " + before + "}\n";
        before = "&l" + std::to_string(i) + " [" + alias;
        for (int j = 0; j < 9; ++j) before += ", " + alias;
        before += "]";
    }
    const TopologyFile file = read(text);
    EXPECT_TRUE(file.has_mistakes());
}

TEST(TopologyFile, MoreThanFourMebioctetsAreTooMuch) {
    const TopologyFile file = read(std::string(std::size_t{5} << 20, '#'));
    EXPECT_THAT(remarks_of(file), ElementsAre("lab:1:1: the file has more than 4 MiB"));
}

}  // namespace
}  // namespace sockeye::lab
