#include "view/message.hpp"

#include <gtest/gtest.h>

#include <span>
#include <string_view>

namespace sockeye::view {
namespace {

std::string words_of(std::string_view text) {
    return in_words(std::as_bytes(std::span{text}));
}

TEST(InWords, TextIsQuotedAndItsEndsOfLinesAreShown) {
    EXPECT_EQ(words_of("hello, lab"), "\"hello, lab\"");
    EXPECT_EQ(words_of("one\ttwo\r\n"), "\"one\\ttwo\\r\\n\"");
}

TEST(InWords, OctetsThatAreNoTextAreNotShown) {
    EXPECT_EQ(words_of(std::string_view{"a\0b", 3}), "");
    EXPECT_EQ(words_of("\xc3\xa9"), "");
}

TEST(InWords, LongTextIsCut) {
    const std::string text = words_of(std::string(200, 'x'));
    EXPECT_TRUE(text.ends_with("…"));
    EXPECT_LT(text.size(), 70U);
}

TEST(InWords, HttpIsItsFirstLineWhateverItsBodyHolds) {
    EXPECT_EQ(words_of("GET /a HTTP/1.1\r\nHost: web.example\r\n\r\n"), "GET /a HTTP/1.1");
    EXPECT_EQ(words_of(std::string_view{"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\0", 40}),
              "HTTP/1.1 200 OK");
    EXPECT_EQ(words_of("GET /a\r\n"), "\"GET /a\\r\\n\"") << "HTTP/0.9 is no HTTP to us";
}

}  // namespace
}  // namespace sockeye::view
