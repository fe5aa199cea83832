#include "app/role.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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
    std::vector<std::byte> text;
    for (std::uint8_t octet : octets) text.push_back(std::byte{octet});
    make_upper(text);
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const bool small = octets[i] >= 'a' && octets[i] <= 'z';
        RC_ASSERT(std::to_integer<unsigned>(text[i]) == octets[i] - (small ? 32U : 0U));
    }
}

RC_GTEST_PROP(Echo, LeavesEveryOctetAsItIs, (std::vector<std::uint8_t> octets)) {
    const std::vector<std::uint8_t> before = octets;
    echo.transform(std::as_writable_bytes(std::span{octets}));
    RC_ASSERT(octets == before);
}

}  // namespace
}  // namespace sockeye::app
