#include "network/source_selection.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "network/scope.hpp"

namespace sockeye::network {
namespace {

/// RFC 6724 §2.1's policy table, of which only the labels matter here: addresses of one kind go together.
int label_of(const IpAddress& ip) {
    if (ip.family() == Family::inet) return 4;
    const auto octets = ip.octets();
    if (ip.is_loopback()) return 0;
    if (octets[0] == 0x20 && octets[1] == 0x02) return 2;                                      // 6to4
    if (octets[0] == 0x20 && octets[1] == 0x01 && octets[2] == 0 && octets[3] == 0) return 5;  // Teredo
    if ((octets[0] & 0xfe) == 0xfc) return 13;                                                 // unique local
    return 1;
}

/// Whether `a` is better than `b`: the rules in the RFC's order, the first that tells them apart decides.
bool is_better(const Prefix& a, const Prefix& b, std::span<const IpAddress> deprecated,
               const IpAddress& target, const IpAddress& next_hop) {
    // Rule 1: the same address.
    if ((a.address == target) != (b.address == target)) return a.address == target;
    // Rule 2: the smallest scope that is wide enough.
    const Scope scope_a = scope_of(a.address);
    const Scope scope_b = scope_of(b.address);
    const Scope wanted = scope_of(target);
    if (scope_a < scope_b) return scope_a >= wanted;
    if (scope_b < scope_a) return scope_b < wanted;
    // Rule 3: none that is deprecated.
    const auto is_deprecated = [&](const Prefix& own) {
        return std::ranges::find(deprecated, own.address) != deprecated.end();
    };
    const bool old_a = is_deprecated(a);
    if (old_a != is_deprecated(b)) return !old_a;
    // Rule 5.5: a prefix that the next hop is in.
    if (a.contains(next_hop) != b.contains(next_hop)) return a.contains(next_hop);
    // Rule 6: the same label.
    const bool label_a = label_of(a.address) == label_of(target);
    const bool label_b = label_of(b.address) == label_of(target);
    if (label_a != label_b) return label_a;
    // Rule 8: the longest matching prefix, no longer than the network's.
    const auto match = [&](const Prefix& own) {
        return std::min<std::size_t>(own.bits, common_prefix(own.address, target));
    };
    return match(a) > match(b);
}

}  // namespace

const Prefix* choose_source(std::span<const Prefix> candidates, std::span<const IpAddress> deprecated,
                            const IpAddress& target, const IpAddress& next_hop) {
    const Prefix* best = nullptr;
    for (const Prefix& candidate : candidates) {
        if (candidate.address.family() != target.family()) continue;
        if (best == nullptr || is_better(candidate, *best, deprecated, target, next_hop)) best = &candidate;
    }
    return best;
}

}  // namespace sockeye::network
