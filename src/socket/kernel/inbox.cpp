#include "socket/kernel/inbox.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::kernel {

void Inbox::add(std::span<const std::byte> bytes) {
    if (!empty()) {
        unread_->more.insert(unread_->more.end(), bytes.begin(), bytes.end());
        return;
    }
    unread_ = std::make_unique<Unread>();
    unread_->first = Bytes{bytes.size()};
    std::copy_n(bytes.data(), bytes.size(), unread_->first.data());  // a memmove, which ranges::copy is not
}

std::size_t Inbox::take(std::span<std::byte> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size() && !empty()) {
        auto& [first, taken, more] = *unread_;
        const std::size_t octets = std::min(first.size() - taken, buffer.size() - filled);
        std::copy_n(first.data() + taken, octets, buffer.data() + filled);
        filled += octets;
        taken += octets;
        if (taken < first.size()) break;
        const std::vector<std::byte> rest = std::move(more);
        unread_.reset();
        if (!rest.empty()) add(rest);
    }
    return filled;
}

std::size_t Inbox::peek(std::span<std::byte> buffer) const {
    if (empty()) return 0;
    const auto& [first, taken, more] = *unread_;
    const std::size_t octets = std::min(first.size() - taken, buffer.size());
    std::copy_n(first.data() + taken, octets, buffer.data());
    const std::size_t rest = std::min(more.size(), buffer.size() - octets);
    std::copy_n(more.data(), rest, buffer.data() + octets);
    return octets + rest;
}

Bytes Inbox::take(std::size_t most) {
    if (empty()) return {};
    if (unread_->taken == 0 && unread_->more.empty() && unread_->first.size() <= most) {
        Bytes all = std::move(unread_->first);
        unread_.reset();
        return all;
    }
    Bytes bytes{std::min(most, unread())};
    take({bytes.data(), bytes.size()});
    return bytes;
}

}  // namespace sockeye::kernel
