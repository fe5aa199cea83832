#include "app/filter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace sockeye::app {
namespace {

TEST(Crlf, EachLineFeedGetsItsCarriageReturnUnlessItHasOne) {
    Crlf crlf;
    EXPECT_EQ(crlf.pass("a\nb\r\n\n\rc"), "a\r\nb\r\n\r\n\rc");
}

RC_GTEST_PROP(Crlf, DoesNotDependOnHowTheTextIsCut, (const std::string& text)) {
    Crlf whole;
    Crlf cut;
    std::string pieces;
    for (const char& c : text) pieces += cut.pass(std::string_view{&c, 1});
    RC_ASSERT(whole.pass(text) == pieces);
}

TEST(HexDump, ShowsBothDirectionsWithOffsetsOfTheirOwn) {
    const Filters filters = hex_dump();
    EXPECT_EQ(filters.outgoing->pass("hello\n"), "hello\n");
    EXPECT_EQ(filters.outgoing->aside(),
              "> 00000000  68 65 6c 6c 6f 0a                                 |hello.|\n");
    EXPECT_EQ(filters.outgoing->aside(), "");
    EXPECT_EQ(filters.incoming->pass("\xff HELLO, WORLD!!\x01!"),
              "< 00000000  ff 20 48 45 4c 4c 4f 2c  20 57 4f 52 4c 44 21 21  |. HELLO, WORLD!!|\n"
              "< 00000010  01 21                                             |.!|\n");
    EXPECT_EQ(filters.outgoing->pass("x"), "x");
    EXPECT_TRUE(filters.outgoing->aside().starts_with("> 00000006  78 "));
}

TEST(HexDump, ShowsWhatIsSentAndNotWhatWasTyped) {
    const Filters filters = hex_dump(std::make_shared<Crlf>());
    EXPECT_EQ(filters.outgoing->pass("\n"), "\r\n");
    EXPECT_TRUE(filters.outgoing->aside().starts_with("> 00000000  0d 0a "));
}

}  // namespace
}  // namespace sockeye::app
