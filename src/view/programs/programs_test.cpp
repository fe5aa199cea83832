#include "view/programs/programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/file/builder.hpp"
#include "lab/host_node.hpp"
#include "lab/world.hpp"

namespace sockeye::view {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

lab::TopologyFile read(std::string_view text) {
    return lab::read_topology(text, [](std::string_view) { return std::nullopt; });
}

std::vector<std::string> remarks_on(const std::string& program) {
    std::vector<std::string> texts;
    const lab::TopologyFile file = read("name: a\ntopology:\n  nodes: {x: {cmd: \"" + program + "\"}}\n");
    for (const lab::Remark& remark : check_programs(file)) texts.push_back(remark.to_string("f"));
    return texts;
}

/// A lab whose programs run.
struct Running {
    explicit Running(std::string_view text) : file{read(text)} {
        lab::build(lab, file);
        services = start_programs(lab, file);
    }
    std::vector<std::string> notes() const {
        std::vector<std::string> texts;
        for (const lab::Note& note : lab.world().recorder().notes()) texts.push_back(note.text);
        return texts;
    }

    lab::TopologyFile file;
    Lab lab;
    Services services;
};

TEST(Programs, OnesThatThereAreHaveNoRemarks) {
    for (const char* program : {"", "upper", "echo :7", "hello :13 what time", "http", "chat", "ping x 3"})
        EXPECT_THAT(remarks_on(program), IsEmpty()) << program;
    EXPECT_THAT(remarks_on("upper udp://:9001; upper"), IsEmpty());
}

TEST(Programs, AMistypedOneIsAMistakeAndOneOfAnImageAWarning) {
    EXPECT_THAT(remarks_on("htpp"),
                ElementsAre("f:3:11: node x: there is no program 'htpp' in a lab: did you mean http?"));
    EXPECT_THAT(
        remarks_on("/bin/bash -c true"),
        ElementsAre(StartsWith("f:3:11: warning: node x: there is no program '/bin/bash' in a lab, so the "
                               "host runs nothing for it; there are: echo, ")));
}

TEST(Programs, AMistakeInWhatOneIsToldNamesItsForm) {
    EXPECT_THAT(
        remarks_on("upper 10.0.0.1"),
        ElementsAre(
            "f:3:11: node x: upper: 10.0.0.1 has no port: write 10.0.0.1:9001; write upper [ADDRESS]"));
    EXPECT_THAT(remarks_on("fetch"),
                ElementsAre("f:3:11: node x: fetch: one URL is needed; write fetch URL"));
    EXPECT_THAT(remarks_on("fetch https://web.example/"), ElementsAre(HasSubstr("fetch: ")));
    EXPECT_THAT(remarks_on("dhcp-server"), ElementsAre(HasSubstr("none of its cards has an IPv4 address")));
    EXPECT_THAT(remarks_on("ping a 0"), ElementsAre(HasSubstr("'0' is no number of pings")));
}

TEST(Programs, ABridgeRunsNone) {
    const auto remarks =
        check_programs(read("name: a\ntopology:\n  nodes: {s: {kind: bridge, cmd: upper}}\n"));
    ASSERT_EQ(remarks.size(), 1U);
    EXPECT_EQ(remarks[0].words, "node s: a bridge runs no programs: make it a host");
}

constexpr std::string_view pair = R"(name: pair
topology:
  nodes:
    near: {cmd: "say 10.0.0.2:9001 hello there"}
    far: {cmd: upper}
  links:
    - {endpoints: ["near:eth0", "far:eth0"], ipv4: [10.0.0.1/30, 10.0.0.2/30], vars: {delay: 20ms}}
)";

TEST(Programs, AClientTellsWhatItGot) {
    Running run{pair};
    ASSERT_TRUE(run.lab.run_for(1s));
    EXPECT_THAT(run.notes(),
                ElementsAre(StartsWith("near: said \"hello there\", heard \"HELLO THERE\" after 40")));
    EXPECT_TRUE(run.services.all_done());
}

TEST(Programs, ARestartedHostRunsItsProgramsAgain) {
    Running run{pair};
    run.lab.at(2s, [&] { run.lab.restart("near"); });
    ASSERT_TRUE(run.lab.run_for(4s));
    EXPECT_THAT(run.notes(), ElementsAre(StartsWith("near: said"), "crashed: near", "restarted: near",
                                         StartsWith("near: said")));
}

