#include "lab/file/builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/host_node.hpp"
#include "lab/world.hpp"
#include "sockeye/ping.hpp"

namespace sockeye::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TopologyFile read(std::string_view text) {
    TopologyFile file = read_topology(text, [](std::string_view) { return std::nullopt; });
    for (const Remark& remark : file.remarks)
        if (remark.weight == Remark::Weight::mistake) ADD_FAILURE() << remark.to_string("lab");
    return file;
}

/// A lab as a file describes it.
struct Built {
    explicit Built(std::string_view text) : file{read(text)} { build(lab, file); }

    Host& host(std::string_view name) {
        return static_cast<HostNode&>(lab.world().topology().node(name)).facade();
    }
    Pong::Kind ping_from(std::string_view from, const char* to) {
        return host(from).run(ping(host(from), Address{to, 0})).value().kind;
    }

    TopologyFile file;
    Lab lab;
};

constexpr std::string_view two_networks = R"(name: two
topology:
  nodes:
    a: {exec: [ip route add default via 10.0.1.254]}
    b: {exec: [ip address add 10.0.2.1/24 dev eth1, ip route add default via 10.0.2.254]}
    lan: {kind: bridge}
    r: {kind: router}
  links:
    - {endpoints: ["a:eth1", "lan:left"], ipv4: [10.0.1.1/24]}
    - {endpoints: ["lan:right", "r:wan"], ipv4: [~, 10.0.1.254/24], mtu: 1400}
    - endpoints:
        - {node: r, interface: lan0, ipv4: 10.0.2.254/24, mac: "02:aa:00:00:00:01", vars: {loss: 1%}}
        - {node: b, interface: eth1}
      vars: {delay: 5ms, rate: 10mbit}
)";

TEST(Builder, CablesHaveTheEndsAndTheOptionsOfTheFile) {
    Built built{two_networks};
    std::vector<std::string> names;
    for (const Connection& cable : built.lab.world().topology().cables()) names.push_back(cable.name());
    EXPECT_THAT(names, ElementsAre("a:eth1 -- lan:left", "lan:right -- r:wan", "r:lan0 -- b:eth1"));
    const link::Cable& far = built.lab.world().topology().cables()[2].cable;
    EXPECT_EQ(far.options().delay, 5ms);
    EXPECT_EQ(far.options().bits_per_second, 10'000'000U);
    EXPECT_EQ(to_string(far.impairments(link::End::a)), "loss 1%");
    EXPECT_EQ(to_string(far.impairments(link::End::b)), "");
}

TEST(Builder, CardsHaveTheirNamesMacsMtusAndAddresses) {
    Built built{two_networks};
    auto& router = static_cast<HostNode&>(built.lab.world().topology().node("r"));
    ASSERT_EQ(router.cards(), 2U);
    const link::Device& wan = router.stack().devices()[0];
    const link::Device& lan0 = router.stack().devices()[1];
    EXPECT_EQ(wan.name(), "wan");
    EXPECT_EQ(wan.mtu(), 1400U);
    EXPECT_EQ(lan0.mac().to_string(), "02:aa:00:00:00:01");
    EXPECT_TRUE(router.has_address(Address{"10.0.2.254", 0}.ip()));
    EXPECT_TRUE(router.is_router());
}

TEST(Builder, WhatTheFileSaysIsEnoughToReachTheOtherNetwork) {
    Built built{two_networks};
    EXPECT_EQ(built.ping_from("a", "10.0.2.1"), Pong::Kind::reply);
}

TEST(Builder, AHostKeepsAllOfThatOverARestart) {
    Built built{two_networks};
    built.lab.at(1s, [&] { built.lab.restart("b"); });
    ASSERT_TRUE(built.lab.run_for(2s));
    EXPECT_EQ(built.ping_from("a", "10.0.2.1"), Pong::Kind::reply);
    const auto& again = static_cast<HostNode&>(built.lab.world().topology().node("b"));
    EXPECT_EQ(again.stack().devices()[0].name(), "eth1");
}

