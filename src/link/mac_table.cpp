#include "link/mac_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

/// Where it stands, or the free place where it would; nullptr: there is no place at all yet.
MacTable::Station* MacTable::place_of(std::uint64_t where) const {
    constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio (Knuth, 6.4)
    if (stations_.empty()) return nullptr;
    const std::size_t mask = stations_.size() - 1;
    std::size_t i = static_cast<std::size_t>(where * golden >> 32) & mask;
    while (stations_[i].where != where && stations_[i].where != nowhere) i = (i + 1) & mask;
    return &stations_[i];
}

void MacTable::grow() {
    constexpr std::size_t smallest = 8;
    const std::vector<Station> old = std::exchange(stations_, {});
    stations_.resize(std::max(smallest, 2 * old.size()));
    for (const Station& station : old)
        if (station.where != nowhere) *place_of(station.where) = station;
}

template <class Predicate>
void MacTable::forget_if(Predicate is_gone) {
    const std::vector<Station> old = std::exchange(stations_, std::vector<Station>(stations_.size()));
    size_ = 0;
    for (const Station& station : old) {
        if (station.where == nowhere || is_gone(station)) continue;
        *place_of(station.where) = station;
        ++size_;
    }
}

void MacTable::learn(std::uint16_t vlan, const wire::MacAddress& station, Port port, Instant now) {
    if (station.is_multicast()) return;  // no station has a group address (§7.8)
    const std::uint64_t where = key(vlan, station);
    Station* place = place_of(where);
    if (place == nullptr || place->where == nowhere) {
        if (!make_room(now)) return;
        if (2 * (size_ + 1) > stations_.size()) grow();
        place = place_of(where);
        ++size_;
    }
    *place = {.where = where, .port = port, .seen = now};
}

std::optional<Port> MacTable::find(std::uint16_t vlan, const wire::MacAddress& station, Instant now) const {
    const std::uint64_t where = key(vlan, station);
    const Station* const place = place_of(where);
    if (place == nullptr || place->where != where || now - place->seen >= ageing_) return std::nullopt;
    return place->port;
}

void MacTable::forget(Port port) {
    forget_if([&](const Station& station) { return station.port == port; });
}

std::vector<MacTable::Entry> MacTable::entries(Instant now) const {
    std::vector<Entry> all;
    for (const Station& station : stations_)
        if (const Duration age = now - station.seen; station.where != nowhere && age < ageing_)
            all.push_back({.vlan = static_cast<std::uint16_t>(station.where >> 8 * octets_of_mac),
                           .station = mac_of(station.where),
                           .port = station.port,
                           .age = age});
    std::ranges::sort(all, {}, [](const Entry& entry) { return key(entry.vlan, entry.station); });
    return all;
}

/// A flood of invented senders costs one walk an ageing time, not one a frame.
bool MacTable::make_room(Instant now) {
    if (size_ < limit) return true;
    if (now < next_forgetting_) return false;
    forget_if([&](const Station& station) { return now - station.seen >= ageing_; });
    Instant oldest = now;
    for (const Station& station : stations_)
        if (station.where != nowhere) oldest = std::min(oldest, station.seen);
    next_forgetting_ = oldest + ageing_;
    return size_ < limit;
}

}  // namespace sockeye::link
