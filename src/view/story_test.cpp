#include "view/story.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lab/file/builder.hpp"
#include "lab/file/faults_file.hpp"
#include "view/programs/programs.hpp"

namespace sockeye::view {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view home = R"(name: home
topology:
  nodes:
    alice: {cmd: "dhcp-client; fetch http://web.example/"}
    lan: {kind: bridge}
    gw: {kind: nat, cmd: dhcp-server, exec: [ip route add default via 203.0.113.1]}
    isp: {kind: router}
    dns: {kind: dns, exec: [ip route add default via 198.51.100.1]}
    web: {cmd: http, exec: [ip route add default via 198.51.100.1]}
    net: {kind: bridge}
  links:
    - {endpoints: ["alice:eth0", "lan:1"]}
    - {endpoints: ["gw:eth1", "lan:2"], ipv4: [192.168.1.1/24]}
    - endpoints: ["gw:eth0", "isp:eth0"]
      ipv4: [203.0.113.2/30, 203.0.113.1/30]
      vars: {rate: 100mbit, delay: 5ms}
    - {endpoints: ["isp:eth1", "net:1"], ipv4: [198.51.100.1/24]}
    - {endpoints: ["dns:eth0", "net:2"], ipv4: [198.51.100.53/24]}
    - {endpoints: ["web:eth0", "net:3"], ipv4: [198.51.100.80/24]}
)";

struct Told {
    explicit Told(std::string_view faults = "") {
        const lab::TopologyFile file =
            lab::read_topology(home, [](std::string_view) { return std::nullopt; });
        lab::build(lab, file);
        lab::schedule(lab, lab::read_faults(faults, file).faults);
        const Services services = start_programs(lab, file);
        EXPECT_TRUE(lab.run_for(20s));
        chapters = story(lab.world(), "alice");
    }
    std::string text() const { return to_text(chapters); }

    Lab lab;
    std::vector<Chapter> chapters;
};

TEST(Story, TellsFromTheFirstMessageToTheLast) {
    const Told told;
    std::vector<std::string> kinds;
    for (const Chapter& chapter : told.chapters) kinds.emplace_back(to_string(chapter.kind));
    EXPECT_THAT(kinds, ElementsAre("ADDRESS", "NEIGHBOUR", "NAME", "HANDSHAKE", "PAGE", "CLOSE"));
}

TEST(Story, SaysAboveEachChapterWhyItComes) {
    const Told told;
    std::vector<std::string> meanings;
    for (const Chapter& chapter : told.chapters) meanings.push_back(chapter.meaning);
    EXPECT_THAT(meanings, ElementsAre("alice has no address and knows nobody",
                                      "dns 198.51.100.53 is not in 192.168.1.0/24: ask for the gateway",
                                      HasSubstr("gw's NAT: 192.168.1.101:"),
                                      "seq and ack are relative to each side's first", "",
                                      "web has nothing left to send: 3 segments, not 4"));
}

TEST(Story, APacketThatCrossesRoutersIsOneLineAtTheTimeOfItsMaker) {
    const Told told;
    const std::vector<Line>& handshake = told.chapters.at(3).lines;
    ASSERT_EQ(handshake.size(), 2U);
    EXPECT_EQ(handshake[0].from, "alice");
    EXPECT_EQ(handshake[0].to, "web:80");
    EXPECT_EQ(handshake[1].from, "web");
    EXPECT_EQ(handshake[1].to, "alice");
    // By hand: the SYN of 74 octets over alice -- lan -- gw and isp -- net -- web at 1 Gbit/s and 0.5 us
    // each, and over gw -- isp at 100 Mbit/s and 5 ms.
    const Duration one_way = 4 * (592ns + 500ns) + 5'920ns + 5ms;
    const Duration arp = handshake[1].at - handshake[0].at - one_way;
    EXPECT_GE(arp, 0ns);
    EXPECT_LT(arp, 10us) << "isp asks for web's MAC meanwhile";
}

TEST(Story, HowLongEachPartTookAddsUp) {
    EXPECT_THAT(timing_of(Told{}.chapters), HasSubstr(" ms for the page: name "));
}

TEST(Story, WhatIsLostBehindARouterIsToldAtTheLineOfItsMaker) {
    // From when gw knows isp's MAC, and the questions for the name's addresses wait to leave.
    const Told told{
        "faults:\n  - {at: 5703ms, do: impair, on: [gw, isp], one-way: true, loss: 100%, for: 1s}\n"};
    EXPECT_THAT(told.text(), HasSubstr("x lost behind gw"));
    EXPECT_THAT(told.text(), HasSubstr("HTTP/1.1 200 OK")) << "once the fault is over";
}

TEST(Story, ALossOnTheHostsOwnCableIsToldToo) {
    const Told told{"faults:\n  - {at: 0s, do: cut, on: [alice, lan], for: 1s}\n"};
    EXPECT_THAT(told.text(), HasSubstr("x lost: cable cut"));
}

TEST(Story, IsOfAHostThatThereIs) {
    const Told told;
    EXPECT_THROW((void)story(told.lab.world(), "eve"), std::invalid_argument);
}

}  // namespace
}  // namespace sockeye::view