constexpr std::string_view office = R"(name: small
topology:
  nodes:
    alice: {cmd: "dhcp-client; fetch http://web.example/"}
    lan: {kind: bridge}
    gw: {kind: nat, cmd: "dhcp-server lease=2h", exec: [ip route add default via 203.0.113.1]}
    isp: {kind: router}
    dns: {kind: dns, labels: {records: "www CNAME web"}, exec: [ip route add default via 198.51.100.1]}
    web: {cmd: http, exec: [ip route add default via 198.51.100.1]}
    net: {kind: bridge}
  links:
    - {endpoints: ["alice:eth0", "lan:1"]}
    - {endpoints: ["gw:eth1", "lan:2"], ipv4: [192.168.1.1/24]}
    - {endpoints: ["gw:eth0", "isp:eth0"], ipv4: [203.0.113.2/30, 203.0.113.1/30]}
    - {endpoints: ["isp:eth1", "net:1"], ipv4: [198.51.100.1/24]}
    - {endpoints: ["dns:eth0", "net:2"], ipv4: [198.51.100.53/24]}
    - {endpoints: ["web:eth0", "net:3"], ipv4: [198.51.100.80/24]}
)";

TEST(Programs, ALaptopGetsItsAddressFindsTheNameAndFetchesThePageThroughTheNat) {
    Running run{office};
    ASSERT_TRUE(run.lab.run_for(20s));
    EXPECT_THAT(run.notes(), Contains(StartsWith("alice: 192.168.1.101/24 by DHCP, for 7200s")));
    EXPECT_THAT(run.notes(), Contains(StartsWith("alice: http://web.example/: 200 OK, ")));
    ASSERT_TRUE(run.services.dhcp_servers.contains("gw"));
    EXPECT_EQ(run.services.dhcp_servers.at("gw")->leases().at(0).size(), 1U);
}

constexpr std::string_view six = R"(name: six
topology:
  nodes:
    alice: {cmd: "slaac; ping 2001:db8:2::80"}
    lan: {kind: bridge}
    gw: {kind: router, cmd: "router-advertiser lifetime=30m dns=2001:db8:2::53"}
    web: {exec: [ip route add default via 2001:db8:2::1]}
  links:
    - {endpoints: ["alice:eth0", "lan:1"]}
    - {endpoints: ["gw:eth0", "lan:2"], ipv6: [2001:db8:1::1/64]}
    - {endpoints: ["gw:eth1", "web:eth0"], ipv6: [2001:db8:2::1/64, 2001:db8:2::80/64]}
)";

TEST(Programs, AHostGetsItsAddressFromItsRouterAndReachesWhatIsBehindIt) {
    Running run{six};
    ASSERT_TRUE(run.lab.run_for(20s));
    EXPECT_THAT(run.notes(), Contains(StartsWith("alice: 2001:db8:1:")));
    EXPECT_THAT(run.notes(), Contains(HasSubstr("by a router's prefix")));
    EXPECT_TRUE(run.services.all_done());
}

TEST(Programs, WhoIsNoRouterAdvertisesNothing_AndARouterAsksNobody) {
    EXPECT_THAT(remarks_on("router-advertiser"), ElementsAre(HasSubstr("it is no router")));
    EXPECT_THAT(remarks_on("slaac now"), ElementsAre(HasSubstr("what is 'now'?")));
}

TEST(Programs, TheNextOneStartsOnceTheOneBeforeDoesWhatItIsFor) {
    Running run{office};
    ASSERT_TRUE(run.lab.run_for(1s));
    EXPECT_FALSE(*run.services.done.at("alice")) << "nobody has objected to the address for long enough";
    EXPECT_TRUE(*run.services.done.at("web"));
}

TEST(Programs, TwoServersOfOnePortAreToldWhenTheLabRuns) {
    Running run{"name: a\ntopology:\n  nodes: {x: {cmd: \"upper; echo\"}}\n"};
    ASSERT_TRUE(run.lab.run_for(1s));
    EXPECT_THAT(run.notes(), ElementsAre(HasSubstr("x: nobody can listen at :9001: ")));
}

}  // namespace
}  // namespace sockeye::view
