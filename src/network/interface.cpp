#include "network/interface.hpp"

#include <algorithm>
#include <utility>

#include "network/ip_header.hpp"
#include "network/scope.hpp"

namespace sockeye::network {

Interface::Interface(link::Device& device, std::uint32_t number, const Neighbours::Config& config,
                     Random random)
    : device_{&device}, number_{number}, random_{random}, neighbours_{config}, claims_{{}, random} {
    join(all_nodes(Family::inet));
    join(all_nodes(Family::inet6));
    if (has_neighbours()) add_address(link_local(device.mac()));
}

void Interface::add_address(const Prefix& address) {
    adopt(address);
    if (address.address.family() == Family::inet6) join(solicited_node(address.address));
}

void Interface::adopt(const Prefix& address) {
    addresses_.push_back(address);
    ++address_changes_;
    note_broadcast(address);
}

void Interface::note_broadcast(const Prefix& address) {
    constexpr std::uint8_t point_to_point = 31;  // RFC 3021: no broadcast address from here on
    if (address.address.family() == Family::inet && address.bits < point_to_point)
        broadcasts_.push_back(address.broadcast());
}

void Interface::claim_address(const Prefix& address, Instant now) {
    // Others' probes for it must be heard from now on (RFC 4862 §5.4.2).
    if (address.address.family() == Family::inet6) join(solicited_node(address.address));
    claims_.begin(address, now);
}

void Interface::remove_address(const IpAddress& ip) {
    if (!owns(ip) && !is_claiming(ip)) return;
    claims_.give_up(ip);
    if (discovery_) discovery_->refused(ip);
    if (ip.family() == Family::inet6) leave(solicited_node(ip));
    std::erase_if(addresses_, [&](const Prefix& own) { return own.address == ip; });
    ++address_changes_;
    broadcasts_.clear();
    for (const Prefix& own : addresses_) note_broadcast(own);
}

std::optional<AddressConflict> Interface::take_conflict() {
    if (conflicts_.empty()) return std::nullopt;
    const AddressConflict conflict = conflicts_.front();
    conflicts_.pop_front();
    return conflict;
}

std::optional<Prefix> Interface::take_new_address() {
    if (new_addresses_.empty()) return std::nullopt;
    const Prefix address = new_addresses_.front();
    new_addresses_.pop_front();
    return address;
}

void Interface::act_as_router() {
    is_router_ = true;
    join(all_routers(Family::inet6));
}

bool Interface::owns(const IpAddress& ip) const {
    return std::ranges::any_of(addresses_, [&](const Prefix& own) { return own.address == ip; });
}

bool Interface::has(Family family) const {
    return std::ranges::any_of(addresses_, [&](const Prefix& own) { return own.address.family() == family; });
}

bool Interface::is_broadcast(const IpAddress& ip) const {
    return ip.is_broadcast() || std::ranges::find(broadcasts_, ip) != broadcasts_.end();
}

const Prefix* Interface::address_for(const IpAddress& ip) const {
    auto found = std::ranges::find_if(addresses_, [&](const Prefix& own) { return own.contains(ip); });
    if (found == addresses_.end()) {
        found = std::ranges::find_if(addresses_,
                                     [&](const Prefix& own) { return own.address.family() == ip.family(); });
    }
    return found == addresses_.end() ? nullptr : &*found;
}

void Interface::join(const IpAddress& group) {
    device_->join(multicast_mac(group));
    ++groups_[group];
}

void Interface::leave(const IpAddress& group) {
    const auto found = groups_.find(group);
    if (found == groups_.end()) return;
    device_->leave(multicast_mac(group));
    if (--found->second == 0) groups_.erase(found);
}

void Interface::send(Packet&& packet, const IpAddress& next_hop, Instant now) {
    if (!has_neighbours()) return device_->transmit(std::move(packet));
    if (const auto mac = neighbours_.find(next_hop, now)) {
        transmit(std::move(packet), *mac);
    } else {
        neighbours_.wait(next_hop, std::move(packet), now);
        if (now >= next_wakeup()) poll(now);
    }
}

void Interface::broadcast(Packet packet) {
    transmit(std::move(packet), wire::MacAddress::broadcast());
}

void Interface::multicast(Packet packet, const IpAddress& group) {
    transmit(std::move(packet), multicast_mac(group));
}

/// RFC 826 "Packet Reception", RFC 4861 §7.2.3 and §7.2.5.
void Interface::receive(const NeighbourMessage& message, Instant now) {
    if (!has_neighbours()) return;
    if (is_conflict(message, now)) return;
    const bool asks = message.kind == NeighbourMessage::Kind::solicitation;
    const IpAddress& speaker = asks ? message.sender : message.target;
    const bool for_us = asks && owns(message.target);
    if (is_neighbour(speaker)) {
        Queue<Packet> sendable;
        if (!asks) sendable = neighbours_.answered(message, now);
        if (for_us && message.mac) sendable = neighbours_.asked(speaker, *message.mac, now);
        if (asks && !for_us && message.mac) neighbours_.overheard(speaker, *message.mac, now);
        for (Packet& packet : sendable) send(std::move(packet), speaker, now);
        if (!asks && !message.router && discovery_) discovery_->is_no_router(speaker);
    }
    if (for_us) answer(message);
}

void Interface::introduce(const IpAddress& ip, const wire::MacAddress& mac, Instant now) {
    if (!has_neighbours()) return;
    for (Packet& packet : neighbours_.introduced(ip, mac, now)) send(std::move(packet), ip, now);
}

/// Somebody else says that it has our address, or wants the one that we probe for (RFC 5227 §2.1.1 and
/// §2.4, RFC 4862 §5.4.3 to §5.4.5).
bool Interface::is_conflict(const NeighbourMessage& message, Instant now) {
    if (message.mac == device_->mac()) return false;
    const bool asks = message.kind == NeighbourMessage::Kind::solicitation;
    const IpAddress& claimed = asks ? message.sender : message.target;
    const IpAddress& wanted = asks && message.sender.is_unspecified() ? message.target : claimed;
    constexpr std::size_t limit = 64;
    if (claims_.is_probing(wanted)) {
        claims_.give_up(wanted);
        if (wanted.family() == Family::inet6) leave(solicited_node(wanted));
        if (discovery_) discovery_->refused(wanted);
        if (conflicts_.size() < limit)
            conflicts_.push_back({wanted, message.mac.value_or(wire::MacAddress{}), false});
        return true;
    }
    if (!owns(claimed)) return false;
    if (conflicts_.size() < limit)
        conflicts_.push_back({claimed, message.mac.value_or(wire::MacAddress{}), true});
    if (claims_.may_defend(claimed, now)) say(NeighbourMessage::Kind::advertisement, claimed, claimed);
    return true;
}

void Interface::take(const Claims::Step& step) {
    const IpAddress& ip = step.address.address;
    switch (step.kind) {
        case Claims::Step::Kind::probe:
            return say(NeighbourMessage::Kind::solicitation, ip, IpAddress::any(ip.family()));
        case Claims::Step::Kind::take:
            adopt(step.address);
            // Which network is on the link is another thing that a router says (RFC 5942 §4).
            if (discovery_ && discovery_->is_of_a_router(ip)) return discovery_->claimed(ip);
            new_addresses_.push_back(step.address);
            return;
        case Claims::Step::Kind::announce: return say(NeighbourMessage::Kind::advertisement, ip, ip);
    }
}

/// To everybody, unless to one.
void Interface::say(NeighbourMessage::Kind kind, const IpAddress& target, const IpAddress& sender,
                    const std::optional<wire::MacAddress>& to) {
    if (!has_neighbours()) return;
    device_->transmit(write_neighbour_message({.kind = kind,
                                               .target = target,
                                               .sender = sender,
                                               .mac = device_->mac(),
                                               .solicited = false,
                                               .override_cache = true,
                                               .router = is_router_},
                                              device_->mac(), to, target));
}

/// Whether it may be somebody else on this link.
bool Interface::is_neighbour(const IpAddress& ip) const {
    if (owns(ip) || is_broadcast(ip) || !is_unicast(ip)) return false;
    return std::ranges::any_of(addresses_, [&](const Prefix& own) { return own.contains(ip); }) ||
           (discovery_ && discovery_->is_on_link(ip));
}

void Interface::answer(const NeighbourMessage& solicitation) {
    const bool probed = solicitation.sender.is_unspecified();
    const bool is_arp = solicitation.target.family() == Family::inet;
    // Whoever probes has no address to be answered at; ARP answers its card, RFC 4861 §7.2.4 everybody.
    std::optional<wire::MacAddress> to = solicitation.mac;
    if (probed && !is_arp) to.reset();
    if (!probed && !to) to = neighbours_.known(solicitation.sender);
    if (!probed && !to) return;
    device_->transmit(write_neighbour_message({.kind = NeighbourMessage::Kind::advertisement,
                                               .target = solicitation.target,
                                               .sender = {},
                                               .mac = device_->mac(),
                                               .solicited = !probed,
                                               .override_cache = true,
                                               .router = is_router_},
                                              device_->mac(), to, solicitation.sender));
}

void Interface::poll(Instant now) {
    while (const auto step = claims_.next(now)) take(*step);
    while (const auto due = neighbours_.next_request(now)) {
        if (const Prefix* own = address_for(due->ip))
            say(NeighbourMessage::Kind::solicitation, due->ip, own->address, due->mac);
    }
    if (discovery_ || advertiser_) poll_routers(now);
}

void Interface::transmit(Packet packet, const wire::MacAddress& target) {
    if (!has_neighbours()) return device_->transmit(std::move(packet));
    const bool is_ipv6 = std::to_integer<unsigned>(packet.bytes().front()) >> 4 == 6;
    wire::prepend_ethernet(packet, {.target = target,
                                    .source = device_->mac(),
                                    .ethertype = ethertype_of(is_ipv6 ? Family::inet6 : Family::inet)});
    device_->transmit(std::move(packet));
}

}  // namespace sockeye::network
