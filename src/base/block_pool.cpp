#include "base/block_pool.hpp"

#include <array>
#include <bit>
#include <new>
#include <utility>

#include "base/address_sanitizer.hpp"

// A block in the pool belongs to nobody, and AddressSanitizer says so to who still uses it.
extern "C" void __asan_poison_memory_region(const volatile void* begin, std::size_t octets);
extern "C" void __asan_unpoison_memory_region(const volatile void* begin, std::size_t octets);

namespace sockeye {
namespace {

// Sizes are powers of two from 64 octets to 1 MiB; larger blocks are the heap's.
constexpr std::size_t smallest_bits = 6;
constexpr std::size_t classes = 15;
/// Octets that the pool keeps of one size.
constexpr std::size_t most_kept = std::size_t{4} << 20;

struct Block {
    Block* next;
};

/// Without a destructor: whoever outlives the thread's own objects may still give back.
struct Pool {
    std::array<Block*, classes> free{};
    std::array<std::size_t, classes> kept{};
    bool has_janitor = false;
    bool closed = false;
};
constinit thread_local Pool pool;

constexpr std::size_t class_of(std::size_t octets) {
    constexpr std::size_t smallest = std::size_t{1} << smallest_bits;
    return octets <= smallest ? 0 : static_cast<std::size_t>(std::bit_width(octets - 1)) - smallest_bits;
}

constexpr std::size_t size_of(std::size_t size_class) {
    return std::size_t{1} << (smallest_bits + size_class);
}

void poison([[maybe_unused]] Block* block, [[maybe_unused]] std::size_t octets) {
    if constexpr (under_address_sanitizer) __asan_poison_memory_region(block + 1, octets - sizeof(Block));
}

void unpoison([[maybe_unused]] Block* block, [[maybe_unused]] std::size_t octets) {
    if constexpr (under_address_sanitizer) __asan_unpoison_memory_region(block, octets);
}

/// Empties the pool when the thread ends.
struct Janitor {
    ~Janitor() {
        pool.closed = true;
        for (std::size_t i = 0; i < classes; ++i) {
            while (Block* block = pool.free[i]) {
                pool.free[i] = block->next;
                unpoison(block, size_of(i));
                ::operator delete(block);
            }
        }
    }
};

/// To be called before the first block is kept.
void employ_janitor() {
    thread_local Janitor janitor;
    static_cast<void>(janitor);
    pool.has_janitor = true;
}

std::byte* from_heap(std::size_t octets) {
    return static_cast<std::byte*>(::operator new(octets));
}

}  // namespace

std::byte* take_block(std::size_t octets) {
    const std::size_t size_class = class_of(octets);
    if (size_class >= classes) return from_heap(octets);
    Block* const block = pool.free[size_class];
    if (block == nullptr) return from_heap(size_of(size_class));
    pool.free[size_class] = block->next;
    pool.kept[size_class] -= size_of(size_class);
    unpoison(block, size_of(size_class));
    return reinterpret_cast<std::byte*>(block);
}

void give_back_block(std::byte* block, std::size_t octets) noexcept {
    const std::size_t size_class = class_of(octets);
    if (size_class >= classes || pool.closed || pool.kept[size_class] >= most_kept) {
        ::operator delete(block);
        return;
    }
    if (!pool.has_janitor) employ_janitor();
    auto* const kept = new (block) Block{pool.free[size_class]};
    pool.free[size_class] = kept;
    pool.kept[size_class] += size_of(size_class);
    poison(kept, size_of(size_class));
}

}  // namespace sockeye
