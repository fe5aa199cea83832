#include "test/allocations/heap.hpp"

#include <malloc.h>

#include <cstdlib>
#include <new>

namespace {

sockeye::test::Heap counted;

void* take(std::size_t octets, std::size_t alignment) {
    void* const block = alignment == 0 ? std::malloc(octets) : std::aligned_alloc(alignment, octets);
    if (block == nullptr) std::abort();
    ++counted.allocations;
    counted.octets += ::malloc_usable_size(block);
    return block;
}

void give_back(void* block) noexcept {
    if (block == nullptr) return;
    counted.octets -= ::malloc_usable_size(block);
    std::free(block);
}

std::size_t rounded(std::size_t octets, std::align_val_t alignment) {
    const auto unit = static_cast<std::size_t>(alignment);
    return (octets + unit - 1) / unit * unit;
}

}  // namespace

sockeye::test::Heap sockeye::test::heap() {
    return counted;
}

void* operator new(std::size_t octets) {
    return take(octets, 0);
}
void* operator new(std::size_t octets, std::align_val_t alignment) {
    return take(rounded(octets, alignment), static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept {
    give_back(block);
}
void operator delete(void* block, std::size_t) noexcept {
    give_back(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    give_back(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
    give_back(block);
}
