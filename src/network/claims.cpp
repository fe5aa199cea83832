#include "network/claims.hpp"

#include <algorithm>

namespace sockeye::network {

void Claims::begin(const Prefix& address, Instant now) {
    const bool is_v4 = address.address.family() == Family::inet;
    const Duration wait = chosen(Duration::zero(), is_v4 ? config_.probe_wait : config_.ipv6_interval);
    claims_[address.address] = {.address = address, .due = now + wait};
}

void Claims::announce(const Prefix& address, Instant now) {
    const int probes = std::max(config_.probes, config_.ipv6_probes);  // as if they had been sent
    claims_[address.address] = {.address = address, .due = now, .probes = probes, .is_ours = true};
}

bool Claims::is_probing(const IpAddress& ip) const {
    const auto found = claims_.find(ip);
    return found != claims_.end() && !found->second.is_ours;
}

void Claims::give_up(const IpAddress& ip) {
    claims_.erase(ip);
}

bool Claims::may_defend(const IpAddress& ip, Instant now) {
    if (ip.family() != Family::inet) return false;  // RFC 4862 §5.4.4 has no defence
    const auto [found, is_first] = defended_.try_emplace(ip, now);
    if (!is_first && now - found->second < config_.defend_interval) return false;
    found->second = now;
    return true;
}

std::optional<Claims::Step> Claims::next(Instant now) {
    const auto due = std::ranges::find_if(claims_, [&](const auto& row) { return now >= row.second.due; });
    if (due == claims_.end()) return std::nullopt;
    Claim& claim = due->second;
    const Prefix address = claim.address;
    const bool is_v4 = address.address.family() == Family::inet;
    const int probes = is_v4 ? config_.probes : config_.ipv6_probes;
    if (claim.probes < probes) {
        const bool was_last = ++claim.probes == probes;
        if (!is_v4)
            claim.due = now + config_.ipv6_interval;
        else
            claim.due =
                now + (was_last ? config_.announce_wait : chosen(config_.probe_min, config_.probe_max));
        return Step{Step::Kind::probe, address};
    }
    if (!claim.is_ours) {
        claim.is_ours = true;
        if (!is_v4) claims_.erase(due);
        return Step{Step::Kind::take, address};
    }
    claim.due = now + config_.announce_interval;
    if (++claim.announcements == config_.announcements) claims_.erase(due);
    return Step{Step::Kind::announce, address};
}

Duration Claims::chosen(Duration least, Duration most) {
    const auto range = static_cast<std::uint64_t>((most - least).count());
    return least + Duration{static_cast<Duration::rep>(random_.below(range + 1))};
}

}  // namespace sockeye::network
