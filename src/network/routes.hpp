// Where a packet goes next: the longest prefix that contains its target (RFC 1812 §5.2.4.3).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sockeye/address.hpp"

namespace sockeye::network {

struct Route {
    Prefix target;                     ///< 0.0.0.0/0 is the default route
    std::optional<IpAddress> gateway;  ///< nullopt: the target is on the link
    std::size_t interface = 0;         ///< number, in the order in which they were added

    enum class Origin : std::uint8_t {
        told,
        learned,  ///< by a program, as a DHCP client does
        computed,
    };
    Origin origin = Origin::told;  ///< of one prefix, the first of these counts
};

class Routes {
public:
    /// Of two routes with one prefix and origin the first added counts.
    void add(Route route) {
        const auto at = std::ranges::find_if(routes_, [&](const Route& other) {
            return other.target.bits < route.target.bits ||
                   (other.target.bits == route.target.bits && other.origin > route.origin);
        });
        routes_.insert(at, std::move(route));
    }

    /// @param gateway  nullopt: the route to a link
    /// @returns false: there is no such route
    bool remove(const Prefix& target, const std::optional<IpAddress>& gateway, std::size_t interface) {
        return std::erase_if(routes_, [&](const Route& route) {
                   return route.target == target && route.gateway == gateway && route.interface == interface;
               }) > 0;
    }

    /// Instead of those that were computed before.
    void replace_computed(std::span<const Route> routes) {
        std::erase_if(routes_, [](const Route& route) { return route.origin == Route::Origin::computed; });
        for (Route route : routes) {
            route.origin = Route::Origin::computed;
            add(std::move(route));
        }
    }

    /// nullptr: the target is unreachable.
    const Route* find(const IpAddress& target) const {
        const auto found =
            std::ranges::find_if(routes_, [&](const Route& route) { return route.target.contains(target); });
        return found == routes_.end() ? nullptr : &*found;
    }

    std::span<const Route> list() const { return routes_; }

private:
    std::vector<Route> routes_;  // longest prefix first
};

}  // namespace sockeye::network
