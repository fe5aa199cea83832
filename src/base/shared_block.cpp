#include "base/shared_block.hpp"

#include <cassert>
#include <cstdint>
#include <new>

namespace sockeye {

SharedBlock::Owner SharedBlock::make() {
    auto* const octets =
        static_cast<std::byte*>(::operator new(size + sizeof(SharedBlock), std::align_val_t{size}));
    return Owner{::new (octets + size) SharedBlock};
}

void SharedBlock::release(SharedBlock* block) noexcept {
    if (block->owners_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    std::byte* const octets = block->data();
    block->~SharedBlock();
    ::operator delete(octets, std::align_val_t{size});
}

SharedBlock* SharedBlock::around(std::byte* octets) {
    return reinterpret_cast<SharedBlock*>(octets - reinterpret_cast<std::uintptr_t>(octets) % size + size);
}

Bytes SharedBlock::piece(std::span<std::byte> octets) {
    assert(octets.data() >= data() && octets.data() + octets.size() <= data() + size);
    owners_.fetch_add(1, std::memory_order_relaxed);
    return Bytes{octets.data(), octets.size() | Bytes::piece_mark};
}

Bytes SharedBlock::part(Bytes& bytes, std::size_t offset, std::size_t octets) {
    assert(offset + octets <= bytes.size());
    if ((bytes.marked_size_ & Bytes::piece_mark) == 0) return {};
    return around(bytes.data())->piece({bytes.data() + offset, octets});
}

}  // namespace sockeye
