#include "link/mac_table.hpp"

#include <algorithm>

namespace sockeye::link {

namespace {

constexpr int octets_of_mac = 6;

std::uint64_t key(std::uint16_t vlan, const wire::MacAddress& mac) {
    std::uint64_t value = vlan;
    for (std::uint8_t octet : mac.octets()) value = value << 8 | octet;
    return value;
}

wire::MacAddress mac_of(std::uint64_t key) {
    std::array<std::uint8_t, octets_of_mac> octets{};
    for (int i = octets_of_mac; i-- > 0; key >>= 8)
        octets[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(key);
    return wire::MacAddress{octets};
}

}  // namespace

void MacTable::learn(std::uint16_t vlan, const wire::MacAddress& station, Port port, Instant now) {
    if (station.is_multicast()) return;  // no station has a group address (§7.8)
    const auto known = stations_.find(key(vlan, station));
    if (known != stations_.end()) {
        known->second = {port, now};
    } else if (make_room(now)) {
        stations_.emplace(key(vlan, station), Station{port, now});
    }
}

std::optional<Port> MacTable::find(std::uint16_t vlan, const wire::MacAddress& station, Instant now) const {
    const auto found = stations_.find(key(vlan, station));
    if (found == stations_.end() || now - found->second.seen >= ageing_) return std::nullopt;
    return found->second.port;
}

void MacTable::forget(Port port) {
    std::erase_if(stations_, [&](const auto& entry) { return entry.second.port == port; });
}

std::vector<MacTable::Entry> MacTable::entries(Instant now) const {
    std::vector<Entry> all;
    for (const auto& [where, station] : stations_)
        if (const Duration age = now - station.seen; age < ageing_)
            all.push_back({.vlan = static_cast<std::uint16_t>(where >> 8 * octets_of_mac),
                           .station = mac_of(where),
                           .port = station.port,
                           .age = age});
    return all;
}

/// A flood of invented senders costs one walk an ageing time, not one a frame.
bool MacTable::make_room(Instant now) {
    if (stations_.size() < limit) return true;
    if (now < next_forgetting_) return false;
    std::erase_if(stations_, [&](const auto& entry) { return now - entry.second.seen >= ageing_; });
    Instant oldest = now;
    for (const auto& [mac, station] : stations_) oldest = std::min(oldest, station.seen);
    next_forgetting_ = oldest + ageing_;
    return stations_.size() < limit;
}

}  // namespace sockeye::link
