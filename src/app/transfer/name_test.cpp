#include "app/transfer/name.hpp"

#include <gtest/gtest.h>

namespace sockeye::app::transfer {
namespace {

TEST(TransferNames, ThatAreAPathOfPlainNamesAreTaken) {
    for (const char* path :
         {"a", "d/a", "d/e/f/a", "..a", "a..", "...", ".hidden", "with blanks", "日本", "-rf"})
        EXPECT_TRUE(check_path(path)) << path;
    EXPECT_TRUE(check_path(std::string(longest_name, 'a')));
}

TEST(TransferNames, ThatLeadElsewhereAreRefused) {
    for (const char* path :
         {"", "/", "/etc/passwd", "..", "../a", "a/..", "a/../../b", ".", "./a", "a/.", "a//b", "a/", "//a"})
        EXPECT_EQ(check_path(path).error(), Errc::invalid_argument) << path;
    EXPECT_FALSE(check_path(std::string_view{"a\0b", 3}));
    EXPECT_FALSE(check_path(std::string(longest_name + 1, 'a')));
    std::string deep = "a";
    while (deep.size() <= longest_path) deep += "/a";
    EXPECT_FALSE(check_path(deep));
}

TEST(TransferNames, OfWhatIsStillArrivingAreTheReceiversOwn) {
    EXPECT_EQ(part_of("d/a"), "d/.a.sockeye-part");
    EXPECT_EQ(journal_of("a"), ".a.sockeye-journal");
    EXPECT_FALSE(check_path(part_of("a")));
    EXPECT_FALSE(check_path(journal_of("d/a")));
}

TEST(TransferNames, CannotSteerATerminalByAMistakeInThem) {
    EXPECT_EQ(check_path("a\x1b[2J/..").error().detail(), "\"a␛[2J/..\" has a name that leads elsewhere");
}

}  // namespace
}  // namespace sockeye::app::transfer
