#include "link/switch.hpp"

#include <algorithm>

namespace sockeye::link {

namespace {

std::uint64_t key(const wire::MacAddress& mac) {
    std::uint64_t value = 0;
    for (std::uint8_t octet : mac.octets()) value = value << 8 | octet;
    return value;
}

}  // namespace

Forwarding Switch::receive(Port port, std::span<const std::byte> frame, Instant now) {
    using enum Forwarding::Kind;
    const auto ethernet = wire::parse_ethernet(frame);
    if (!ethernet) return {drop};
    learn(ethernet->header.source, port, now);

    const wire::MacAddress& target = ethernet->header.target;
    if (target.is_multicast()) return {flood};
    const auto found = stations_.find(key(target));
    if (found == stations_.end() || now - found->second.seen >= ageing_time) return {flood};
    if (found->second.port == port) return {drop};
    return {one, found->second.port};
}

void Switch::learn(const wire::MacAddress& source, Port port, Instant now) {
    if (source.is_multicast()) return;  // no station has a group address (§7.8)
    const auto known = stations_.find(key(source));
    if (known != stations_.end()) {
        known->second = {port, now};
    } else if (make_room(now)) {
        stations_.emplace(key(source), Station{port, now});
    }
}

/// A flood of invented senders costs one walk an ageing time, not one a frame.
bool Switch::make_room(Instant now) {
    if (stations_.size() < table_limit) return true;
    if (now < next_forgetting_) return false;
    std::erase_if(stations_, [&](const auto& entry) { return now - entry.second.seen >= ageing_time; });
    Instant oldest = now;
    for (const auto& [mac, station] : stations_) oldest = std::min(oldest, station.seen);
    next_forgetting_ = oldest + ageing_time;
    return stations_.size() < table_limit;
}

}  // namespace sockeye::link
