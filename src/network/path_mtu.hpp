// What fits through the way to a target, as routers on it have said (RFC 1191, RFC 8201).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>

#include "network/ip_header.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"

namespace sockeye::network {

/// What it remembers ages, so that a way that has become wider is found (RFC 1191 §6.3).
class PathMtus {
public:
    struct Config {
        Duration lifetime = 10min;
        std::size_t maximum = 1024;  ///< targets; what is forgotten soonest makes way
    };

    explicit PathMtus(const Config& config) : config_{config} {}

    /// A router says that packets of `octets` to `target` do not fit, but such of `mtu` do; 0: it does
    /// not say (a router older than RFC 1191). Never below what every link takes.
    void learn(const IpAddress& target, std::size_t mtu, std::size_t octets, Instant now) {
        if (mtu == 0) mtu = plateau_below(octets);
        if (mtu >= octets || (target.family() == Family::inet6 && mtu < minimum_mtu(Family::inet6))) return;
        mtu = std::max(mtu, minimum_mtu(target.family()));
        if (mtu >= of(target, octets, now)) return;
        if (!ways_.contains(target) && ways_.size() >= config_.maximum)
            ways_.erase(
                std::ranges::min_element(ways_, {}, [](const auto& row) { return row.second.until; }));
        ways_[target] = {.mtu = mtu, .until = now + config_.lifetime};
    }

    /// @param link  MTU of the first link, which it never exceeds
    std::size_t of(const IpAddress& target, std::size_t link, Instant now) const {
        if (ways_.empty()) return link;
        const auto found = ways_.find(target);
        if (found == ways_.end() || found->second.until <= now) return link;
        return std::min(found->second.mtu, link);
    }

private:
    struct Way {
        std::size_t mtu;
        Instant until;
    };

    /// RFC 1191 §7.1: MTUs that links have.
    static std::size_t plateau_below(std::size_t octets) {
        constexpr std::array<std::size_t, 10> plateaus{32000, 17914, 8166, 4352, 2002,
                                                       1492,  1006,  508,  296,  68};
        const auto found = std::ranges::find_if(plateaus, [&](std::size_t each) { return each < octets; });
        return found == plateaus.end() ? plateaus.back() : *found;
    }

    Config config_;
    std::map<IpAddress, Way> ways_;
};

}  // namespace sockeye::network
