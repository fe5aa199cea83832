// VLANs at a switch: access ports 0 and 1 in VLAN 10 and 2 in VLAN 20, a trunk at 3, told nothing at 4.
#include "link/vlans.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "link/switch.hpp"
#include "wire/vlan.hpp"

namespace sockeye::link {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::MacAddress;

constexpr Port trunk = 3;

MacAddress station(std::uint8_t number) {
    return MacAddress{{0x02, 0, 0, 0, 0, number}};
}

Packet untagged(MacAddress source, MacAddress target = MacAddress::broadcast()) {
    Packet packet{46};
    std::ranges::fill(packet.writable(), std::byte{});
    wire::prepend_ethernet(packet, {target, source, wire::EtherType::ipv4});
    return packet;
}

Packet tagged(std::uint16_t vlan, MacAddress source, MacAddress target = MacAddress::broadcast()) {
    Packet packet = untagged(source, target);
    wire::insert_vlan_tag(packet, {.priority = 5, .id = vlan});
    return packet;
}

std::optional<wire::VlanTag> tag_of(const Packet& frame) {
    const auto ethernet = wire::parse_ethernet(frame.bytes()).value();
    if (ethernet.header.ethertype != wire::EtherType::vlan) return std::nullopt;
    return wire::parse_vlan(ethernet.payload).value().tag;
}

struct VlansTest : ::testing::Test {
    Switch sw;

    VlansTest() {
        sw.vlans().set(0, {.untagged = 10});
        sw.vlans().set(1, {.untagged = 10});
        sw.vlans().set(2, {.untagged = 20});
        sw.vlans().set(trunk, {.untagged = 0, .tagged = {10, 20}});
    }

    /// "1 3:10": without a tag from port 1, with tag 10 from port 3; or why it is dropped.
    std::string pass(Port port, const Packet& frame) {
        const Forwarding forwarding = sw.receive(port, frame, {});
        if (forwarding.kind == Forwarding::Kind::drop) return std::string{to_string(forwarding.why)};
        std::string text;
        for (Port to = 0; to < 5; ++to) {
            const bool is_it = forwarding.kind == Forwarding::Kind::one ? to == forwarding.port : to != port;
            if (!is_it || !sw.reaches(to, forwarding)) continue;
            text += (text.empty() ? "" : " ") + std::to_string(to);
            if (const auto tag = tag_of(sw.dress(frame, to, forwarding)))
                text += ":" + std::to_string(tag->id);
        }
        return text;
    }
};

TEST_F(VlansTest, ABroadcastReachesItsVlanAlone) {
    EXPECT_EQ(pass(0, untagged(station(1))), "1 3:10");
    EXPECT_EQ(pass(2, untagged(station(2))), "3:20");
    EXPECT_EQ(pass(4, untagged(station(3))), "") << "VLAN 1, where nobody else is";
}

TEST_F(VlansTest, ATrunkTellsVlansApartByTheirTags) {
    EXPECT_EQ(pass(trunk, tagged(10, station(1))), "0 1");
    EXPECT_EQ(pass(trunk, tagged(20, station(1))), "2");
    EXPECT_EQ(pass(trunk, tagged(30, station(1))), "the port is not in its VLAN");
    EXPECT_EQ(pass(trunk, untagged(station(1))), "the port is not in its VLAN") << "no native VLAN";
}

TEST_F(VlansTest, AnAccessPortRefusesTagsOfOthers) {
    EXPECT_EQ(pass(0, tagged(20, station(1))), "the port is not in its VLAN");
    EXPECT_EQ(pass(0, tagged(10, station(1))), "1 3:10");
}

TEST_F(VlansTest, ANativeVlanCrossesATrunkWithoutATag) {
    sw.vlans().set(trunk, {.untagged = 20, .tagged = {10}});
    EXPECT_EQ(pass(2, untagged(station(1))), "3");
    EXPECT_EQ(pass(trunk, untagged(station(2))), "2");
}

TEST_F(VlansTest, ATagOfVlan0IsAPriorityAlone) {
    EXPECT_EQ(pass(0, tagged(0, station(1))), "1 3:10");
    const Forwarding forwarding = sw.receive(0, tagged(0, station(1)), {});
    EXPECT_EQ(tag_of(sw.dress(tagged(0, station(1)), trunk, forwarding))->priority, 5);
}

TEST_F(VlansTest, AStationIsLearnedInItsVlan) {
    pass(0, untagged(station(1)));
    EXPECT_EQ(pass(1, untagged(station(2), station(1))), "0");
    EXPECT_EQ(pass(2, untagged(station(3), station(1))), "3:20") << "in VLAN 20 nobody knows it";
}

TEST_F(VlansTest, AKnownStationBehindAPortThatHasLeftTheVlanGetsNothing) {
    pass(0, untagged(station(1)));
    sw.vlans().set(0, {.untagged = 20});
    EXPECT_EQ(pass(1, untagged(station(2), station(1))), "the port is not in its VLAN");
}

TEST(Vlans, ASwitchThatKnowsNoVlansPassesTaggedFramesOnAsTheyAre) {
    Switch sw;
    const Forwarding forwarding = sw.receive(0, tagged(77, station(1)), {});
    EXPECT_EQ(forwarding.kind, Forwarding::Kind::flood);
    EXPECT_EQ(tag_of(sw.dress(tagged(77, station(1)), 1, forwarding))->id, 77);
}

}  // namespace
}  // namespace sockeye::link
