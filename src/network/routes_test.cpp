#include "network/routes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cstdint>
#include <vector>

namespace sockeye::network {
namespace {

/// An address of few bits that are set, so that prefixes meet.
IpAddress address(std::uint8_t bits) {
    return IpAddress{std::array<std::uint8_t, 4>{10, static_cast<std::uint8_t>(bits & 0xf0), 0,
                                                 static_cast<std::uint8_t>(bits & 0x0f)}};
}

/// RFC 1812 §5.2.4.3 as it stands there: of those that contain the target the longest; then the one that
/// somebody told, then the first.
const Route* longest_match(const std::vector<Route>& routes, const IpAddress& target) {
    const Route* best = nullptr;
    for (const Route& route : routes) {
        if (!route.target.contains(target)) continue;
        const bool is_better = best == nullptr || route.target.bits > best->target.bits ||
                               (route.target.bits == best->target.bits && route.origin < best->origin);
        if (is_better) best = &route;
    }
    return best;
}

RC_GTEST_PROP(Routes, FindTheLongestPrefixThatContainsTheTarget, ()) {
    Routes routes;
    std::vector<Route> told;
    std::vector<Route> computed;
    const auto count = *rc::gen::inRange<std::size_t>(0, 30);
    for (std::size_t i = 0; i < count; ++i) {
        const Prefix target{address(*rc::gen::arbitrary<std::uint8_t>()),
                            *rc::gen::element<std::uint8_t>(0, 8, 12, 16, 28, 32)};
        const Route route{
            .target = target, .gateway = std::nullopt, .interface = static_cast<std::uint32_t>(i)};
        if (*rc::gen::arbitrary<bool>()) {
            routes.add(route);
            told.push_back(route);
        } else {
            computed.push_back(route);
            computed.back().origin = Route::Origin::computed;
        }
    }
    routes.replace_computed(computed);
    std::vector<Route> all = told;
    all.insert(all.end(), computed.begin(), computed.end());

    const IpAddress target = address(*rc::gen::arbitrary<std::uint8_t>());
    const Route* const expected = longest_match(all, target);
    const Route* const found = routes.find(target);
    RC_ASSERT((found == nullptr) == (expected == nullptr));
    if (found != nullptr) RC_ASSERT(found->interface == expected->interface);
}

TEST(Routes, ARouteOfTheOtherFamilyIsNone) {
    Routes routes;
    routes.add({.target = Prefix::parse("::/0").value(), .gateway = std::nullopt, .interface = 1});
    routes.add({.target = Prefix::parse("2001:db8::/64").value(), .gateway = std::nullopt, .interface = 2});
    EXPECT_EQ(routes.find(address(1)), nullptr);
    EXPECT_EQ(routes.find(IpAddress::parse("2001:db8::1").value())->interface, 2u);
    EXPECT_EQ(routes.find(IpAddress::parse("2001:db9::1").value())->interface, 1u);
}

}  // namespace
}  // namespace sockeye::network
