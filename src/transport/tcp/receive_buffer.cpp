#include "transport/tcp/receive_buffer.hpp"

#include <algorithm>

namespace sockeye::transport::tcp {

std::span<std::byte> ReceiveBuffer::place_for(Sequence at, std::size_t octets) {
    if (at != next_ || has_gap() || octets > space()) return {};
    const std::span<std::byte> room = ring_.room(readable_, octets);
    return room.size() == octets ? room : std::span<std::byte>{};
}

void ReceiveBuffer::insert(Sequence at, std::span<const std::byte> bytes) {
    if (at < next_) {
        const auto old = static_cast<std::size_t>(next_ - at);
        if (old >= bytes.size()) return;
        bytes = bytes.subspan(old);
        at = next_;
    }
    const auto offset = static_cast<std::size_t>(at - next_);
    if (offset >= space()) return;
    bytes = bytes.first(std::min(bytes.size(), space() - offset));
    if (bytes.empty()) return;

    const Sequence end = at + static_cast<std::uint32_t>(bytes.size());
    if (at != next_ && !remember({.left = at, .right = end})) return;
    ring_.write(readable_ + offset, bytes);
    if (at == next_) advance_to(end);
}

void ReceiveBuffer::forget_ahead() {
    ahead_.reset();
    ring_.shrink(readable_);
}

/// Joins `range` with those it touches. @returns false where it would be one range too many
bool ReceiveBuffer::remember(Range range) {
    Ranges& ahead = ahead_.change();
    const auto first = std::ranges::find_if(ahead, [&](const Range& r) { return r.right >= range.left; });
    const auto last = std::find_if(first, ahead.end(), [&](const Range& r) { return r.left > range.right; });
    if (first == last) {
        if (ahead.size() == maximum_ranges) return false;
        ahead.insert(first, range);
        return true;
    }
    first->left = std::min(first->left, range.left);
    first->right = std::max((last - 1)->right, range.right);
    ahead.erase(first + 1, last);
    return true;
}

/// Everything before `end` is here, and so is what the ranges that it reaches hold.
void ReceiveBuffer::advance_to(Sequence end) {
    if (has_gap()) {
        Ranges& ahead = ahead_.change();
        auto range = ahead.begin();
        for (; range != ahead.end() && range->left <= end; ++range) end = std::max(end, range->right);
        ahead.erase(ahead.begin(), range);
        if (ahead.empty()) ahead_.reset();
    }
    readable_ += static_cast<std::size_t>(end - next_);
    next_ = end;
}

std::optional<ReceiveBuffer::Range> ReceiveBuffer::ahead_at(Sequence at) const {
    const auto range = std::ranges::find_if(*ahead_, [&](const Range& r) { return at < r.right; });
    if (range == ahead_->end() || at < range->left) return std::nullopt;
    return *range;
}

std::optional<ReceiveBuffer::Range> ReceiveBuffer::known_part(Range range) const {
    if (range.left < next_) return Range{range.left, std::min(range.right, next_)};
    const auto known = std::ranges::find_if(*ahead_, [&](const Range& r) { return range.left < r.right; });
    if (known == ahead_->end() || known->left >= range.right) return std::nullopt;
    return Range{std::max(range.left, known->left), std::min(range.right, known->right)};
}

std::size_t ReceiveBuffer::peek(std::span<std::byte> out) const {
    const std::size_t octets = std::min(out.size(), readable_);
    ring_.read(0, out.first(octets));
    return octets;
}

std::size_t ReceiveBuffer::read(std::span<std::byte> out) {
    const std::size_t octets = peek(out);
    drop(octets);
    return octets;
}

void ReceiveBuffer::drop(std::size_t octets) {
    ring_.drop_front(octets);
    readable_ -= octets;
    if (readable_ == 0 && ahead_->empty()) ring_.clear();
}

}  // namespace sockeye::transport::tcp
