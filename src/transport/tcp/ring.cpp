#include "transport/tcp/ring.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace sockeye::transport::tcp {

void Ring::write(std::size_t offset, std::span<const std::byte> bytes) {
    assert(offset + bytes.size() <= std::max(limit_, capacity_));
    if (bytes.empty()) return;
    grow(offset + bytes.size());
    const std::size_t at = (front_ + offset) & (capacity_ - 1);
    const std::size_t before_the_end = std::min(bytes.size(), capacity_ - at);
    std::ranges::copy(bytes.first(before_the_end), storage_.get() + at);
    std::ranges::copy(bytes.subspan(before_the_end), storage_.get());
}

void Ring::read(std::size_t offset, std::span<std::byte> out) const {
    if (out.empty()) return;
    assert(offset + out.size() <= capacity_);
    const std::size_t at = (front_ + offset) & (capacity_ - 1);
    const std::size_t before_the_end = std::min(out.size(), capacity_ - at);
    const std::byte* const octets = storage_.get();
    std::copy_n(octets + at, before_the_end, out.begin());
    std::copy_n(octets, out.size() - before_the_end, out.subspan(before_the_end).begin());
}

void Ring::drop_front(std::size_t octets) {
    if (octets == 0) return;
    assert(octets <= capacity_);
    front_ = (front_ + octets) & (capacity_ - 1);
}

void Ring::grow(std::size_t octets) {
    if (octets <= capacity_) return;
    constexpr std::size_t smallest = 2048;
    const std::size_t capacity = std::bit_ceil(std::max(octets, smallest));
    auto storage = std::make_unique_for_overwrite<std::byte[]>(capacity);
    if (capacity_ != 0) read(0, {storage.get(), capacity_});
    storage_ = std::move(storage);
    capacity_ = capacity;
    front_ = 0;
}

}  // namespace sockeye::transport::tcp
