#include "sockeye/bytes.hpp"

#include <gtest/gtest.h>

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

TEST(BytesOwnership, ShrinksToItsFirstOctets) {
    Bytes bytes{std::string_view{"hello"}};
    bytes.truncate(3);
    EXPECT_EQ(bytes.text(), "hel");
    EXPECT_EQ(bytes.end() - bytes.begin(), 3);
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
