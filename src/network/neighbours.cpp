#include "network/neighbours.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::network {

using enum Reachability;

namespace {

/// Of what waits to be asked for, more is forgotten.
constexpr std::size_t most_to_tell = 64;

template <class T>
std::optional<T> take_first(Queue<T>& queue) {
    if (queue.empty()) return std::nullopt;
    T first = std::move(queue.front());
    queue.pop_front();
    return first;
}

}  // namespace

std::optional<wire::MacAddress> Neighbours::find(const IpAddress& ip, Instant now) {
    Entry* const entry = reachable_at(ip);
    if (entry == nullptr) return std::nullopt;
    if (entry->state == stale || is_old(*entry, now)) enter(*entry, delay, now);
    return entry->mac;
}

Neighbours::Entry* Neighbours::reachable_at(const IpAddress& ip) {
    if (latest_ == nullptr || latest_->first != ip) {
        const auto found = table_.find(ip);
        if (found == table_.end()) return nullptr;
        latest_ = &*found;
    }
    return latest_->second.state == incomplete ? nullptr : &latest_->second;
}

void Neighbours::forget(Table::iterator entry) {
    if (latest_ == &*entry) latest_ = nullptr;
    table_.erase(entry);
}

std::optional<wire::MacAddress> Neighbours::known(const IpAddress& ip) const {
    const auto found = table_.find(ip);
    if (found == table_.end() || found->second.state == incomplete) return std::nullopt;
    return found->second.mac;
}

void Neighbours::wait(const IpAddress& ip, Packet packet, Instant now) {
    if (!table_.contains(ip)) {
        if (!make_room(incomplete)) return unreachable_.push_back(std::move(packet));
        enter(table_[ip], incomplete, now);
    }
    Entry& entry = table_[ip];
    entry.waiting_octets += packet.size();
    entry.waiting.push_back(std::move(packet));
    while (entry.waiting_octets > config_.waiting && entry.waiting.size() > 1) {
        entry.waiting_octets -= entry.waiting.front().size();
        if (displaced_.size() < most_to_tell) displaced_.push_back(std::move(entry.waiting.front()));
        entry.waiting.pop_front();
    }
}

Queue<Packet> Neighbours::release(Entry& entry) {
    entry.waiting_octets = 0;
    return std::exchange(entry.waiting, {});
}

Queue<Packet> Neighbours::asked(const IpAddress& ip, const wire::MacAddress& mac, Instant now) {
    const auto found = table_.find(ip);
    if (found == table_.end() && !make_room(stale)) return {};
    Entry& entry = table_[ip];
    if (entry.state == incomplete || entry.mac != mac) learn(entry, mac, stale, now);
    return release(entry);
}

Queue<Packet> Neighbours::introduced(const IpAddress& ip, const wire::MacAddress& mac, Instant now) {
    if (!table_.contains(ip) && !make_room(reachable)) return {};
    Entry& entry = table_[ip];
    learn(entry, mac, reachable, now);
    return release(entry);
}

Queue<Packet> Neighbours::heard_router(const IpAddress& ip, const wire::MacAddress& mac, Instant now) {
    Queue<Packet> sendable = asked(ip, mac, now);
    if (const auto found = table_.find(ip); found != table_.end()) found->second.is_router = true;
    return sendable;
}

void Neighbours::overheard(const IpAddress& ip, const wire::MacAddress& mac, Instant now) {
    const auto found = table_.find(ip);
    if (found == table_.end() || found->second.state == incomplete || found->second.mac == mac) return;
    learn(found->second, mac, stale, now);
}

Queue<Packet> Neighbours::answered(const NeighbourMessage& advertisement, Instant now) {
    const auto found = table_.find(advertisement.target);
    if (found == table_.end()) return {};
    Entry& entry = found->second;
    const bool first = entry.state == incomplete;
    const wire::MacAddress mac = advertisement.mac.value_or(entry.mac);
    if (first && !advertisement.mac) return {};
    if (!first && mac != entry.mac && !advertisement.override_cache) {
        if (entry.state == reachable) enter(entry, stale, now);
        return {};
    }
    entry.is_router = advertisement.router;
    if (advertisement.solicited)
        learn(entry, mac, reachable, now);
    else if (first || mac != entry.mac)
        learn(entry, mac, stale, now);
    return release(entry);
}