TEST(Builder, ANatsOutsideIsWhereItsDefaultRouteLeadsUnlessALabelSaysOtherwise) {
    constexpr std::string_view text = R"(name: nat
topology:
  nodes:
    gw: {kind: nat, exec: [ip route add default via 203.0.113.1]}
    labelled: {kind: nat, labels: {outside: eth7}}
    isp: {kind: router}
  links:
    - {endpoints: ["gw:eth0", "isp:eth0"], ipv4: [203.0.113.2/30, 203.0.113.1/30]}
    - {endpoints: ["labelled:eth7", "isp:eth1"], ipv4: [203.0.113.6/30, 203.0.113.5/30]}
)";
    Built built{text};
    EXPECT_EQ(outside_of(built.file, *built.file.node("gw")), "eth0");
    EXPECT_EQ(outside_of(built.file, *built.file.node("labelled")), "eth7");
    EXPECT_TRUE(static_cast<HostNode&>(built.lab.world().topology().node("gw")).outside());
}

TEST(Builder, ABridgesPortsKeepTheirVlansApart) {
    constexpr std::string_view text = R"(name: vlans
topology:
  nodes:
    a: {}
    b: {}
    c: {}
    lan: {kind: bridge, labels: {spanning-tree: "on", priority: "4096"}}
  links:
    - {endpoints: ["a:eth0", "lan:1"], ipv4: [10.0.0.1/24], vars: {vlan: 10}}
    - {endpoints: ["b:eth0", "lan:2"], ipv4: [10.0.0.2/24], vars: {vlan: 20}}
    - {endpoints: ["c:eth0", "lan:3"], ipv4: [10.0.0.3/24], vars: {vlan: 10}}
)";
    Built built{text};
    EXPECT_EQ(built.file.node("lan")->bridge.spanning_tree, SpanningTree::on);
    ASSERT_TRUE(built.lab.run_for(40s));  // until its ports forward
    EXPECT_EQ(built.ping_from("a", "10.0.0.3"), Pong::Kind::reply);
    EXPECT_EQ(built.ping_from("a", "10.0.0.2"), Pong::Kind::silence);
}

TEST(Builder, WhoWaitsForOthersStartsAfterThem) {
    const TopologyFile file = read(R"(name: order
topology:
  nodes:
    one: {startup-delay: 2}
    two: {startup-delay: 1, stages: {create: {wait-for: [{node: one, stage: create}]}}}
    three: {stages: {create: {wait-for: [{node: two}, {node: one}]}}}
)");
    EXPECT_THAT(starts_of(file),
                ElementsAre(std::pair{"one", 2s}, std::pair{"three", 3s}, std::pair{"two", 3s}));
}

TEST(Builder, TheFilesNameServerIsEverybodysWhoIsNotToldAnother) {
    const TopologyFile file = read(R"(name: names
topology:
  nodes:
    dns: {kind: dns}
    a: {}
    b: {dns: {servers: [10.0.0.9]}}
  links:
    - {endpoints: ["dns:eth0", "a:eth0"], ipv4: [10.0.0.53/24, 10.0.0.1/24]}
)");
    EXPECT_THAT(name_servers_of(file, *file.node("a")), ElementsAre(Address("10.0.0.53", 0).ip()));
    EXPECT_THAT(name_servers_of(file, *file.node("b")), ElementsAre(Address("10.0.0.9", 0).ip()));
}

TEST(Builder, AMistakeInALabelOrAVlanIsSaidWithItsPlace) {
    const auto remarks_of = [](std::string_view text) {
        std::string all;
        for (const Remark& remark :
             read_topology(text, [](std::string_view) { return std::nullopt; }).remarks)
            all += remark.to_string("lab") + "\n";
        return all;
    };
    EXPECT_THAT(remarks_of("name: a\ntopology:\n  nodes: {s: {kind: bridge, labels: {priority: \"7\"}}}\n"),
                HasSubstr("priority: '7' is none: write 0, 4096"));
    EXPECT_THAT(remarks_of("name: a\ntopology:\n  nodes: {s: {kind: bridge}, a: {}}\n  links:\n"
                           "    - {endpoints: [\"a:e\", \"s:1\"], vars: {vlan: 5000}}\n"),
                HasSubstr("'5000' is no VLAN: they are 1 to 4094"));
    EXPECT_THAT(remarks_of("name: a\ntopology:\n  nodes: {s: {kind: bridge}, a: {}}\n  links:\n"
                           "    - {endpoints: [\"a:e\", \"s:1\"], vars: {trunk: 1 2, native: 2}}\n"),
                HasSubstr("VLAN 2 is native, so it has no tag"));
}

}  // namespace
}  // namespace sockeye::lab
