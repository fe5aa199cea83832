#include "app/chat/frame.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "app/chat/line.hpp"
#include "app/printable.hpp"

namespace sockeye::app::chat {
namespace {

std::string_view without_end(std::string_view line) {
    return line.substr(0, line.size() - 1);
}

TEST(Request, ALineSaysItselfTheEmptyOneToo) {
    EXPECT_EQ(read_request("hello"), (Request{Request::Kind::say, "hello"}));
    EXPECT_EQ(read_request(""), (Request{Request::Kind::say, ""}));
    EXPECT_EQ(write(Request{Request::Kind::say, ""}), "\n");
}

TEST(Request, ASlashInFrontIsACommandUnlessItIsDoubled) {
    EXPECT_EQ(read_request("/name anna"), (Request{Request::Kind::take_name, "anna"}));
    EXPECT_EQ(read_request("//name anna"), (Request{Request::Kind::say, "/name anna"}));
    EXPECT_EQ(read_request("/quit"), (Request{Request::Kind::unknown, "/quit"}));
}

RC_GTEST_PROP(Request, WhatIsSaidIsOneLineAndReadAsItIsShown, (const std::string& text)) {
    const std::string line = write(Request{Request::Kind::say, text});
    RC_ASSERT(line.find('\n') == line.size() - 1);
    RC_ASSERT(read_request(without_end(line)) == (Request{Request::Kind::say, printable(text)}));
}

TEST(Saying, IsAMessageANoticeOrAPlainLine) {
    EXPECT_EQ(read_saying("anna: a: b"),
              (Saying{.kind = Saying::Kind::message, .name = "anna", .text = "a: b"}));
    EXPECT_EQ(read_saying("anna: "), (Saying{.kind = Saying::Kind::message, .name = "anna", .text = ""}));
    EXPECT_EQ(read_saying("* anna has left"),
              (Saying{.kind = Saying::Kind::notice, .text = "anna has left"}));
    for (const char* plain : {"hello", "", "two words: no name", "*: x", ": x"})
        EXPECT_EQ(read_saying(plain), (Saying{.text = plain}));
}

TEST(Saying, NoMessageLooksLikeANotice) {
    const std::string line =
        write(Saying{.kind = Saying::Kind::message, .name = "eve", .text = "* anna has left"});
    EXPECT_EQ(read_saying(without_end(line)).kind, Saying::Kind::message);
}

TEST(Name, IsPrintableAndWithoutWhatSeparatesIt) {
    for (const char* name : {"anna", "小明", "a*b/c"}) EXPECT_EQ(mistake_in_name(name), "") << name;
    for (const char* name : {"", "an na", "a:", "*a", "/a", "a\tb", "a\x1b", "\xff"})
        EXPECT_NE(mistake_in_name(name), "") << name;
    EXPECT_EQ(mistake_in_name(std::string(32, 'a')), "");
    EXPECT_NE(mistake_in_name(std::string(33, 'a')), "");
}

TEST(Greeting, IsANoticeThatNobodyElseSays) {
    EXPECT_TRUE(is_greeting(greeting("guest1", "")));
    EXPECT_FALSE(is_greeting(read_saying("anna: sockeye chat: you are guest1")));
}

}  // namespace
}  // namespace sockeye::app::chat
