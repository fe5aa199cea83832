#include "sockeye/utf8.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace sockeye {
namespace {

using Malformed = Utf8Decoder::Malformed;
using ::testing::HasSubstr;

/// In pieces of `size` octets.
std::string decoded(std::string_view octets, std::size_t size, Malformed policy = Malformed::replace) {
    Utf8Decoder decoder{policy};
    std::string text;
    for (std::size_t at = 0; at < octets.size(); at += size)
        if (!decoder.decode(octets.substr(at, size), text)) return text + " and then a mistake";
    return decoder.finish(text) ? text : text + " and then a mistake";
}

TEST(Utf8, ACharacterThatIsCutAnywhereComesOutWhole) {
    const std::string_view text = "z\u00df\u6c34\U0001f30a\u20ac";  // of one to four octets
    for (std::size_t size = 1; size <= text.size(); ++size)
        EXPECT_EQ(decoded(text, size, Malformed::refuse), text) << size;
}

TEST(Utf8, ACutCharacterWaits) {
    Utf8Decoder decoder;
    std::string text;
    ASSERT_TRUE(decoder.decode("ab\xe6\xb0", text));
    EXPECT_EQ(text, "ab");
    EXPECT_EQ(decoder.waiting(), 2U);
    ASSERT_TRUE(decoder.decode("\xb4", text));
    EXPECT_EQ(text, "ab\u6c34");
    EXPECT_EQ(decoder.waiting(), 0U);
}

TEST(Utf8, TheEndInTheMiddleOfACharacterIsAMistake) {
    EXPECT_EQ(decoded("ab\xe6\xb0", 2, Malformed::refuse), "ab and then a mistake");
    EXPECT_EQ(decoded("ab\xe6\xb0", 2), "ab\ufffd");
}

TEST(Utf8, TheMistakeIsNamedAndWhatStoodBeforeItIsThere) {
    Utf8Decoder decoder;
    std::string text;
    ASSERT_TRUE(decoder.decode("abc", text));
    const Result<void> refused = decoder.decode("de\xff", text);
    EXPECT_EQ(refused.error(), Errc::invalid_argument);
    EXPECT_THAT(refused.error().message(), HasSubstr("0xff at octet 5"));
    EXPECT_EQ(text, "abcde");
}

/// The examples of Unicode 15, table 3-8, and what RFC 3629 §3 forbids.
TEST(Utf8, EachLongestStartOfACharacterIsReplacedOnce_Unicode_3_9) {
    struct Example {
        std::string_view octets;
        std::string_view text;
    };
    constexpr std::array examples{
        Example{"\x61\xf1\x80\x80\xe1\x80\xc2\x62\x80\x63\x80\xbf\x64",
                "a\ufffd\ufffd\ufffdb\ufffdc\ufffd\ufffdd"},
        Example{"\xc0\xaf", "\ufffd\ufffd"},                      // '/' in two octets
        Example{"\xe0\x80\xaf", "\ufffd\ufffd\ufffd"},            // and in three
        Example{"\xed\xa0\x80", "\ufffd\ufffd\ufffd"},            // a surrogate
        Example{"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"},  // beyond U+10FFFF
        Example{"\xf5\xff", "\ufffd\ufffd"},
        Example{std::string_view{"\0x", 2}, std::string_view{"\0x", 2}},
    };
    for (const Example& each : examples)
        for (std::size_t size = 1; size <= each.octets.size(); ++size)
            EXPECT_EQ(decoded(each.octets, size), each.text);
}

RC_GTEST_PROP(Utf8, HowOctetsAreCutMakesNoDifference, (const std::string& octets)) {
    const std::string whole = decoded(octets, octets.size() + 1);
    const auto size = *rc::gen::inRange<std::size_t>(1, octets.size() + 2);
    RC_ASSERT(decoded(octets, size) == whole);
    RC_ASSERT(decoded(whole, size, Malformed::refuse) == whole);
}

}  // namespace
}  // namespace sockeye
