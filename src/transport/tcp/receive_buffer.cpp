#include "transport/tcp/receive_buffer.hpp"

#include <algorithm>

namespace sockeye::transport::tcp {

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
    if (at != next_ && !remember({.begin = at, .end = end})) return;
    ring_.write(readable_ + offset, bytes);
    if (at == next_) advance_to(end);
}

/// Joins `range` with those it touches. @returns false where it would be one range too many
bool ReceiveBuffer::remember(Range range) {
    const auto first = std::ranges::find_if(ahead_, [&](const Range& r) { return r.end >= range.begin; });
    const auto last = std::find_if(first, ahead_.end(), [&](const Range& r) { return r.begin > range.end; });
    if (first == last) {
        if (ahead_.size() == maximum_ranges) return false;
        ahead_.insert(first, range);
        return true;
    }
    first->begin = std::min(first->begin, range.begin);
    first->end = std::max((last - 1)->end, range.end);
    ahead_.erase(first + 1, last);
    return true;
}

/// Everything before `end` is here, and so is what the ranges that it reaches hold.
void ReceiveBuffer::advance_to(Sequence end) {
    auto range = ahead_.begin();
    for (; range != ahead_.end() && range->begin <= end; ++range) end = std::max(end, range->end);
    ahead_.erase(ahead_.begin(), range);
    readable_ += static_cast<std::size_t>(end - next_);
    next_ = end;
}

std::size_t ReceiveBuffer::peek(std::span<std::byte> out) const {
    const std::size_t octets = std::min(out.size(), readable_);
    ring_.read(0, out.first(octets));
    return octets;
}

std::size_t ReceiveBuffer::read(std::span<std::byte> out) {
    const std::size_t octets = peek(out);
    ring_.drop_front(octets);
    readable_ -= octets;
    return octets;
}

}  // namespace sockeye::transport::tcp
