// Memory that is used again: what comes and goes with each packet does not go to the heap each time.
#pragma once

#include <cstddef>
#include <memory>

namespace sockeye {

/// A block of at least `octets`, aligned as by new. Each thread has its own blocks: one that is given
/// back is the next to be taken, while it is still in the processor's cache.
std::byte* take_block(std::size_t octets);
/// @param octets  as many as were asked for
void give_back_block(std::byte* block, std::size_t octets) noexcept;

/// The same as an owner.
struct GiveBack {
    std::size_t octets = 0;
    void operator()(std::byte* block) const noexcept { give_back_block(block, octets); }
};
using PooledBlock = std::unique_ptr<std::byte[], GiveBack>;

/// The same for things of a class that come and go one by one: `struct Extra : FromPool`.
struct FromPool {
    static void* operator new(std::size_t octets) { return take_block(octets); }
    static void operator delete(void* block, std::size_t octets) noexcept {
        give_back_block(static_cast<std::byte*>(block), octets);
    }
};

/// The same for the standard containers.
template <class T>
struct PoolAllocator {
    using value_type = T;

    PoolAllocator() = default;
    template <class Other>
    PoolAllocator(const PoolAllocator<Other>&) noexcept {}

    T* allocate(std::size_t count) { return reinterpret_cast<T*>(take_block(count * sizeof(T))); }
    void deallocate(T* first, std::size_t count) noexcept {
        give_back_block(reinterpret_cast<std::byte*>(first), count * sizeof(T));
    }

    friend bool operator==(const PoolAllocator&, const PoolAllocator&) { return true; }
};

}  // namespace sockeye
