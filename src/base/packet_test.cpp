#include "base/packet.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "test/support/generators.hpp"
#include "test/support/hex.hpp"

namespace sockeye {
namespace {

using test::from_hex;
using test::to_hex;

TEST(PacketHeaders, AreWrittenInFrontWithoutMovingThePayload) {
    Packet packet{from_hex("aa bb")};
    const std::byte* payload = packet.bytes().data();

    std::ranges::copy(from_hex("01 02 03"), packet.prepend(3).begin());
    std::ranges::copy(from_hex("00"), packet.prepend(1).begin());

    EXPECT_EQ(to_hex(packet.bytes()), "00 01 02 03 aa bb");
    EXPECT_EQ(packet.bytes().data() + 4, payload);
}

TEST(PacketHeaders, FindRoomWhereTheHeadroomIsUsedUp) {
    Packet packet{from_hex("aa bb"), 0};
    std::ranges::copy(from_hex("01 02"), packet.prepend(2).begin());
    EXPECT_EQ(to_hex(packet.bytes()), "01 02 aa bb");
}

TEST(PacketHeaders, CanStandBeforeNothing) {
    Packet packet;
    EXPECT_TRUE(packet.empty());
    EXPECT_TRUE(packet.writable().empty());
    std::ranges::copy(from_hex("01"), packet.prepend(1).begin());
    EXPECT_EQ(to_hex(packet.bytes()), "01");
}

TEST(PacketSharing, CopiesOfAPacketLookAtTheSameOctets) {
    const Packet packet{from_hex("aa bb")};
    const Packet copy = packet;
    EXPECT_EQ(copy.bytes().data(), packet.bytes().data());
}

TEST(PacketSharing, WritingOneCopyLeavesTheOtherAlone) {
    const Packet packet{from_hex("aa bb")};
    Packet copy = packet;
    copy.writable()[0] = std::byte{0xcc};
    EXPECT_EQ(to_hex(packet.bytes()), "aa bb");
    EXPECT_EQ(to_hex(copy.bytes()), "cc bb");
}

TEST(PacketSharing, TwoCopiesCanGetDifferentHeaders) {
    Packet packet{from_hex("aa")};
    Packet copy = packet;
    packet.prepend(1)[0] = std::byte{1};
    copy.prepend(1)[0] = std::byte{2};
    EXPECT_EQ(to_hex(packet.bytes()), "01 aa");
    EXPECT_EQ(to_hex(copy.bytes()), "02 aa");
}

TEST(PacketSharing, TheLastOneLeftWritesInPlace) {
    Packet packet{from_hex("aa")};
    {
        const Packet copy = packet;
    }
    const std::byte* before = packet.bytes().data();
    EXPECT_EQ(packet.writable().data(), before);
}

TEST(PacketTrimming, TakesOffHeadersAndPadding) {
    Packet packet{from_hex("01 02 aa bb 00")};
    packet.trim_front(2);
    packet.truncate(2);
    EXPECT_EQ(to_hex(packet.bytes()), "aa bb");
    packet.trim_front(2);
    EXPECT_TRUE(packet.empty());
}

TEST(PacketMoves, LeaveAnEmptyPacketBehind) {
    Packet packet{from_hex("aa")};
    const Packet moved = std::move(packet);
    EXPECT_EQ(moved.size(), 1U);
    EXPECT_TRUE(packet.empty());  // NOLINT(bugprone-use-after-move): that is the promise
}

/// Against a plain vector of octets a packet: any sequence of copies, prepends, trims and writes.
RC_GTEST_PROP(PacketSharing, IsNotVisibleInWhatAPacketHolds, ()) {
    std::vector<Packet> packets{Packet{*test::any_octets()}};
    std::vector<test::Octets> models{{packets[0].bytes().begin(), packets[0].bytes().end()}};
    const int steps = *rc::gen::inRange(0, 30);
    for (int step = 0; step < steps; ++step) {
        const auto which = *rc::gen::inRange<std::size_t>(0, packets.size());
        const auto value = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
        Packet& packet = packets[which];
        test::Octets& model = models[which];
        const auto cut = *rc::gen::inRange<std::size_t>(0, model.size() + 1);
        switch (*rc::gen::inRange(0, 5)) {
            case 0:
                models.push_back(model);
                packets.push_back(packet);
                break;
            case 1:
                std::ranges::fill(packet.prepend(cut % 70), value);
                model.insert(model.begin(), cut % 70, value);
                break;
            case 2:
                packet.trim_front(cut);
                model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(cut));
                break;
            case 3:
                packet.truncate(cut);
                model.resize(cut);
                break;
            default:
                if (!packet.empty()) packet.writable().back() = model.back() = value;
        }
    }
    for (std::size_t i = 0; i < packets.size(); ++i)
        RC_ASSERT(std::ranges::equal(packets[i].bytes(), models[i]));
}

}  // namespace
}  // namespace sockeye
