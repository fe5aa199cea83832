#include "wire/vlan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

const Octets untagged = from_hex("020000000001 020000000002 0800 45");
// Priority 5, drop eligible, identifier 10.
const Octets tagged = from_hex("020000000001 020000000002 8100 b00a 0800 45");
constexpr VlanTag tag{.priority = 5, .drop_eligible = true, .id = 10};

TEST(VlanTags, StandBetweenSourceAndType_802_1Q_9) {
    Packet frame{untagged};
    insert_vlan_tag(frame, tag);
    EXPECT_EQ(to_hex(frame.bytes()), to_hex(tagged));

    const auto ethernet = parse_ethernet(tagged).value();
    EXPECT_EQ(ethernet.header.ethertype, EtherType::vlan);
    const auto vlan = parse_vlan(ethernet.payload).value();
    EXPECT_EQ(vlan.tag, tag);
    EXPECT_EQ(vlan.ethertype, EtherType::ipv4);
    EXPECT_EQ(to_hex(vlan.payload), "45");
}

TEST(VlanTags, ComeOffAgain) {
    Packet frame{tagged};
    remove_vlan_tag(frame);
    EXPECT_EQ(to_hex(frame.bytes()), to_hex(untagged));
}

TEST(VlanTags, AreNotWrittenIntoAFrameThatIsShared) {
    Packet frame{untagged};
    const Packet other = frame;
    insert_vlan_tag(frame, tag);
    EXPECT_EQ(to_hex(other.bytes()), to_hex(untagged));
}

TEST(VlanTags, WithTheReservedIdentifierAreRefused_802_1Q_9_6) {
    EXPECT_EQ(parse_vlan(from_hex("0fff 0800")).error(), Malformed::bad_value);
}

TEST(VlanTags, CutAnywhereAreTruncated) {
    const auto octets = from_hex("b00a 0800");
    for (std::size_t length = 0; length < octets.size(); ++length)
        EXPECT_EQ(parse_vlan(std::span{octets}.first(length)).error(), Malformed::truncated) << length;
}

RC_GTEST_PROP(VlanTags, AreReadBackAsTheyWereWritten, (bool drop_eligible)) {
    const VlanTag any{.priority = *rc::gen::inRange<std::uint8_t>(0, 8),
                      .drop_eligible = drop_eligible,
                      .id = *rc::gen::inRange<std::uint16_t>(0, 4095)};
    Packet frame{untagged};
    insert_vlan_tag(frame, any);
    RC_ASSERT(parse_vlan(parse_ethernet(frame.bytes()).value().payload).value().tag == any);
    remove_vlan_tag(frame);
    RC_ASSERT(to_hex(frame.bytes()) == to_hex(untagged));
}

}  // namespace
}  // namespace sockeye::wire
