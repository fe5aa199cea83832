#include "socket/kernel/inbox.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/shared_block.hpp"

namespace sockeye::kernel {
namespace {

void add(Inbox& inbox, std::string_view text) {
    inbox.add(Bytes{text});
}

TEST(KernelInbox, HandsOnWhatFitsAsItCame) {
    Inbox inbox;
    add(inbox, "hello");
    EXPECT_EQ(inbox.take(5).text(), "hello");
    EXPECT_TRUE(inbox.empty());
}

TEST(KernelInbox, JoinsWhatCameInPieces) {
    Inbox inbox;
    add(inbox, "one ");
    add(inbox, "two ");
    add(inbox, "three");
    EXPECT_EQ(inbox.take(6).text(), "one tw");
    EXPECT_EQ(inbox.unread(), 7);
    EXPECT_EQ(inbox.take(100).text(), "o three");
}

TEST(KernelInbox, HandsOnPartsOfABlocksPieceWhereTheyAre) {
    SharedBlock::Owner block = SharedBlock::make();
    Inbox inbox;
    inbox.add(block->piece({block->data(), 1000}));
    const Bytes first = inbox.take(400);
    const Bytes second = inbox.take(600);
    EXPECT_EQ(first.data(), block->data());
    EXPECT_EQ(first.size(), 400);
    EXPECT_EQ(second.data(), block->data() + 400);
    EXPECT_EQ(second.size(), 600);
    EXPECT_TRUE(inbox.empty());
}

TEST(KernelInbox, HandsOnTheLastPartWhereItIsAlsoWhereMoreIsAskedFor) {
    SharedBlock::Owner block = SharedBlock::make();
    Inbox inbox;
    inbox.add(block->piece({block->data(), 1000}));
    EXPECT_EQ(inbox.take(400).data(), block->data());
    const Bytes last = inbox.take(10'000);
    EXPECT_EQ(last.data(), block->data() + 400);
    EXPECT_EQ(last.size(), 600);
    EXPECT_TRUE(inbox.empty());
}

/// As the loop hands it over: copied, or a block's piece.
Bytes received(SharedBlock::Owner& block, std::size_t& used, const std::string& text, bool is_copied) {
    if (is_copied || used + text.size() > SharedBlock::size) return Bytes{std::string_view{text}};
    const std::span octets{block->data() + std::exchange(used, used + text.size()), text.size()};
    std::copy_n(std::as_bytes(std::span{text}).data(), text.size(), octets.data());
    return block->piece(octets);
}

RC_GTEST_PROP(KernelInbox, LosesAndReordersNothing, ()) {
    Inbox inbox;
    SharedBlock::Owner block = SharedBlock::make();
    std::size_t used = 0;
    std::string in;
    std::string out;
    for (const auto& [piece, most] :
         *rc::gen::arbitrary<std::vector<std::pair<std::string, std::uint8_t>>>()) {
        if (!piece.empty()) inbox.add(received(block, used, piece, most % 3 == 0));
        in += piece;
        if (most % 2 == 0) {
            out += inbox.take(most).text();
        } else {
            Bytes buffer{most};
            buffer.truncate(inbox.take(std::span{buffer.data(), buffer.size()}));
            out += buffer.text();
        }
        RC_ASSERT(inbox.unread() == in.size() - out.size());
    }
    RC_ASSERT(in.starts_with(out));
}

}  // namespace
}  // namespace sockeye::kernel
