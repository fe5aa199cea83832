#include "sockeye/bytes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace sockeye {
namespace {

TEST(BytesOwnership, CopiesText) {
    const std::string text = "hello";
    const Bytes bytes{std::string_view{text}};
    EXPECT_EQ(bytes.text(), "hello");
    EXPECT_NE(static_cast<const void*>(bytes.data()), static_cast<const void*>(text.data()));
}

TEST(BytesOwnership, IsEmptyWithoutABlock) {
    EXPECT_TRUE(Bytes{}.empty());
    EXPECT_TRUE(Bytes{std::size_t{0}}.empty());
    EXPECT_EQ(Bytes{std::string_view{}}.text(), "");
}

TEST(BytesOwnership, MovesAndLeavesNothingBehind) {
    Bytes from{std::string_view{"hello"}};
    Bytes to{std::string_view{"old"}};
    to = std::move(from);
    EXPECT_EQ(to.text(), "hello");
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the promise
}

struct Lender {
    std::array<std::byte, 8> block{};
    int returned = 0;
    static void take_back(void* owner, std::byte* block) noexcept {
        auto& self = *static_cast<Lender*>(owner);
        if (block == self.block.data()) ++self.returned;
    }
};

TEST(BytesOwnership, GivesALentBlockBackOnce) {
    Lender lender;
    {
        Bytes lent{lender.block.data(), 5, Lender::take_back, &lender};
        lent.truncate(3);
        const Bytes moved = std::move(lent);
        EXPECT_EQ(moved.size(), 3U);
        EXPECT_EQ(lender.returned, 0);
    }
    EXPECT_EQ(lender.returned, 1);
}

TEST(BytesViews, TakeAnyShapeThatPeopleHave) {
    const std::string text = "abc";
    const Bytes bytes{std::string_view{text}};
    EXPECT_EQ(BytesView{text}.text(), "abc");
    EXPECT_EQ(BytesView{"abc"}.text(), "abc");
    EXPECT_EQ(BytesView{bytes}.text(), "abc");
    EXPECT_EQ(BytesView{std::as_bytes(std::span{text})}.text(), "abc");
    EXPECT_TRUE(BytesView{}.empty());
}

}  // namespace
}  // namespace sockeye
