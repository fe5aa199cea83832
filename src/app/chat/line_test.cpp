#include "app/chat/line.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace sockeye::app::chat {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines_of(std::string_view octets) {
    LineReader reader;
    std::vector<std::string> lines;
    while (const auto line = reader.take(octets)) lines.push_back(line->text);
    if (const auto rest = reader.rest()) lines.push_back(rest->text + " (rest)");
    return lines;
}

TEST(LineReader, EndsLinesAtLfOrCrLfAndKeepsEmptyOnes) {
    EXPECT_THAT(lines_of("one\r\n\ntwo\nthree"), ElementsAre("one", "", "two", "three (rest)"));
}

TEST(LineReader, TwoSendsThatArriveAsOneAreTwoLines) {
    EXPECT_THAT(lines_of("hi\nbyebye\n"), ElementsAre("hi", "byebye"));
}

TEST(LineReader, OfALineOf1GiBKeepsTheBeginningAlone) {
    const std::string piece(std::size_t{1} << 20, 'x');
    LineReader reader;
    for (int mebibytes = 0; mebibytes < 1024; ++mebibytes) {
        std::string_view octets = piece;
        ASSERT_FALSE(reader.take(octets));
        ASSERT_TRUE(octets.empty());
    }
    std::string_view end = "\nnext\n";
    const Line line = reader.take(end).value();
    EXPECT_EQ(line.text, piece.substr(0, longest_line));
    EXPECT_TRUE(line.is_cut);
    EXPECT_EQ(reader.take(end), (Line{.text = "next"}));
}

TEST(LineReader, ALineThatJustFitsIsWholeWithEitherEnd) {
    const std::string fits(longest_line, 'x');
    for (const char* end : {"\n", "\r\n"}) {
        LineReader reader;
        const std::string text = fits + end;
        std::string_view octets = text;
        EXPECT_EQ(reader.take(octets), (Line{.text = fits}));
    }
}

RC_GTEST_PROP(LineReader, DoesNotDependOnHowTheOctetsAreCut, (const std::string& octets)) {
    LineReader reader;
    std::vector<std::string> lines;
    for (const char& c : octets) {
        std::string_view octet{&c, 1};
        if (const auto line = reader.take(octet)) lines.push_back(line->text);
    }
    if (const auto rest = reader.rest()) lines.push_back(rest->text + " (rest)");
    RC_ASSERT(lines == lines_of(octets));
}

}  // namespace
}  // namespace sockeye::app::chat
