#include "socket/destinations.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "socket/backend.hpp"

namespace sockeye::backend {
namespace {

using Octets = std::array<std::uint8_t, 16>;

/// An IPv4 address stands as IPv4-mapped (§3.2, RFC 4291 §2.5.5.2), so that there is one order.
Octets mapped(const IpAddress& ip) {
    Octets octets{};
    if (ip.family() == Family::inet) octets[10] = octets[11] = 0xff;
    std::ranges::copy(ip.octets(), octets.end() - static_cast<std::ptrdiff_t>(ip.size()));
    return octets;
}

/// How many leading bits are the same.
int common_bits(const Octets& a, const Octets& b) {
    int bits = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] == b[i]) {
            bits += 8;
            continue;
        }
        return bits + std::countl_zero(static_cast<std::uint8_t>(a[i] ^ b[i]));
    }
    return bits;
}

struct Policy {
    Octets prefix;
    int bits;
    int precedence;
    int label;
};

/// The default policy table (§2.1), the longest prefixes first.
constexpr std::array policies{
    Policy{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, 50, 0},  // ::1
    Policy{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, 35, 4},         // ::ffff:0:0
    Policy{{}, 96, 1, 3},                                                  // ::, IPv4-compatible
    Policy{{0x20, 0x01}, 32, 5, 5},                                        // Teredo
    Policy{{0x20, 0x02}, 16, 30, 2},                                       // 6to4
    Policy{{0x3f, 0xfe}, 16, 1, 12},                                       // 6bone
    Policy{{0xfe, 0xc0}, 10, 1, 11},                                       // site-local
    Policy{{0xfc}, 7, 3, 13},                                              // unique local
    Policy{{}, 0, 40, 1},                                                  // all others
};

const Policy& policy_of(const Octets& octets) {
    const auto fits = [&](const Policy& policy) { return common_bits(octets, policy.prefix) >= policy.bits; };
    return *std::ranges::find_if(policies, fits);
}

/// RFC 4291 §2.7's numbers, which unicast addresses are given too (§3.1).
int scope_of(const IpAddress& ip) {
    constexpr int link_local = 2;
    constexpr int site_local = 5;
    constexpr int global = 14;
    const auto octets = ip.octets();
    if (ip.family() == Family::inet) {
        const bool is_near = ip.is_loopback() || (octets[0] == 169 && octets[1] == 254);
        return is_near ? link_local : global;
    }
    if (ip.is_multicast()) return octets[1] & 0x0f;
    if (ip.is_loopback() || (octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80)) return link_local;
    if (octets[0] == 0xfe && (octets[1] & 0xc0) == 0xc0) return site_local;
    return global;
}

/// What the rules compare; the larger, the better.
std::array<int, 6> merits(const Destination& destination) {
    const IpAddress& target = destination.address.ip();
    const Policy& policy = policy_of(mapped(target));
    const int scope = scope_of(target);
    const bool usable = destination.source.has_value();
    const bool same_scope = usable && scope_of(*destination.source) == scope;
    const bool same_label = usable && policy_of(mapped(*destination.source)).label == policy.label;
    const bool is_current = usable && !destination.has_deprecated_source;
    return {usable, same_scope, is_current, same_label, policy.precedence, -scope};  // rules 1, 2, 3, 5, 6, 8
}

int prefix_in_common(const Destination& destination) {
    return destination.source ? common_bits(mapped(destination.address.ip()), mapped(*destination.source))
                              : 0;
}

}  // namespace

bool is_preferred(const Destination& a, const Destination& b) {
    const auto merits_of_a = merits(a);
    const auto merits_of_b = merits(b);
    if (merits_of_a != merits_of_b) return merits_of_a > merits_of_b;
    // Rule 9, for IPv6 alone: of an IPv4 address the leading bits say nothing of where it is.
    if (a.address.family() != Family::inet6 || b.address.family() != Family::inet6) return false;
    return prefix_in_common(a) > prefix_in_common(b);
}

std::vector<Address> by_preference(Network& network, const std::vector<Address>& addresses) {
    if (addresses.size() < 2) return addresses;
    std::vector<Destination> destinations;
    for (const Address& address : addresses) {
        const Result<IpAddress> source = network.source_for(address);
        destinations.push_back({.address = address,
                                .source = source ? std::optional{*source} : std::nullopt,
                                .has_deprecated_source = source && network.is_deprecated(*source)});
    }
    std::ranges::stable_sort(destinations, is_preferred);
    std::vector<Address> sorted;
    for (Destination& destination : destinations) sorted.push_back(std::move(destination.address));
    return sorted;
}

}  // namespace sockeye::backend
