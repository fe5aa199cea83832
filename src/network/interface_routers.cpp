// The interface's part that has to do with the link's routers: asks for them and follows them, or is one.
#include <algorithm>
#include <cassert>
#include <utility>

#include "network/interface.hpp"

namespace sockeye::network {

using Kind = RouterDiscovery::Step::Kind;

std::span<const IpAddress> Interface::deprecated() const {
    return discovery_ ? discovery_->deprecated() : std::span<const IpAddress>{};
}

std::size_t Interface::mtu(Family family) const {
    const std::size_t own = device_->mtu();
    if (!discovery_ || family == Family::inet) return own;
    return std::min(own, discovery_->mtu().value_or(own));
}

void Interface::discover_routers(Instant now) {
    if (discovery_ || is_router_ || !has_neighbours()) return;
    discovery_ = std::make_unique<RouterDiscovery>(RouterDiscovery::Config{}, device_->mac(),
                                                   random_.fork("router discovery"), now);
}

void Interface::advertise(const RouterAdvertiser::Config& config, Instant now) {
    assert(is_router_);
    advertiser_ = std::make_unique<RouterAdvertiser>(config, random_.fork("router advertisements"), now);
}

bool Interface::stop_advertising() {
    if (!advertiser_) return false;
    device_->transmit(
        write_router_advertisement(advertiser_->farewell(addresses_, device_->mac()), device_->mac()));
    advertiser_.reset();
    return true;
}

/// RFC 4861 §6.3.4. Who has not asked for routers has no use for them.
void Interface::receive(const HeardAdvertisement& advertisement, Instant now) {
    if (!discovery_ || owns(advertisement.router)) return;
    if (const auto& mac = advertisement.says.source_mac) {
        for (Packet& packet : neighbours_.heard_router(advertisement.router, *mac, now))
            send(std::move(packet), advertisement.router, now);
    }
    discovery_->receive(advertisement, now);
}

/// RFC 4861 §6.2.6.
void Interface::receive(const HeardSolicitation& solicitation, Instant now) {
    if (!advertiser_) return;
    if (solicitation.mac && is_neighbour(solicitation.sender)) {
        for (Packet& packet : neighbours_.asked(solicitation.sender, *solicitation.mac, now))
            send(std::move(packet), solicitation.sender, now);
    }
    advertiser_->asked(now);
}

std::optional<RouterDiscovery::Step> Interface::take_route_change() {
    if (route_changes_.empty()) return std::nullopt;
    const RouterDiscovery::Step change = route_changes_.front();
    route_changes_.pop_front();
    return change;
}

Instant Interface::routers_wakeup() const {
    const Instant asks = discovery_ ? discovery_->next_wakeup() : Instant::never();
    return std::min(asks, advertiser_ ? advertiser_->next_wakeup() : Instant::never());
}

void Interface::poll_routers(Instant now) {
    if (discovery_) {
        while (const auto silent = neighbours_.take_lost()) discovery_->is_silent(*silent);
        while (const auto step = discovery_->next(now)) follow(*step, now);
    }
    while (advertiser_ && advertiser_->is_due(now))
        device_->transmit(
            write_router_advertisement(advertiser_->message(addresses_, device_->mac()), device_->mac()));
}

void Interface::follow(const RouterDiscovery::Step& step, Instant now) {
    const IpAddress& ip = step.prefix.address;
    switch (step.kind) {
        case Kind::solicit: return device_->transmit(write_router_solicitation(device_->mac()));
        case Kind::claim:
            if (owns(ip) || is_claiming(ip)) return discovery_->refused(ip);  // somebody gave it that by hand
            return claim_address(step.prefix, now);
        case Kind::withdraw: return remove_address(ip);
        case Kind::use_router:
        case Kind::leave_router:
        case Kind::prefix_on_link:
        case Kind::prefix_off_link: return route_changes_.push_back(step);
    }
}

}  // namespace sockeye::network
