#include "wire/bpdu.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye::wire {
namespace {

using test::from_hex;
using test::Octets;
using test::to_hex;

constexpr MacAddress bridge_1{{0x02, 0, 0, 0, 0, 0x01}};
constexpr MacAddress bridge_2{{0x02, 0, 0, 0, 0, 0x02}};

Bpdu configuration() {
    return {.flags = 0x01,
            .root = {0x8000, bridge_1},
            .root_path_cost = 19,
            .bridge = {0x8001, bridge_2},
            .port = 0x8003,
            .message_age = 256};
}

const Octets configuration_frame = from_hex(
    "0180c2000000 020000000002 0026 42 42 03"
    "0000 00 00 01 8000020000000001 00000013 8001020000000002 8003 0100 1400 0200 0f00");

TEST(Bpdus, HaveTheLayoutOfFigure9_1_802_1D) {
    EXPECT_EQ(to_hex(make_bpdu_frame(configuration(), bridge_2).bytes()), to_hex(configuration_frame));
    EXPECT_EQ(parse_bpdu(std::span{configuration_frame}.subspan(14)).value(), configuration());
}

TEST(Bpdus, ThatNotifyOfATopologyChangeHaveNothingBehindTheirType_802_1D_9_3_2) {
    const Packet frame = make_bpdu_frame({.type = BpduType::topology_change}, bridge_2);
    EXPECT_EQ(to_hex(frame.bytes().subspan(14)), "42 42 03 00 00 00 80");
    EXPECT_EQ(parse_bpdu(frame.bytes().subspan(14)).value().type, BpduType::topology_change);
}

TEST(Bpdus, OfRapidSpanningTreeHaveVersion2AndAnEmptyPartForVersion1_802_1D_9_3_3) {
    Bpdu rapid = configuration();
    rapid.type = BpduType::rapid;
    const Packet frame = make_bpdu_frame(rapid, bridge_2);
    EXPECT_EQ(to_hex(frame.bytes().subspan(14, 7)), "42 42 03 00 00 02 02");
    EXPECT_EQ(frame.size(), 14U + 3 + 36);
    EXPECT_EQ(parse_bpdu(frame.bytes().subspan(14)).value(), rapid);
}

TEST(Bpdus, MayBeFollowedByEthernetPadding) {
    Octets padded = configuration_frame;
    padded.resize(60);
    EXPECT_EQ(parse_bpdu(std::span{padded}.subspan(14)).value(), configuration());
}

TEST(Bpdus, CutAnywhereAreTruncated) {
    const auto whole = std::span{configuration_frame}.subspan(14);
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_EQ(parse_bpdu(whole.first(length)).error(), Malformed::truncated) << length;
}

TEST(Bpdus, OfOtherProtocolsOrTypesOrTooOldAreRefused_802_1D_9_3_4) {
    for (const std::size_t at : {14U, 16U, 17U, 20U, 44U}) {
        Octets octets = configuration_frame;
        octets[at] = std::byte{0x7f};
        EXPECT_EQ(parse_bpdu(std::span{octets}.subspan(14)).error(), Malformed::bad_value) << at;
    }
}

TEST(BridgeIds, AreOrderedByPriorityAndThenByAddress_802_1D_9_2_5) {
    EXPECT_LT((BridgeId{0x1000, bridge_2}), (BridgeId{0x2000, bridge_1}));
    EXPECT_LT((BridgeId{0x1000, bridge_1}), (BridgeId{0x1000, bridge_2}));
}

RC_GTEST_PROP(Bpdus, AreReadBackAsTheyWereWritten,
              (std::uint8_t flags, std::uint16_t priority, std::uint32_t cost, std::uint16_t port)) {
    const Bpdu bpdu{.type = *rc::gen::element(BpduType::configuration, BpduType::rapid),
                    .flags = flags,
                    .root = {priority, *test::any_mac()},
                    .root_path_cost = cost,
                    .bridge = {priority, *test::any_mac()},
                    .port = port,
                    .hello_time = *rc::gen::arbitrary<std::uint16_t>()};
    RC_ASSERT(parse_bpdu(make_bpdu_frame(bpdu, bridge_1).bytes().subspan(14)).value() == bpdu);
}

}  // namespace
}  // namespace sockeye::wire
