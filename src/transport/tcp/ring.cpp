#include "transport/tcp/ring.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace sockeye::transport::tcp {
namespace {

constexpr std::size_t smallest = 2048;

}  // namespace

void Ring::write(std::size_t offset, std::span<const std::byte> bytes) {
    assert(offset + bytes.size() <= std::max<std::size_t>(limit_, capacity()));
    if (bytes.empty()) return;
    reserve(offset + bytes.size());
    const std::size_t at = (front_ + offset) & (capacity() - 1);
    if (bytes.data() == storage_.get() + at) return;
    const std::size_t before_the_end = std::min(bytes.size(), capacity() - at);
    // g++ 12 makes std::ranges::copy of a span a loop over octets.
    std::copy_n(bytes.data(), before_the_end, storage_.get() + at);
    std::copy_n(bytes.data() + before_the_end, bytes.size() - before_the_end, storage_.get());
}

void Ring::read(std::size_t offset, std::span<std::byte> out) const {
    if (out.empty()) return;
    assert(offset + out.size() <= capacity());
    const std::size_t at = (front_ + offset) & (capacity() - 1);
    const std::size_t before_the_end = std::min(out.size(), capacity() - at);
    const std::byte* const octets = storage_.get();
    std::copy_n(octets + at, before_the_end, out.begin());
    std::copy_n(octets, out.size() - before_the_end, out.subspan(before_the_end).begin());
}

wire::Checksum Ring::read_summing(std::size_t offset, std::span<std::byte> out) const {
    wire::Checksum sum;
    while (!out.empty()) {
        const std::span<const std::byte> piece = view(offset, out.size());
        sum.add_copying(piece, out.data());
        offset += piece.size();
        out = out.subspan(piece.size());
    }
    return sum;
}

std::span<std::byte> Ring::room(std::size_t offset, std::size_t octets) {
    if (octets == 0) return {};
    reserve(offset + octets);
    const std::size_t at = (front_ + offset) & (capacity() - 1);
    return {storage_.get() + at, std::min(octets, capacity() - at)};
}

std::span<const std::byte> Ring::view(std::size_t offset, std::size_t octets) const {
    if (octets == 0) return {};
    const std::size_t at = (front_ + offset) & (capacity() - 1);
    return {storage_.get() + at, std::min(octets, capacity() - at)};
}

void Ring::drop_front(std::size_t octets) {
    if (octets == 0) return;
    assert(octets <= capacity());
    front_ = static_cast<std::uint32_t>((front_ + octets) & (capacity() - 1));
}

void Ring::shrink(std::size_t octets) {
    used_ = static_cast<std::uint32_t>(octets);
    if (octets == 0) return clear();
    const std::size_t enough = std::bit_ceil(std::max(octets, smallest));
    if (enough >= capacity()) return;
    PooledBlock storage{take_block(enough), {enough}};
    read(0, {storage.get(), octets});
    storage_ = std::move(storage);
    front_ = 0;
}

void Ring::clear() {
    storage_.reset();
    front_ = 0;
}

/// Room for so many from the front on.
void Ring::reserve(std::size_t octets) {
    if (octets > capacity()) grow(octets);
    used_ = std::max(used_, static_cast<std::uint32_t>(octets));
}

void Ring::grow(std::size_t octets) {
    // What it needed before it was cleared, it is likely to need again.
    const std::size_t expected = capacity() == 0 ? std::exchange(used_, 0U) : 0;
    const std::size_t enough = std::bit_ceil(std::max({octets, expected, smallest}));
    PooledBlock storage{take_block(enough), {enough}};
    if (capacity() != 0) read(0, {storage.get(), capacity()});
    storage_ = std::move(storage);
    front_ = 0;
}

}  // namespace sockeye::transport::tcp
