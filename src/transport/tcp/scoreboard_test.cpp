#include "transport/tcp/scoreboard.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace sockeye::transport::tcp {
namespace {

constexpr Sequence origin{0xffff'ff00};  // so that all of it crosses 2^32

Scoreboard::Range range(std::uint32_t left, std::uint32_t right) {
    return {.left = origin + left, .right = origin + right};
}

/// Segments of 100 octets, sent a millisecond apart.
Scoreboard board_of(std::uint32_t segments) {
    Scoreboard board;
    for (std::uint32_t i = 0; i < segments; ++i) board.sent(range(100 * i, 100 * i + 100), Instant{1ms * i});
    return board;
}

/// A letter a record: "." on its way, "S" sacked, "L" lost, "R" sent again.
std::string draw(const Scoreboard& board) {
    std::string text;
    for (const SentSegment& segment : board.segments())
        text += segment.sacked ? 'S' : segment.lost ? 'L' : segment.retransmitted ? 'R' : '.';
    return text;
}

constexpr auto ignore = [](const SentSegment&) {};

TEST(Scoreboard, AnAcknowledgmentForgetsWhatItCovers) {
    Scoreboard board = board_of(4);
    std::uint32_t seen = 0;
    EXPECT_EQ(board.acknowledge(origin + 200, [&](const SentSegment& s) { seen += s.octets(); }), 200u);
    EXPECT_EQ(seen, 200u);
    EXPECT_EQ(draw(board), "..");
    EXPECT_EQ(board.acknowledge(origin + 250, ignore), 50u) << "a part of one";
    EXPECT_EQ(board.outstanding(), 150u);
}

TEST(Scoreboard, ABlockMarksWholeSegmentsOnce) {
    Scoreboard board = board_of(5);
    EXPECT_EQ(board.sack(range(150, 400), ignore), 200u);
    EXPECT_EQ(draw(board), "..SS.");
    EXPECT_EQ(board.sack(range(200, 500), ignore), 100u);
    EXPECT_EQ(board.pipe(), 200u);
    EXPECT_EQ(board.acknowledge(origin + 500, ignore), 200u) << "what was sacked has been counted";
    EXPECT_TRUE(board.empty());
}

TEST(Scoreboard, WhatIsLostIsSentAgainInOrderAsManyAsFit) {
    Scoreboard board = board_of(6);
    board.sack(range(200, 300), ignore);
    for (const std::size_t index : {4, 0, 1}) board.mark_lost(index);
    EXPECT_EQ(draw(board), "LLS.L.");
    EXPECT_EQ(board.pipe(), 200u);
    ASSERT_EQ(board.next_lost(250), range(0, 200));
    board.sent_again(range(0, 200), Instant{1s});
    EXPECT_EQ(draw(board), "RRS.L.");
    ASSERT_EQ(board.next_lost(250), range(400, 500));
    board.sent_again(range(400, 500), Instant{1s});
    EXPECT_EQ(board.next_lost(250), std::nullopt);
    EXPECT_EQ(board.pipe(), 500u);
}

TEST(Scoreboard, ASegmentMayBeSentAgainInParts) {
    Scoreboard board = board_of(2);
    board.mark_lost(0);
    ASSERT_EQ(board.next_lost(60), range(0, 60));
    board.sent_again(range(0, 60), Instant{1s});
    EXPECT_EQ(draw(board), "RL.");
    EXPECT_EQ(board.next_lost(60), range(60, 100));
}

TEST(Scoreboard, ATimeoutTakesAllForLostButWhatThePeerHas_Rfc6675_5_1) {
    Scoreboard board = board_of(4);
    board.sack(range(100, 200), ignore);
    board.mark_all_lost();
    EXPECT_EQ(draw(board), "LSLL");
    EXPECT_EQ(board.pipe(), 0u);
}

TEST(Scoreboard, APeerThatReneged_Rfc2018_8) {
    Scoreboard board = board_of(3);
    board.sack(range(0, 200), ignore);  // and yet the ACK did not move
    board.mark_all_lost();
    EXPECT_EQ(draw(board), "LLL");
}

TEST(Scoreboard, IsBoundedHoweverSmallTheSegments) {
    Scoreboard board;
    for (std::uint32_t i = 0; i < 2 * Scoreboard::maximum; ++i) board.sent(range(i, i + 1), Instant{});
    EXPECT_EQ(board.segments().size(), Scoreboard::maximum);
    EXPECT_EQ(board.outstanding(), 2 * Scoreboard::maximum);
}

/// What the sums say is what the records say.
void check_sums(const Scoreboard& board) {
    std::uint32_t outstanding = 0;
    std::uint32_t sacked = 0;
    std::uint32_t lost = 0;
    std::size_t retransmitted = 0;
    for (const SentSegment& segment : board.segments()) {
        outstanding += segment.octets();
        sacked += segment.sacked ? segment.octets() : 0;
        lost += segment.lost ? segment.octets() : 0;
        retransmitted += segment.retransmitted ? 1 : 0;
        RC_ASSERT(!(segment.sacked && segment.lost));
    }
    RC_ASSERT(board.outstanding() == outstanding && board.sacked() == sacked && board.lost() == lost);
    RC_ASSERT(board.has_retransmitted() == (retransmitted > 0));
    const auto first = std::ranges::find(board.segments(), true, &SentSegment::lost);
    const auto next = board.next_lost(1);
    RC_ASSERT(next.has_value() == (first != board.segments().end()));
    if (next) RC_ASSERT(next->left == first->begin);
}

TEST(Scoreboard, KeepsItsSumsWhateverHappens) {
    rc::check([] {
        Scoreboard board;
        std::uint32_t una = 0;
        std::uint32_t nxt = 0;
        const auto steps = *rc::gen::inRange(1, 80);
        for (int i = 0; i < steps; ++i) {
            const auto in_flight = [&] { return *rc::gen::inRange(una, nxt + 1); };
            switch (*rc::gen::inRange(0, 6)) {
                case 0: {
                    const auto octets = *rc::gen::inRange<std::uint32_t>(1, 300);
                    board.sent(range(nxt, nxt + octets), Instant{});
                    nxt += octets;
                    break;
                }
                case 1: una = in_flight(), board.acknowledge(origin + una, ignore); break;
                case 2: {
                    const std::uint32_t left = in_flight();
                    board.sack(range(left, *rc::gen::inRange(left, nxt + 1)), ignore);
                    break;
                }
                case 3:
                    if (!board.empty())
                        board.mark_lost(*rc::gen::inRange<std::size_t>(0, board.segments().size()));
                    break;
                case 4:
                    if (const auto lost = board.next_lost(*rc::gen::inRange<std::uint32_t>(1, 400)))
                        board.sent_again(*lost, Instant{});
                    break;
                default: board.mark_all_lost();
            }
            check_sums(board);
        }
    });
}

}  // namespace
}  // namespace sockeye::transport::tcp
