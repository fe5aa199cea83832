#include "base/shared_block.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <thread>
#include <utility>

namespace sockeye {
namespace {

static_assert(sizeof(Bytes) == 2 * sizeof(void*), "a piece finds its block by its address");

Bytes piece(SharedBlock::Owner& block, std::size_t offset, std::string_view text) {
    const std::span octets{block->data() + offset, text.size()};
    std::copy_n(std::as_bytes(std::span{text}).data(), text.size(), octets.data());
    return block->piece(octets);
}

TEST(SharedBlocks, GivePiecesWithoutACopy) {
    SharedBlock::Owner block = SharedBlock::make();
    const Bytes hello = piece(block, 0, "hello");
    const Bytes last = piece(block, SharedBlock::size - 5, "world");
    EXPECT_EQ(hello.data(), block->data());
    EXPECT_EQ(hello.text(), "hello");
    EXPECT_EQ(last.text(), "world");
}

TEST(SharedBlocks, AreWholeAgainOnceTheLastPieceIsGone) {
    SharedBlock::Owner block = SharedBlock::make();
    EXPECT_TRUE(block->is_whole());
    Bytes one = piece(block, 0, "one");
    Bytes two = piece(block, 3, "two");
    one.truncate(1);
    Bytes moved = std::move(one);
    EXPECT_EQ(moved.text(), "o");
    moved = Bytes{};
    EXPECT_FALSE(block->is_whole());
    two = Bytes{std::string_view{"another"}};
    EXPECT_TRUE(block->is_whole());
}

TEST(SharedBlocks, LiveAsLongAsAPieceAndEndOnAnyThread) {
    Bytes left;
    {
        SharedBlock::Owner block = SharedBlock::make();
        left = piece(block, 100, "left");
    }
    EXPECT_EQ(left.text(), "left");
    std::jthread{[last = std::move(left)] { EXPECT_EQ(last.text(), "left"); }}.join();
}

}  // namespace
}  // namespace sockeye