void Neighbours::confirm(const IpAddress& ip, Instant now) {
    constexpr Duration resolution = 1s;  // confirmed with every segment, it need not be noted each time
    Entry* const entry = reachable_at(ip);
    if (entry == nullptr) return;
    if (entry->state == reachable && now - entry->since < resolution) return;
    learn(*entry, entry->mac, reachable, now);
}

std::optional<Neighbours::Request> Neighbours::next_request(Instant now) {
    while (now >= due_) {
        const auto due = std::ranges::find_if(table_, [&](const auto& row) { return now >= row.second.due; });
        auto& [ip, entry] = *due;
        if (entry.state == delay) entry.state = probe;
        if (entry.attempts == config_.attempts) {
            give_up(due);
            continue;
        }
        ++entry.attempts;
        entry.due = now + config_.retransmit;
        find_due();
        const bool is_known = entry.state != incomplete;
        return Request{.ip = ip, .mac = is_known ? std::optional{entry.mac} : std::nullopt};
    }
    return std::nullopt;
}

std::optional<Packet> Neighbours::take_unreachable() {
    return take_first(unreachable_);
}

std::optional<Packet> Neighbours::take_displaced() {
    return take_first(displaced_);
}

std::optional<IpAddress> Neighbours::take_lost() {
    return take_first(lost_);
}

std::vector<Neighbour> Neighbours::list(Instant now) const {
    std::vector<Neighbour> rows;
    for (const auto& [ip, entry] : table_)
        rows.push_back({.ip = ip,
                        .state = is_old(entry, now) ? stale : entry.state,
                        .mac = entry.mac,
                        .since = entry.since,
                        .is_router = entry.is_router});
    return rows;
}

/// With the timer that the state needs, if it needs one.
void Neighbours::enter(Entry& entry, Reachability state, Instant now) {
    entry.state = state;
    entry.attempts = 0;
    entry.due = Instant::never();
    if (state == incomplete) entry.since = entry.due = now;
    if (state == delay) entry.due = now + config_.delay;
    find_due();
}

void Neighbours::learn(Entry& entry, const wire::MacAddress& mac, Reachability state, Instant now) {
    entry.mac = mac;
    entry.since = now;
    enter(entry, state, now);
}

/// Of those in one state, the one confirmed, or asked for, longest ago.
Neighbours::Table::iterator Neighbours::oldest(Reachability state) {
    auto found = table_.end();
    for (auto row = table_.begin(); row != table_.end(); ++row) {
        if (row->second.state != state) continue;
        if (found == table_.end() || row->second.since < found->second.since) found = row;
    }
    return found;
}

/// In a full table somebody makes way whom nobody uses; one more to be asked for pushes out another
/// such alone.
bool Neighbours::make_room(Reachability wanted) {
    if (wanted == incomplete) {
        const auto asked_for =
            std::ranges::count_if(table_, [](const auto& row) { return row.second.state == incomplete; });
        if (static_cast<std::size_t>(asked_for) >= config_.incomplete) give_up(oldest(incomplete));
    }
    if (table_.size() < config_.maximum) return true;
    for (const Reachability state : {stale, reachable}) {
        const auto found = oldest(state);
        if (found == table_.end()) continue;
        forget(found);
        return true;
    }
    return false;
}

void Neighbours::give_up(Table::iterator entry) {
    if (entry->second.is_router && lost_.size() < most_to_tell) lost_.push_back(entry->first);
    for (Packet& packet : entry->second.waiting) unreachable_.push_back(std::move(packet));
    forget(entry);
    find_due();
}

void Neighbours::find_due() {
    due_ = Instant::never();
    for (const auto& [ip, entry] : table_) due_ = std::min(due_, entry.due);
}

}  // namespace sockeye::network
