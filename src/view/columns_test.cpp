#include "view/columns.hpp"

#include <gtest/gtest.h>

namespace sockeye::view {
namespace {

TEST(Columns, CountsWhatATerminalShows) {
    EXPECT_EQ(columns(""), 0u);
    EXPECT_EQ(columns("alice"), 5u);
    EXPECT_EQ(columns("a → b"), 5u);
    EXPECT_EQ(columns("网络"), 4u);
    EXPECT_EQ(columns("e\u0301"), 1u);
    EXPECT_EQ(columns("🐟"), 2u);
}

TEST(Columns, CountsEachOctetThatIsNotUtf8AsOne) {
    EXPECT_EQ(columns("\xff\xfe"), 2u);
    EXPECT_EQ(columns("\xe7\xbd"), 2u) << "cut in the middle";
    EXPECT_EQ(columns("\xe7xy"), 3u);
}

TEST(Fit, FillsWithBlanks) {
    EXPECT_EQ(fit("web", 5), "web  ");
    EXPECT_EQ(fit("web", 3), "web");
}

TEST(Fit, CutsWithAnEllipsis) {
    EXPECT_EQ(fit("server", 4), "ser…");
    EXPECT_EQ(fit("server", 1), "…");
    EXPECT_EQ(fit("server", 0), "");
}

TEST(Fit, NeverCutsACharacterInTwo) {
    EXPECT_EQ(fit("网络层", 4), "网… ");
    EXPECT_EQ(fit("网络层", 5), "网络…");
}

}  // namespace
}  // namespace sockeye::view
