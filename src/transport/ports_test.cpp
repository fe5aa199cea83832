// Local ports: who may hold which (SO_REUSEADDR as in Linux), and ephemeral ones (RFC 6056, RFC 6335).
#include "transport/ports.hpp"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "transport/keyed_hash.hpp"

namespace sockeye::transport {
namespace {

const Address any{"0.0.0.0", 80};
const Address one{"10.0.0.1", 80};
const Address other{"10.0.0.2", 80};
const Address any_v6{IpAddress::any(Family::inet6), 80};

TEST(Ports, OneHolderForAnAddressAndAPort) {
    Ports ports{Random{1}};
    auto first = ports.claim(one, Reuse::refused);
    ASSERT_TRUE(first.has_value());
    EXPECT_EQ(ports.claim(one, Reuse::refused).error(), Errc::address_in_use);
    EXPECT_EQ(ports.claim(any, Reuse::refused).error(), Errc::address_in_use);
    EXPECT_EQ(ports.claim(any_v6, Reuse::refused).error(), Errc::address_in_use);
    EXPECT_TRUE(ports.claim(other, Reuse::refused).has_value());
    *first = PortClaim{};
    EXPECT_TRUE(ports.claim(any, Reuse::refused).has_value());
}

TEST(Ports, AreSharedWhereEverybodyAllowsItAndNobodyListens) {
    Ports ports{Random{1}};
    auto first = ports.claim(one, Reuse::allowed).value();
    EXPECT_EQ(ports.claim(one, Reuse::refused).error(), Errc::address_in_use);
    auto second = ports.claim(one, Reuse::allowed).value();
    EXPECT_TRUE(first.listen().has_value());
    EXPECT_EQ(second.listen().error(), Errc::address_in_use);
    EXPECT_EQ(ports.claim(one, Reuse::allowed).error(), Errc::address_in_use);
}

TEST(Ports, ThatAreEphemeralAreDynamicAndDifferent_Rfc6335_6) {
    Ports ports{Random{1}};
    std::vector<PortClaim> claims;
    std::set<std::uint16_t> numbers;
    for (int i = 0; i < 1000; ++i) {
        claims.push_back(ports.claim(Address{"10.0.0.1", 0}, Reuse::refused).value());
        numbers.insert(claims.back().local().port());
    }
    EXPECT_EQ(numbers.size(), 1000u);
    EXPECT_GE(*numbers.begin(), 49152);
}

TEST(Ports, RunOutAfter16384EphemeralOnes) {
    Ports ports{Random{1}};
    std::vector<PortClaim> claims;
    for (int i = 0; i < 16384; ++i) {
        claims.push_back(ports.claim(Address{"10.0.0.1", 0}, Reuse::refused).value());
    }
    EXPECT_EQ(ports.claim(Address{"10.0.0.1", 0}, Reuse::refused).error(), Errc::resources_exhausted);
    EXPECT_TRUE(ports.claim(Address{"10.0.0.2", 0}, Reuse::refused).has_value());
}

TEST(KeyedHash, AgreesWithTheVectorOfSipHashsPaper_AppendixA) {
    const HashKey key{.low = 0x0706050403020100, .high = 0x0f0e0d0c0b0a0908};
    std::vector<std::byte> message;
    for (int i = 0; i < 15; ++i) message.push_back(static_cast<std::byte>(i));
    EXPECT_EQ(keyed_hash(key, message), 0xa129ca6149be45e5u);
}

}  // namespace
}  // namespace sockeye::transport
