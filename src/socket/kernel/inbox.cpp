#include "socket/kernel/inbox.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::kernel {

void Inbox::add(std::span<const std::byte> bytes) {
    if (!empty()) {
        more_.insert(more_.end(), bytes.begin(), bytes.end());
        return;
    }
    first_ = Bytes{bytes.size()};
    taken_ = 0;
    std::ranges::copy(bytes, first_.begin());
}

std::size_t Inbox::take(std::span<std::byte> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size() && !empty()) {
        const std::size_t octets = std::min(first_.size() - taken_, buffer.size() - filled);
        std::copy_n(first_.begin() + taken_, octets, buffer.begin() + static_cast<std::ptrdiff_t>(filled));
        filled += octets;
        taken_ += octets;
        if (taken_ < first_.size()) break;
        first_ = {};
        taken_ = 0;
        if (!more_.empty()) add(std::exchange(more_, {}));
    }
    return filled;
}

std::size_t Inbox::peek(std::span<std::byte> buffer) const {
    const std::size_t first = std::min(first_.size() - taken_, buffer.size());
    std::copy_n(first_.begin() + taken_, first, buffer.begin());
    const std::size_t rest = std::min(more_.size(), buffer.size() - first);
    std::copy_n(more_.begin(), rest, buffer.begin() + static_cast<std::ptrdiff_t>(first));
    return first + rest;
}

Bytes Inbox::take(std::size_t most) {
    if (taken_ == 0 && more_.empty() && first_.size() <= most) return std::exchange(first_, {});
    Bytes bytes{std::min(most, unread())};
    take({bytes.data(), bytes.size()});
    return bytes;
}

}  // namespace sockeye::kernel
