#include "wire/ecn.hpp"

#include <gtest/gtest.h>

#include "wire/ethernet.hpp"
#include "wire/ipv4.hpp"
#include "wire/ipv6.hpp"
#include "wire/vlan.hpp"

namespace sockeye::wire {
namespace {

Packet ipv4_frame(std::uint8_t traffic_class) {
    Packet frame{100};
    prepend_ipv4(frame, {.traffic_class = traffic_class,
                         .protocol = 6,
                         .source = IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, 1}},
                         .target = IpAddress{std::array<std::uint8_t, 4>{10, 0, 0, 2}}});
    prepend_ethernet(frame, {.ethertype = EtherType::ipv4});
    return frame;
}

std::span<const std::byte> behind_ethernet(const Packet& frame, std::size_t tag = 0) {
    return frame.bytes().subspan(EthernetHeader::size + tag);
}

TEST(Ecn, AnEctPacketIsMarkedAndItsHeaderStaysRight_Rfc3168_5) {
    Packet frame = ipv4_frame(0xb8 | 2);
    ASSERT_TRUE(mark_congestion(frame));
    const auto packet = parse_ipv4(behind_ethernet(frame));
    ASSERT_TRUE(packet) << "checksum";
    EXPECT_EQ(packet->header.traffic_class, 0xb8 | 3) << "and its DSCP is as before";
}

TEST(Ecn, WhoeverDoesNotUnderstandMarksGetsNone_Rfc3168_5) {
    Packet frame = ipv4_frame(0xb8);
    EXPECT_FALSE(mark_congestion(frame));
    EXPECT_EQ(parse_ipv4(behind_ethernet(frame))->header.traffic_class, 0xb8);

    Packet arp{28};
    prepend_ethernet(arp, {.ethertype = EtherType::arp});
    EXPECT_FALSE(mark_congestion(arp));
    Packet scrap{3};
    EXPECT_FALSE(mark_congestion(scrap));
}

TEST(Ecn, AMarkIsNotSeenByWhoeverSharesTheFrame) {
    Packet frame = ipv4_frame(1);
    const Packet before = frame;
    ASSERT_TRUE(mark_congestion(frame));
    EXPECT_EQ(parse_ipv4(behind_ethernet(before))->header.traffic_class, 1);
}

TEST(Ecn, Ipv6AndTaggedFramesAreMarkedToo) {
    Packet frame{100};
    prepend_ipv6(frame, {.traffic_class = 0x42, .flow_label = 0x12345, .next_header = 6});
    prepend_ethernet(frame, {.ethertype = EtherType::ipv6});
    insert_vlan_tag(frame, {.id = 10});
    ASSERT_TRUE(mark_congestion(frame));
    const auto packet = parse_ipv6(behind_ethernet(frame, VlanTag::size));
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->header.traffic_class, 0x43);
    EXPECT_EQ(packet->header.flow_label, 0x12345u);
}

}  // namespace
}  // namespace sockeye::wire
