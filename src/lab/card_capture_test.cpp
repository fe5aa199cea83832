// What passes a card is seen there in both directions, and who reads too slowly loses frames and not the lab.
#include "lab/card_capture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/scripted_host.hpp"
#include "wire/text.hpp"

namespace sockeye::lab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Direction = wire::PcapngWriter::Direction;

struct CapturedLab : ::testing::Test, test::ScriptedLab {
    CapturedLab() { exchange_arp(); }

    /// "> 1.000000" of what leaves, "< …" of what comes in.
    static std::vector<std::string> taken(CardCapture& capture) {
        std::vector<std::string> all;
        while (const std::optional<CardCapture::Frame> frame = capture.take())
            all.push_back((frame->direction == Direction::outbound ? "> " : "< ") + to_string(frame->at));
        return all;
    }
    void greet(Duration at) {
        move_to(at);
        client.send_udp(server, 50000, 9001, "hello");
        move_to(at + 100us);
    }
};

TEST_F(CapturedLab, ShowsWhatLeavesWhenItLeavesAndWhatComesWhenItHasCome) {
    CardCapture capture{world, {client.plugs[0], server.plugs[0]}};
    greet(1s);
    // 47 octets at 1 Gbit/s take 0.672 us with what Ethernet puts around them, and each cable 0.5 us.
    const std::optional<CardCapture::Frame> leaves = capture.take();
    const std::optional<CardCapture::Frame> comes = capture.take();
    ASSERT_TRUE(leaves && comes);
    EXPECT_EQ(leaves->at, Instant{1s});
    EXPECT_EQ(leaves->card, 0u);
    EXPECT_GT(comes->at, Instant{1s + 1us});
    EXPECT_EQ(comes->card, 1u);
    EXPECT_EQ(comes->direction, Direction::inbound);
    EXPECT_EQ(wire::to_line(comes->packet.bytes()), wire::to_line(leaves->packet.bytes()));
}

TEST_F(CapturedLab, ShowsNothingOfBeforeAndNothingOfOtherCards) {
    greet(1s);
    CardCapture capture{world, {server.plugs[0]}};
    EXPECT_THAT(taken(capture), IsEmpty());
    move_to(2s);
    server.send_udp(client, 9001, 50000, "HELLO");
    move_to(3s);
    EXPECT_THAT(taken(capture), ElementsAre("> 2.000000"));
}

TEST_F(CapturedLab, ShowsWhatLeavesAndGetsLostAtOnceWithWhy) {
    CardCapture capture{world, {client.plugs[0], server.plugs[0]}};
    world.cut(1);  // the client's cable
    greet(1s);
    const std::optional<CardCapture::Frame> frame = capture.take();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->fate, link::Fate::cable_cut);
    EXPECT_THAT(taken(capture), IsEmpty()) << "it never arrived";
}

TEST_F(CapturedLab, LeavesOutWhatNobodyTakesInTimeAndCountsIt) {
    CardCapture capture{world, {client.plugs[0]}, {.frames = 2}};
    for (int i = 1; i <= 5; ++i) greet(i * 1s);
    EXPECT_THAT(taken(capture), ElementsAre("> 1.000000", "> 2.000000"));
    EXPECT_EQ(capture.left_out(), 3u);
    greet(6s);
    EXPECT_THAT(taken(capture), ElementsAre("> 6.000000")) << "there is room again";
}

TEST_F(CapturedLab, IsNoPartOfTheLab) {
    const std::string hash = [&] {
        const CardCapture capture{world, {client.plugs[0]}};
        greet(1s);
        return world.recorder().hash();
    }();
    ScriptedLab again;
    again.exchange_arp();
    again.move_to(1s);
    again.client.send_udp(again.server, 50000, 9001, "hello");
    again.move_to(1s + 100us);
    EXPECT_EQ(again.world.recorder().hash(), hash);
    greet(2s);  // nobody is told any more
}

}  // namespace
}  // namespace sockeye::lab
