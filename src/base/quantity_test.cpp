#include "base/quantity.hpp"

#include <gtest/gtest.h>

namespace sockeye {
namespace {

TEST(Quantity, ADurationIsExactInEachOfItsUnits) {
    EXPECT_EQ(parse_duration("2").value(), 2s);
    EXPECT_EQ(parse_duration("1.5s").value(), 1500ms);
    EXPECT_EQ(parse_duration("500ms").value(), 500ms);
    EXPECT_EQ(parse_duration("0.123456789s").value(), 123456789ns);
    EXPECT_EQ(parse_duration("0.5us").value(), 500ns);
    EXPECT_EQ(parse_duration("1.5ns").value(), 1ns) << "rounded down";
    EXPECT_EQ(parse_duration("1.999999999h").value(), 2h - 3600ns);
    EXPECT_EQ(parse_duration("999999m").value(), 999999min);
}

TEST(Quantity, WhatIsNoDurationIsShownWithWhatToWrite) {
    for (const char* text : {"", "s", "-1s", "1 s", "1,5s", "1e3s", "1.s", ".5s", "10d", "9999999999s"}) {
        const Result<Duration> parsed = parse_duration(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().detail(),
                  "'" + std::string{text} + "' is no duration: write 500ms, 2s, 1.5s or 1m");
    }
}

TEST(Quantity, ARateIsInTcsWords) {
    EXPECT_EQ(parse_rate("100mbit").value(), 100'000'000U);
    EXPECT_EQ(parse_rate("2.5gbit").value(), 2'500'000'000U);
    EXPECT_EQ(parse_rate("64kbit").value(), 64'000U);
    EXPECT_EQ(parse_rate("9600").value(), 9600U);
    EXPECT_EQ(parse_rate("1mbps").value(), 8'000'000U) << "octets, in tc(8)";
    EXPECT_EQ(parse_rate("0mbit").error().detail(), "'0mbit' is no rate: write 100mbit, 1gbit or 64kbit");
    EXPECT_FALSE(parse_rate("fast"));
}

TEST(Quantity, AProbabilityIsAtMostCertainty) {
    EXPECT_EQ(parse_probability("1%").value(), 1_percent);
    EXPECT_EQ(parse_probability("0.05%").value(), 0.05_percent);
    EXPECT_EQ(parse_probability("100%").value(), Probability::always());
    EXPECT_EQ(parse_probability("0.0000001%").value().parts_per_billion, 1U);
    EXPECT_EQ(parse_probability("101%").error().detail(),
              "'101%' is no probability: write 1%, 0.05% or 100%");
    EXPECT_FALSE(parse_probability("1"));
}

}  // namespace
}  // namespace sockeye
