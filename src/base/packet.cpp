#include "base/packet.hpp"

#include <algorithm>
#include <new>

#include "base/block_pool.hpp"

namespace sockeye {

Packet::Block* Packet::make(std::size_t capacity) {
    return new (take_block(sizeof(Block) + capacity)) Block{.packets = 1, .capacity = capacity};
}

void Packet::give_back(Block* block) noexcept {
    give_back_block(reinterpret_cast<std::byte*>(block), sizeof(Block) + block->capacity);
}

Packet::Packet(std::size_t octets, std::size_t headroom)
    : block_{make(headroom + octets)}, data_{block_->octets() + headroom}, size_{octets} {}

Packet::Packet(std::span<const std::byte> bytes, std::size_t headroom) : Packet{bytes.size(), headroom} {
    std::copy_n(bytes.data(), bytes.size(), data_);
}

void Packet::move_away(std::size_t headroom) {
    *this = Packet{bytes(), headroom};
}

}  // namespace sockeye
