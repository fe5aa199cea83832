#include "network/neighbours.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::network {

std::optional<wire::MacAddress> Neighbours::find(const IpAddress& ip, Instant now) {
    const auto found = table_.find(ip);
    if (found == table_.end() || found->second.state == Reachability::incomplete) return std::nullopt;
    Entry& entry = found->second;
    if (is_stale(entry, now)) {
        entry.state = Reachability::probe;
        ask(entry, now);
    }
    return entry.mac;
}

void Neighbours::wait(const IpAddress& ip, IpPacket packet, Instant now) {
    if (!table_.contains(ip)) {
        if (!make_room()) return unreachable_.push_back(std::move(packet));
        Entry& entry = table_[ip];
        entry.since = now;
        ask(entry, now);
    }
    Entry& entry = table_[ip];
    entry.waiting.push_back(std::move(packet));
    if (entry.waiting.size() > config_.waiting) entry.waiting.pop_front();
}

std::deque<IpPacket> Neighbours::learn(const IpAddress& ip, const wire::MacAddress& mac, Unknown unknown,
                                       Instant now) {
    if (!table_.contains(ip) && (unknown == Unknown::ignore || !make_room())) return {};
    Entry& entry = table_[ip];
    entry.state = Reachability::reachable;
    entry.mac = mac;
    entry.since = now;
    entry.next_attempt = Instant::never();
    entry.attempts = 0;
    find_due();
    return std::exchange(entry.waiting, {});
}

std::optional<Neighbours::Request> Neighbours::next_request(Instant now) {
    while (now >= due_) {
        const auto due =
            std::ranges::find_if(table_, [&](const auto& row) { return now >= row.second.next_attempt; });
        auto& [ip, entry] = *due;
        if (entry.attempts == config_.attempts) {
            give_up(due);
            continue;
        }
        ++entry.attempts;
        entry.next_attempt = now + config_.retransmit;
        find_due();
        const bool is_known = entry.state != Reachability::incomplete;
        return Request{.ip = ip, .mac = is_known ? std::optional{entry.mac} : std::nullopt};
    }
    return std::nullopt;
}

std::optional<IpPacket> Neighbours::take_unreachable() {
    if (unreachable_.empty()) return std::nullopt;
    IpPacket packet = std::move(unreachable_.front());
    unreachable_.pop_front();
    return packet;
}

std::vector<Neighbour> Neighbours::list(Instant now) const {
    std::vector<Neighbour> rows;
    for (const auto& [ip, entry] : table_) {
        const auto state = is_stale(entry, now) ? Reachability::stale : entry.state;
        rows.push_back({.ip = ip, .state = state, .mac = entry.mac, .since = entry.since});
    }
    return rows;
}

void Neighbours::ask(Entry& entry, Instant now) {
    entry.attempts = 0;
    entry.next_attempt = now;
    due_ = std::min(due_, now);
}

/// In a full table the entry confirmed longest ago makes way, but nobody who is being asked for.
bool Neighbours::make_room() {
    if (table_.size() < config_.maximum) return true;
    auto oldest = table_.end();
    for (auto row = table_.begin(); row != table_.end(); ++row) {
        if (row->second.state != Reachability::reachable) continue;
        if (oldest == table_.end() || row->second.since < oldest->second.since) oldest = row;
    }
    if (oldest == table_.end()) return false;
    table_.erase(oldest);
    return true;
}

void Neighbours::give_up(Table::iterator entry) {
    for (IpPacket& packet : entry->second.waiting) unreachable_.push_back(std::move(packet));
    table_.erase(entry);
    find_due();
}

void Neighbours::find_due() {
    due_ = Instant::never();
    for (const auto& [ip, entry] : table_) due_ = std::min(due_, entry.next_attempt);
}

}  // namespace sockeye::network
