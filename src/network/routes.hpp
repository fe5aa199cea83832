// Where a packet goes next: the longest prefix that contains its target (RFC 1812 §5.2.4.3).
#pragma once

#include <algorithm>
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
    std::uint32_t interface = 0;       ///< number, in the order in which they were added

    enum class Origin : std::uint8_t {
        told,
        learned,     ///< by a program, as a DHCP client does
        advertised,  ///< by a router (RFC 4861 §6.3)
        computed,
    };
    Origin origin = Origin::told;  ///< of one prefix, the first of these counts
};

class Routes {
public:
    /// Of two routes with one prefix and origin the first added counts.
    void add(Route route) {
        route.target.address = route.target.network();
        routes_.insert(std::ranges::upper_bound(routes_, route, counts_before), std::move(route));
    }

    /// @param gateway  nullopt: the route to a link
    /// @returns false: there is no such route
    bool remove(const Prefix& target, const std::optional<IpAddress>& gateway, std::uint32_t interface) {
        return remove_if(target, gateway, interface, [](Route::Origin) { return true; });
    }
    /// The same, of those from one origin alone.
    bool remove(const Prefix& target, const std::optional<IpAddress>& gateway, std::uint32_t interface,
                Route::Origin origin) {
        return remove_if(target, gateway, interface, [&](Route::Origin each) { return each == origin; });
    }

    /// Instead of those that were computed before.
    void replace_computed(std::span<const Route> routes) {
        std::erase_if(routes_, [](const Route& route) { return route.origin == Route::Origin::computed; });
        routes_.reserve(routes_.size() + routes.size());
        for (const Route& route : routes) {
            routes_.push_back(route);
            routes_.back().origin = Route::Origin::computed;
            routes_.back().target.address = route.target.network();
        }
        std::ranges::stable_sort(routes_, counts_before);
    }

    /// nullptr: the target is unreachable. Of each length that there is, one prefix contains the target.
    const Route* find(const IpAddress& target) const {
        for (auto longest = routes_.begin(); longest != routes_.end();) {
            const std::uint8_t bits = longest->target.bits;
            if (bits <= 8 * target.size()) {
                const Route wanted{.target = {.address = Prefix{target, bits}.network(), .bits = bits},
                                   .gateway = std::nullopt};
                const auto found = std::lower_bound(longest, routes_.end(), wanted, counts_before);
                if (found != routes_.end() && found->target == wanted.target) return &*found;
            }
            longest = std::partition_point(longest, routes_.end(),
                                           [&](const Route& route) { return route.target.bits == bits; });
        }
        return nullptr;
    }

    std::span<const Route> list() const { return routes_; }

private:
    bool remove_if(const Prefix& target, const std::optional<IpAddress>& gateway, std::uint32_t interface,
                   auto is_meant) {
        const Prefix network{.address = target.network(), .bits = target.bits};
        return std::erase_if(routes_, [&](const Route& route) {
                   return route.target == network && route.gateway == gateway &&
                          route.interface == interface && is_meant(route.origin);
               }) > 0;
    }

    static bool counts_before(const Route& a, const Route& b) {
        if (a.target.bits != b.target.bits) return a.target.bits > b.target.bits;
        if (a.target.address != b.target.address) return a.target.address < b.target.address;
        return a.origin < b.origin;
    }

    std::vector<Route> routes_;  // longest prefix first, those of one length by their networks
};

}  // namespace sockeye::network
