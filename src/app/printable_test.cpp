#include "app/printable.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace sockeye::app {
namespace {

TEST(Printable, LeavesUtf8AsItIs) {
    EXPECT_EQ(printable("naïve 你好 🐟\ttab"), "naïve 你好 🐟\ttab");
}

TEST(Printable, ShowsControlCharactersInsteadOfObeyingThem) {
    using namespace std::string_view_literals;
    EXPECT_EQ(printable("\0\x1b[2J\r\n\x7f"sv), "␀␛[2J␍␊␡");
    EXPECT_EQ(printable("\xC2\x9B"), "\uFFFD");  // CSI as one C1 character
}

TEST(Printable, ReplacesTheMaximalPartOfWhatIsNoUtf8_Unicode3_9) {
    // Unicode's own examples, tables 3-8 to 3-11.
    EXPECT_EQ(printable("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), "��������A");
    EXPECT_EQ(printable("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), "��������A");
    EXPECT_EQ(printable("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"), "�����A��B");
    EXPECT_EQ(printable("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), "����A");
}

}  // namespace
}  // namespace sockeye::app
