#include "view/graph.hpp"

#include <gtest/gtest.h>

namespace sockeye::view {
namespace {

lab::TopologyFile office() {
    return lab::read_topology(R"(name: small
topology:
  nodes:
    alice: {exec: [ip address add 10.0.0.1/24 dev eth1]}
    lan: {kind: bridge}
    gw.1: {kind: nat}
  links:
    - endpoints: ["alice:eth1", "lan:1"]
    - {endpoints: ["gw.1:eth0", "lan:2"], ipv4: [10.0.0.254/24], vars: {rate: 100mbit, delay: 5ms, loss: 1%}}
)",
                              [](std::string_view) { return std::nullopt; });
}

TEST(Graph, ForGraphvizNamesEachEndAndWhatIsUnusualAboutACable) {
    EXPECT_EQ(to_dot(office()), R"~(graph "small" {
  "alice" [shape=ellipse label="alice"];
  "lan" [shape=box label="lan"];
  "gw.1" [shape=diamond label="gw.1 (nat)"];
  "alice" -- "lan" [taillabel="eth1 10.0.0.1/24" headlabel="1" label=""];
  "gw.1" -- "lan" [taillabel="eth0 10.0.0.254/24" headlabel="2" label="100 Mbit/s 5ms loss 1%"];
}
)~");
}

TEST(Graph, ForMermaidHasIdentifiersOfItsOwn) {
    EXPECT_EQ(to_mermaid(office()), R"~(graph TD
  n0(["alice"])
  n1["lan"]
  n2{"gw.1 (nat)"}
  n0 ---|"eth1 10.0.0.1/24 -- 1"| n1
  n2 ---|"eth0 10.0.0.254/24 -- 2 (100 Mbit/s 5ms loss 1%)"| n1
)~");
}

}  // namespace
}  // namespace sockeye::view
