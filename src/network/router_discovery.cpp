#include "network/router_discovery.hpp"

#include <utility>

#include "network/scope.hpp"

namespace sockeye::network {
namespace {

using Kind = RouterDiscovery::Step::Kind;

constexpr std::uint8_t identifier_bits = 64;  // RFC 2464 §4
constexpr std::size_t least_mtu = 1280;       // RFC 8200 §5

Instant end_of(std::uint32_t seconds, Instant now) {
    if (seconds == wire::PrefixInformation::infinite) return Instant::never();
    return now + std::chrono::seconds{seconds};
}

}  // namespace

RouterDiscovery::RouterDiscovery(const Config& config, const wire::MacAddress& mac, Random random,
                                 Instant now)
    : config_{config}, mac_{mac} {
    const auto range = static_cast<std::uint64_t>(config.maximum_delay.count());
    solicit_at_ = now + Duration{static_cast<Duration::rep>(random.below(range + 1))};
    due_ = solicit_at_;
}

// ---- what a router says

void RouterDiscovery::receive(const HeardAdvertisement& advertisement, Instant now) {
    expire(now);
    receive_router(advertisement, now);
    const wire::RouterAdvertisement& says = advertisement.says;
    if (says.mtu && *says.mtu >= least_mtu) mtu_ = *says.mtu;
    for (const wire::PrefixInformation& information : says.prefixes) {
        if (is_link_local(information.prefix.address) || information.prefix.address.is_multicast()) continue;
        if (information.on_link) receive_on_link(information, now);
        if (information.autonomous) receive_autonomous(information, now);
    }
    for (const wire::RecursiveDnsServers& servers : says.dns_servers) receive_name_servers(servers, now);
    note_name_servers();
    note_deprecated(now);
    find_due(now);
}

/// Who is no default router may still say what is on the link (RFC 4861 §6.3.4); but the host goes on asking
/// (§6.3.7).
void RouterDiscovery::receive_router(const HeardAdvertisement& advertisement, Instant now) {
    const IpAddress& ip = advertisement.router;
    if (advertisement.says.lifetime == 0) return leave(ip);
    solicit_at_ = Instant::never();
    const Instant until = now + std::chrono::seconds{advertisement.says.lifetime};
    const auto known = std::ranges::find(routers_, ip, &Router::ip);
    if (known != routers_.end()) {
        known->until = until;
    } else if (routers_.size() < config_.routers) {
        routers_.push_back({ip, until});
        steps_.push_back({.kind = Kind::use_router, .router = ip});
    }
}

void RouterDiscovery::receive_on_link(const wire::PrefixInformation& information, Instant now) {
    const Prefix prefix{.address = information.prefix.network(), .bits = information.prefix.bits};
    const auto known = std::ranges::find(prefixes_, prefix, &OnLink::prefix);
    if (known != prefixes_.end()) {
        known->until = end_of(information.valid_lifetime, now);
        return expire(now);  // a lifetime of 0 ends it at once
    }
    if (information.valid_lifetime == 0 || prefixes_.size() >= config_.prefixes) return;
    prefixes_.push_back({prefix, end_of(information.valid_lifetime, now)});
    steps_.push_back({.kind = Kind::prefix_on_link, .prefix = prefix});
}

/// RFC 4862 §5.5.3.
void RouterDiscovery::receive_autonomous(const wire::PrefixInformation& information, Instant now) {
    constexpr Duration two_hours = 2h;
    if (information.preferred_lifetime > information.valid_lifetime) return;
    if (information.prefix.bits != identifier_bits) return;
    const Instant preferred = end_of(information.preferred_lifetime, now);
    const Instant valid = end_of(information.valid_lifetime, now);
    const Prefix address = with_interface_identifier(information.prefix.network(), mac_);
    const auto known = std::ranges::find(own_, address, &Own::address);
    if (known == own_.end()) {
        if (information.valid_lifetime == 0 || own_.size() >= config_.prefixes) return;
        own_.push_back({.address = address, .preferred_until = preferred, .valid_until = valid});
        steps_.push_back({.kind = Kind::claim, .prefix = address});
        return;
    }
    // §5.5.3(e): nobody on the link ends an address within two hours, who cannot prove who it is.
    known->preferred_until = preferred;
    if (valid > now + two_hours || valid > known->valid_until)
        known->valid_until = valid;
    else if (known->valid_until > now + two_hours)
        known->valid_until = now + two_hours;
}

void RouterDiscovery::receive_name_servers(const wire::RecursiveDnsServers& servers, Instant now) {
    for (const IpAddress& ip : servers.addresses) {
        if (!is_unicast(ip)) continue;
        const auto known = std::ranges::find(servers_, ip, &NameServer::ip);
        if (known != servers_.end())
            known->until = end_of(servers.lifetime, now);
        else if (servers_.size() < config_.name_servers)
            servers_.push_back({ip, end_of(servers.lifetime, now)});
    }
    std::erase_if(servers_, [&](const NameServer& each) { return each.until <= now; });
}

// ---- what neighbours do

void RouterDiscovery::is_no_router(const IpAddress& ip) {
    leave(ip);
}

void RouterDiscovery::is_silent(const IpAddress& ip) {
    const auto found = std::ranges::find(routers_, ip, &Router::ip);
    if (found == routers_.end() || routers_.size() == 1) return;
    std::rotate(found, found + 1, routers_.end());
    steps_.push_back({.kind = Kind::leave_router, .router = ip});
    steps_.push_back({.kind = Kind::use_router, .router = ip});
}

void RouterDiscovery::leave(const IpAddress& router) {
    if (std::erase_if(routers_, [&](const Router& each) { return each.ip == router; }) == 0) return;
    steps_.push_back({.kind = Kind::leave_router, .router = router});
}

// ---- our addresses

const RouterDiscovery::Own* RouterDiscovery::find(const IpAddress& ip) const {
    const auto is_it = [&](const Own& own) {
        return own.address.address == ip && own.state != Own::State::refused;
    };
    const auto found = std::ranges::find_if(own_, is_it);
    return found == own_.end() ? nullptr : &*found;
}

void RouterDiscovery::claimed(const IpAddress& ip) {
    for (Own& own : own_)
        if (own.address.address == ip) own.state = Own::State::ours;
    changed_ = true;
}

/// It stays in the table, so that the next advertisement does not bring it back.
void RouterDiscovery::refused(const IpAddress& ip) {
    for (Own& own : own_)
        if (own.address.address == ip) own.state = Own::State::refused;
    std::erase(deprecated_, ip);
    changed_ = true;
}

bool RouterDiscovery::has_address() const {
    return std::ranges::find(own_, Own::State::ours, &Own::state) != own_.end();
}

bool RouterDiscovery::is_refused() const {
    return !own_.empty() &&
           std::ranges::all_of(own_, [](const Own& own) { return own.state == Own::State::refused; });
}

// ---- time

std::optional<RouterDiscovery::Step> RouterDiscovery::next(Instant now) {
    if (now >= due_) {
        expire(now);
        note_deprecated(now);
        const std::optional<Step> asks = solicit(now);
        find_due(now);
        if (asks) return asks;
    }
    if (steps_.empty()) return std::nullopt;
    Step step = steps_.front();
    steps_.pop_front();
    return step;
}

/// RFC 4861 §6.3.7. Whom nobody has answered then is alone, until a router comes and says so itself.
std::optional<RouterDiscovery::Step> RouterDiscovery::solicit(Instant now) {
    if (now < solicit_at_) return std::nullopt;
    solicit_at_ = ++solicited_ == config_.solicitations ? Instant::never() : now + config_.interval;
    return Step{.kind = Kind::solicit};
}

void RouterDiscovery::expire(Instant now) {
    for (const Router& router : std::vector{routers_})
        if (router.until <= now) leave(router.ip);
    std::erase_if(prefixes_, [&](const OnLink& each) {
        if (each.until > now) return false;
        steps_.push_back({.kind = Kind::prefix_off_link, .prefix = each.prefix});
        return true;
    });
    std::erase_if(own_, [&](const Own& own) {
        if (own.valid_until > now) return false;
        if (own.state != Own::State::refused)
            steps_.push_back({.kind = Kind::withdraw, .prefix = own.address});
        changed_ = true;
        return true;
    });
    if (std::erase_if(servers_, [&](const NameServer& each) { return each.until <= now; }) > 0)
        note_name_servers();
}

void RouterDiscovery::note_deprecated(Instant now) {
    deprecated_.clear();
    for (const Own& own : own_)
        if (own.state != Own::State::refused && own.preferred_until <= now)
            deprecated_.push_back(own.address.address);
}

void RouterDiscovery::note_name_servers() {
    std::vector<IpAddress> now_known;
    for (const NameServer& server : servers_) now_known.push_back(server.ip);
    changed_ = changed_ || now_known != name_servers_;
    name_servers_ = std::move(now_known);
}

void RouterDiscovery::find_due(Instant now) {
    due_ = solicit_at_;
    for (const Router& each : routers_) due_ = std::min(due_, each.until);
    for (const OnLink& each : prefixes_) due_ = std::min(due_, each.until);
    for (const NameServer& each : servers_) due_ = std::min(due_, each.until);
    for (const Own& own : own_) {
        due_ = std::min(due_, own.valid_until);
        if (own.preferred_until > now) due_ = std::min(due_, own.preferred_until);
    }
}

}  // namespace sockeye::network
