#include "app/dhcp/leases.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/subnet.hpp"

namespace sockeye::app::dhcp {

ClientKey key_of(const wire::DhcpMessage& message) {
    const ClientKey* identifier = message.options.find(wire::DhcpOption::client_identifier);
    if (identifier != nullptr && !identifier->empty()) return *identifier;
    constexpr std::byte ethernet{1};  // as an identifier made of a MAC begins too (RFC 2132 §9.14)
    ClientKey key{ethernet};
    for (const std::uint8_t octet : message.mac.octets()) key.push_back(std::byte{octet});
    return key;
}

Leases::Leases(const IpAddress& first, const IpAddress& last, std::vector<Reservation> reservations)
    : first_{first}, last_{last}, reservations_{std::move(reservations)}, fresh_{first} {
    assert(first.family() == Family::inet && last.family() == Family::inet && first <= last);
}

bool Leases::contains(const IpAddress& ip) const {
    return (first_ <= ip && ip <= last_) || is_reserved(ip);
}

std::size_t Leases::size() const {
    const auto outside = std::ranges::count_if(
        reservations_, [&](const Reservation& one) { return one.ip < first_ || last_ < one.ip; });
    return static_cast<std::size_t>(to_number(last_) - to_number(first_)) + 1 +
           static_cast<std::size_t>(outside);
}

std::optional<IpAddress> Leases::reserved_for(const wire::MacAddress& mac) const {
    const auto found = std::ranges::find(reservations_, mac, &Reservation::mac);
    return found == reservations_.end() ? std::nullopt : std::optional{found->ip};
}

bool Leases::is_reserved(const IpAddress& ip) const {
    return std::ranges::find(reservations_, ip, &Reservation::ip) != reservations_.end();
}

bool Leases::is_free_for(const Claim& claim, const IpAddress& ip, Instant now) const {
    if (!contains(ip)) return false;
    const std::optional<IpAddress> reserved = reserved_for(claim.mac);
    if (reserved ? *reserved != ip : is_reserved(ip)) return false;
    const Binding* binding = find(ip);
    if (binding == nullptr || !binding->is_held(now)) return true;
    return binding->state != Binding::State::declined && binding->client == claim.client;
}

std::optional<IpAddress> Leases::choose(const Claim& claim, Instant now) const {
    const auto can_have = [&](const std::optional<IpAddress>& ip) {
        return ip && is_free_for(claim, *ip, now);
    };
    if (const auto reserved = reserved_for(claim.mac)) return can_have(reserved) ? reserved : std::nullopt;
    const Binding* former = find(claim.client);
    if (former != nullptr && can_have(former->ip)) return former->ip;
    if (can_have(claim.wanted)) return claim.wanted;
    if (const auto fresh = never_given()) return fresh;
    const Binding* oldest = nullptr;
    for (const auto& [ip, binding] : bindings_)
        if (can_have(ip) && (oldest == nullptr || binding.until < oldest->until)) oldest = &binding;
    return oldest == nullptr ? std::nullopt : std::optional{oldest->ip};
}

std::optional<IpAddress> Leases::never_given() const {
    for (std::optional<IpAddress> ip = fresh_; ip && *ip <= last_; ip = plus(*ip, 1)) {
        fresh_ = *ip;
        if (!bindings_.contains(*ip) && !is_reserved(*ip)) return ip;
    }
    return std::nullopt;
}

void Leases::forget(const ClientKey& client) {
    const auto found = clients_.find(client);
    if (found == clients_.end()) return;
    // The address stays known as one that was given before.
    if (const auto binding = bindings_.find(found->second); binding != bindings_.end()) {
        binding->second.client.clear();
        binding->second.state = Binding::State::released;
    }
    clients_.erase(found);
}

void Leases::set(const Claim& claim, const IpAddress& ip, Binding::State state, Instant until) {
    const Binding* former = find(claim.client);
    if (former != nullptr && former->ip != ip) forget(claim.client);
    const Binding* there = find(ip);
    if (there != nullptr && there->client != claim.client) clients_.erase(there->client);
    bindings_[ip] = {.ip = ip,
                     .state = state,
                     .client = claim.client,
                     .mac = claim.mac,
                     .host_name = claim.host_name,
                     .until = until};
    clients_[claim.client] = ip;
}

const Binding* Leases::find(const ClientKey& client) const {
    const auto found = clients_.find(client);
    return found == clients_.end() ? nullptr : find(found->second);
}

const Binding* Leases::find(const IpAddress& ip) const {
    const auto found = bindings_.find(ip);
    return found == bindings_.end() ? nullptr : &found->second;
}

void Leases::release(const ClientKey& client, Instant now) {
    const auto found = clients_.find(client);
    if (found == clients_.end()) return;
    Binding& binding = bindings_.at(found->second);
    binding.state = Binding::State::released;
    binding.until = now;
}

void Leases::withdraw(const ClientKey& client) {
    const auto found = clients_.find(client);
    if (found == clients_.end()) return;
    Binding& binding = bindings_.at(found->second);
    if (binding.state == Binding::State::offered) binding.state = Binding::State::released;
}

void Leases::decline(const IpAddress& ip, Instant until) {
    if (!contains(ip)) return;
    Binding& binding = bindings_[ip];
    clients_.erase(binding.client);
    binding = {.ip = ip, .state = Binding::State::declined, .until = until};
}

std::vector<Binding> Leases::list() const {
    std::vector<Binding> all;
    for (const auto& [ip, binding] : bindings_) all.push_back(binding);
    return all;
}

}  // namespace sockeye::app::dhcp
