#include "app/dhcp/leases.hpp"

#include <gtest/gtest.h>

namespace sockeye::app::dhcp {
namespace {

using State = Binding::State;

IpAddress ip(std::string_view text) {
    return IpAddress::parse(text).value();
}

wire::MacAddress mac(std::uint8_t last) {
    return wire::MacAddress{{2, 0, 0, 0, 0, last}};
}

Leases::Claim claim(std::uint8_t client, std::optional<IpAddress> wanted = {}) {
    return {.client = {std::byte{client}}, .mac = mac(client), .wanted = wanted};
}

/// Three addresses, 10.0.0.10 to .12, and one beside them that is card 9's.
struct LeasesTest : testing::Test {
    Leases leases{ip("10.0.0.10"), ip("10.0.0.12"), {{mac(9), ip("10.0.0.200")}}};

    std::string chosen(const Leases::Claim& who, Instant now = Instant{}) const {
        const auto found = leases.choose(who, now);
        return found ? found->to_string() : "none";
    }
    void bind(std::uint8_t client, std::string_view address, Duration until = 60s) {
        leases.set(claim(client), ip(address), State::bound, Instant{until});
    }
};

TEST_F(LeasesTest, AClientGetsTheFirstThatNobodyEverHad) {
    EXPECT_EQ(chosen(claim(1)), "10.0.0.10");
    bind(1, "10.0.0.10");
    EXPECT_EQ(chosen(claim(2)), "10.0.0.11");
}

TEST_F(LeasesTest, AClientKeepsItsAddress_Rfc2131_4_3_1) {
    bind(1, "10.0.0.11");
    EXPECT_EQ(chosen(claim(1, ip("10.0.0.12"))), "10.0.0.11") << "whatever else it wants";
    EXPECT_EQ(chosen(claim(1), Instant{3600s}), "10.0.0.11") << "also once its lease is over";
    leases.release({std::byte{1}}, Instant{1s});
    EXPECT_EQ(chosen(claim(1), Instant{2s}), "10.0.0.11") << "also if it has released it";
}

TEST_F(LeasesTest, AClientGetsWhatItWantsIfThatIsFree) {
    EXPECT_EQ(chosen(claim(1, ip("10.0.0.12"))), "10.0.0.12");
    bind(2, "10.0.0.12");
    EXPECT_EQ(chosen(claim(1, ip("10.0.0.12"))), "10.0.0.10");
    EXPECT_EQ(chosen(claim(1, ip("192.168.0.1"))), "10.0.0.10") << "not given out here";
    EXPECT_EQ(chosen(claim(1, ip("10.0.0.200"))), "10.0.0.10") << "somebody else's reservation";
}

TEST_F(LeasesTest, WhenAllWereGivenTheOneFreeForLongestIsGivenAgain) {
    bind(1, "10.0.0.10", 30s);
    bind(2, "10.0.0.11", 10s);
    bind(3, "10.0.0.12", 20s);
    EXPECT_EQ(chosen(claim(4), Instant{9s}), "none");
    EXPECT_EQ(chosen(claim(4), Instant{10s}), "10.0.0.11");
    EXPECT_EQ(chosen(claim(4), Instant{40s}), "10.0.0.11");
}

TEST_F(LeasesTest, AnOfferKeepsItsAddressUntilItsTimeIsUp) {
    leases.set(claim(1), ip("10.0.0.10"), State::offered, Instant{60s});
    EXPECT_FALSE(leases.is_free_for(claim(2), ip("10.0.0.10"), Instant{59s}));
    EXPECT_TRUE(leases.is_free_for(claim(2), ip("10.0.0.10"), Instant{60s}));
    leases.withdraw({std::byte{1}});
    EXPECT_TRUE(leases.is_free_for(claim(2), ip("10.0.0.10"), Instant{1s}));
}

TEST_F(LeasesTest, WithdrawingAnOfferTouchesNoLease) {
    bind(1, "10.0.0.10");
    leases.withdraw({std::byte{1}});
    EXPECT_FALSE(leases.is_free_for(claim(2), ip("10.0.0.10"), Instant{1s}));
}

TEST_F(LeasesTest, ADeclinedAddressIsNobodysForAWhile) {
    bind(1, "10.0.0.10");
    leases.decline(ip("10.0.0.10"), Instant{100s});
    EXPECT_EQ(leases.find(ClientKey{std::byte{1}}), nullptr);
    EXPECT_EQ(chosen(claim(1), Instant{1s}), "10.0.0.11");
    EXPECT_FALSE(leases.is_free_for(claim(1), ip("10.0.0.10"), Instant{99s}));
    EXPECT_TRUE(leases.is_free_for(claim(1), ip("10.0.0.10"), Instant{100s}));
}

TEST_F(LeasesTest, AReservationIsItsCardsAlone) {
    EXPECT_EQ(leases.size(), 4U);
    EXPECT_EQ(chosen(claim(9)), "10.0.0.200");
    EXPECT_FALSE(leases.is_free_for(claim(9), ip("10.0.0.10"), Instant{}));
    EXPECT_FALSE(leases.is_free_for(claim(1), ip("10.0.0.200"), Instant{}));
}

TEST_F(LeasesTest, AReservationInsideThePoolIsLeftOut) {
    const Leases inside{ip("10.0.0.10"), ip("10.0.0.11"), {{mac(9), ip("10.0.0.10")}}};
    EXPECT_EQ(inside.size(), 2U);
    EXPECT_EQ(inside.choose(claim(1), Instant{}), ip("10.0.0.11"));
}

TEST_F(LeasesTest, AnAddressHasOneClientAndAClientOneAddress) {
    bind(1, "10.0.0.10", 10s);
    leases.set(claim(2), ip("10.0.0.10"), State::bound, Instant{100s});
    EXPECT_EQ(leases.find(ClientKey{std::byte{1}}), nullptr);
    leases.set(claim(2), ip("10.0.0.11"), State::bound, Instant{100s});
    EXPECT_EQ(leases.find(ClientKey{std::byte{2}})->ip, ip("10.0.0.11"));
    EXPECT_TRUE(leases.is_free_for(claim(3), ip("10.0.0.10"), Instant{20s}));
    ASSERT_EQ(leases.list().size(), 2U);
}

TEST(ClientKey, IsTheIdentifierOrElseTheMac_Rfc2131_4_2) {
    wire::DhcpMessage message{.mac = mac(7)};
    EXPECT_EQ(key_of(message).size(), 7U);
    message.options.set_text(wire::DhcpOption::client_identifier, "laptop");
    EXPECT_EQ(key_of(message).size(), 6U);
    message.options.set_text(wire::DhcpOption::client_identifier, "");
    EXPECT_EQ(key_of(message).size(), 7U) << "an empty one would be everybody's";
}

TEST(Leases, APoolMayEndAtTheLastAddressOfAll) {
    Leases leases{ip("255.255.255.254"), ip("255.255.255.255")};
    leases.set(claim(1), ip("255.255.255.254"), State::bound, Instant{60s});
    leases.set(claim(2), ip("255.255.255.255"), State::bound, Instant{60s});
    EXPECT_FALSE(leases.choose(claim(3), Instant{}));
}

}  // namespace
}  // namespace sockeye::app::dhcp
