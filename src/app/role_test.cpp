#include "app/role.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sockeye/bytes.hpp"

namespace sockeye::app {
namespace {

TEST(Upper, TurnsAToZIntoCapitals) {
    Bytes text{"az AZ 09 @[`{ naïve 你好"};
    make_upper({text.data(), text.size()});
    EXPECT_EQ(text.text(), "AZ AZ 09 @[`{ NAïVE 你好");
}

RC_GTEST_PROP(Upper, LeavesEveryOtherOctetAsItIs, (std::vector<std::uint8_t> octets)) {
    std::vector<std::uint8_t> answer = octets;
    make_upper(std::as_writable_bytes(std::span{answer}));
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const bool small = octets[i] >= 'a' && octets[i] <= 'z';
        RC_ASSERT(answer[i] == octets[i] - (small ? 32 : 0));
    }
}

RC_GTEST_PROP(Echo, AnswersWithEveryOctetAsItCame_RFC862, (std::vector<std::uint8_t> octets)) {
    const std::vector<std::uint8_t> before = octets;
    const auto answer = echo(std::as_writable_bytes(std::span{octets}));
    RC_ASSERT(answer.has_value());
    RC_ASSERT(std::ranges::equal(answer->span(), std::as_bytes(std::span{before})));
}

TEST(Discard, AnswersNothing_RFC863) {
    Bytes text{"hello"};
    EXPECT_FALSE(discard({text.data(), text.size()}));
}

TEST(Reply, IsAlwaysTheSameAndMayBeEmpty) {
    Bytes text{"hello"};
    EXPECT_EQ(reply("helloworld")({text.data(), text.size()}).value().text(), "helloworld");
    EXPECT_EQ(reply("")({text.data(), text.size()}).value().text(), "");
}

}  // namespace
}  // namespace sockeye::app
