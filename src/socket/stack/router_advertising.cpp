#include "socket/stack/router_advertising.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "network/scope.hpp"
#include "wire/neighbour_discovery.hpp"

namespace sockeye::stack {
namespace {

using wire::PrefixInformation;
using wire::RecursiveDnsServers;
using wire::RouterAdvertisement;

constexpr std::uint8_t identifier_bits = 64;  // RFC 2464 §4
constexpr std::uint32_t least_mtu = 1280;     // RFC 8200 §5

std::uint32_t seconds(Duration duration) {
    constexpr std::int64_t longest = PrefixInformation::infinite;
    const std::int64_t whole = std::chrono::floor<std::chrono::seconds>(duration).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(whole, 0, longest));
}

/// Empty: there is none.
std::string mistake_in(const RouterAdvertising& what) {
    if (what.interval < 4s || what.interval > 1800s)
        return "an interval of " + to_string(what.interval) + ": it is 4s to 1800s";
    if (what.lifetime != Duration::zero() && (what.lifetime < what.interval || what.lifetime > 9000s))
        return "a lifetime of " + to_string(what.lifetime) + ": it is 0s, or from the interval of " +
               to_string(what.interval) + " to 9000s";
    if (what.preferred > what.valid)
        return "preferred for " + to_string(what.preferred) + ", which is longer than valid";
    if (what.mtu != 0 && what.mtu < least_mtu)
        return "an MTU of " + std::to_string(what.mtu) + ": IPv6 needs 1280 octets";
    if (what.prefixes.size() > RouterAdvertisement::maximum_prefixes) return "more than 16 prefixes";
    for (const Prefix& prefix : what.prefixes)
        if (prefix.address.family() != Family::inet6 || network::is_link_local(prefix.address) ||
            prefix.address.is_multicast())
            return prefix.to_string() + " is no network of IPv6 hosts";
    if (what.name_servers.size() > RecursiveDnsServers::maximum) return "more than 16 name servers";
    for (const IpAddress& server : what.name_servers)
        if (server.family() != Family::inet6 || !network::is_unicast(server))
            return server.to_string() + " is no IPv6 host's address";
    return {};
}

}  // namespace

Result<network::RouterAdvertiser::Config> to_advertise(const RouterAdvertising& what) {
    if (std::string mistake = mistake_in(what); !mistake.empty())
        return std::unexpected{Error{Errc::invalid_argument, "", std::move(mistake)}};
    network::RouterAdvertiser::Config config{.interval = what.interval,
                                             .valid_lifetime = seconds(what.valid),
                                             .preferred_lifetime = seconds(what.preferred)};
    config.says.lifetime = static_cast<std::uint16_t>(seconds(what.lifetime));
    if (what.mtu != 0) config.says.mtu = what.mtu;
    for (const Prefix& prefix : what.prefixes)
        config.says.prefixes.push_back({.prefix = {.address = prefix.network(), .bits = prefix.bits},
                                        .on_link = true,
                                        .autonomous = prefix.bits == identifier_bits,
                                        .valid_lifetime = config.valid_lifetime,
                                        .preferred_lifetime = config.preferred_lifetime});
    if (!what.name_servers.empty())
        config.says.dns_servers.push_back(
            {.lifetime = seconds(3 * what.interval), .addresses = what.name_servers});
    return config;
}

}  // namespace sockeye::stack
