#include "transport/ports.hpp"

#include <cassert>
#include <utility>

namespace sockeye::transport {
namespace {

/// Whether one packet could be meant for both: equal, or one of them is every address.
/// :: stands for IPv4's addresses too.
bool overlap(const IpAddress& a, const IpAddress& b) {
    const auto covers = [](const IpAddress& wide, const IpAddress& other) {
        return wide.is_unspecified() && (wide.family() == Family::inet6 || other.family() == Family::inet);
    };
    return a == b || covers(a, b) || covers(b, a);
}

}  // namespace

PortClaim::PortClaim(Ports& ports, const Address& local, Reuse reuse)
    : ports_{&ports}, ip_{local.ip()}, port_{local.port()}, reuse_{reuse} {
    ports.add({.port = port_, .ip = ip_, .reuse = reuse_, .role = role_});
}

PortClaim::~PortClaim() {
    if (ports_ != nullptr) ports_->remove({.port = port_, .ip = ip_, .reuse = reuse_, .role = role_});
}

void PortClaim::swap(PortClaim& other) noexcept {
    std::swap(ports_, other.ports_);
    std::swap(ip_, other.ip_);
    std::swap(port_, other.port_);
    std::swap(reuse_, other.reuse_);
    std::swap(role_, other.role_);
}

Result<void> PortClaim::listen() {
    assert(ports_ != nullptr);
    if (ports_->conflicts(local(), reuse_, Ports::Intent::listen))
        return std::unexpected{Error{Errc::address_in_use, "listen"}};
    Ports::Hold hold{.port = port_, .ip = ip_, .reuse = reuse_, .role = role_};
    ports_->remove(hold);
    hold.role = role_ = Role::listening;
    ports_->add(hold);
    return {};
}

Result<PortClaim> Ports::claim(const Address& local, Reuse reuse) {
    if (local.port() == 0) {
        const auto port = choose(local);
        if (!port) return std::unexpected{port.error()};
        return PortClaim{*this, Address{local.ip(), *port}, reuse};
    }
    if (conflicts(local, reuse, Intent::claim)) return std::unexpected{Error{Errc::address_in_use, "bind"}};
    return PortClaim{*this, local, reuse};
}

bool Ports::conflicts(const Address& local, Reuse reuse, Intent intent) const {
    using Role = PortClaim::Role;
    auto hold = holds_.lower_bound(
        Hold{.port = local.port(), .ip = IpAddress{}, .reuse = Reuse::refused, .role = Role::bound});
    for (; hold != holds_.end() && hold->first.port == local.port(); ++hold) {
        const Hold& other = hold->first;
        if (!overlap(other.ip, local.ip())) continue;
        if (other.role == Role::listening) return true;
        if (intent == Intent::claim && (reuse == Reuse::refused || other.reuse == Reuse::refused))
            return true;
    }
    return false;
}

/// RFC 6056 §3.3.1, algorithm 1: a random start, then one after the other.
Result<std::uint16_t> Ports::choose(const Address& local) {
    constexpr std::uint32_t count = last_ephemeral - first_ephemeral + 1;
    const auto start = static_cast<std::uint32_t>(random_.below(count));
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto port = static_cast<std::uint16_t>(first_ephemeral + (start + i) % count);
        if (!conflicts(Address{local.ip(), port}, Reuse::refused, Intent::claim)) return port;
    }
    return std::unexpected{Error{Errc::resources_exhausted, "bind"}};
}

void Ports::remove(const Hold& hold) {
    const auto found = holds_.find(hold);
    assert(found != holds_.end());
    if (--found->second == 0) holds_.erase(found);
}

}  // namespace sockeye::transport
