#include "base/packet.hpp"

#include <algorithm>
#include <cassert>
#include <new>
#include <utility>

#include "base/block_pool.hpp"

namespace sockeye {

/// Stands at the front of one allocation; the octets follow it.
struct Packet::Block {
    std::size_t packets;  // that look at it
    std::size_t capacity;

    std::byte* octets() { return reinterpret_cast<std::byte*>(this + 1); }

    static Block* make(std::size_t capacity) {
        return new (take_block(sizeof(Block) + capacity)) Block{.packets = 1, .capacity = capacity};
    }
    static void release(Block* block) noexcept {
        if (block == nullptr || --block->packets > 0) return;
        give_back_block(reinterpret_cast<std::byte*>(block), sizeof(Block) + block->capacity);
    }
};

Packet::Packet(std::size_t octets, std::size_t headroom)
    : block_{Block::make(headroom + octets)}, data_{block_->octets() + headroom}, size_{octets} {}

Packet::Packet(std::span<const std::byte> bytes, std::size_t headroom) : Packet{bytes.size(), headroom} {
    std::ranges::copy(bytes, data_);
}

Packet::Packet(const Packet& other) noexcept : block_{other.block_}, data_{other.data_}, size_{other.size_} {
    if (block_ != nullptr) ++block_->packets;
}

Packet::Packet(Packet&& other) noexcept {
    swap(other);
}

Packet& Packet::operator=(Packet other) noexcept {
    swap(other);
    return *this;
}

Packet::~Packet() {
    Block::release(block_);
}

std::span<std::byte> Packet::writable() {
    if (block_ != nullptr && block_->packets > 1) *this = Packet{bytes()};
    return {data_, size_};
}

std::span<std::byte> Packet::prepend(std::size_t octets) {
    const bool alone = block_ != nullptr && block_->packets == 1;
    const bool fits = alone && static_cast<std::size_t>(data_ - block_->octets()) >= octets;
    if (!fits) *this = Packet{bytes(), octets + default_headroom};
    data_ -= octets;
    size_ += octets;
    return {data_, octets};
}

void Packet::trim_front(std::size_t octets) {
    assert(octets <= size_);
    data_ += octets;
    size_ -= octets;
}

void Packet::truncate(std::size_t octets) {
    assert(octets <= size_);
    size_ = octets;
}

void Packet::swap(Packet& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
}

}  // namespace sockeye
