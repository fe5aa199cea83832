#include "base/block_pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "base/address_sanitizer.hpp"

namespace sockeye {
namespace {

TEST(BlockPool, TheBlockGivenBackLastIsTheNextOfItsSize) {
    std::byte* const block = take_block(1000);
    give_back_block(block, 1000);
    std::byte* const next = take_block(900);  // both are rounded up to 1024
    EXPECT_EQ(next, block);
    give_back_block(next, 900);
}

TEST(BlockPool, ABlockHasAllOctetsThatWereAskedFor) {
    for (const std::size_t octets : {0, 1, 64, 65, 4096, 1 << 20, (1 << 20) + 1, 3 << 20}) {
        std::byte* const block = take_block(octets);
        std::memset(block, 1, octets);
        give_back_block(block, octets);
    }
}

TEST(BlockPoolDeath, ABlockGivenBackIsNobodysToUse) {
    if (!under_address_sanitizer) GTEST_SKIP() << "AddressSanitizer alone sees it";
    std::byte* const block = take_block(100);
    give_back_block(block, 100);
    EXPECT_DEATH(block[50] = std::byte{1}, "use-after-poison");
}

TEST(BlockPool, BlocksTakenAtOnceAreDifferent) {
    std::byte* const a = take_block(100);
    std::byte* const b = take_block(100);
    EXPECT_NE(a, b);
    give_back_block(a, 100);
    give_back_block(b, 100);
}

TEST(BlockPool, EachThreadHasItsOwnBlocksAndLeavesNoneBehind) {
    std::byte* const ours = take_block(100);
    std::thread{[ours] {
        give_back_block(ours, 100);  // taken elsewhere
        std::byte* const same = take_block(100);
        EXPECT_EQ(same, ours);
        give_back_block(same, 100);
    }}.join();  // LeakSanitizer would tell
}

TEST(BlockPool, ContainersTakeTheirMemoryFromIt) {
    const void* block = nullptr;
    {
        std::vector<int, PoolAllocator<int>> numbers(1000, 7);
        block = numbers.data();
    }
    std::vector<int, PoolAllocator<int>> again(1000, 8);
    EXPECT_EQ(again.data(), block);
}

}  // namespace
}  // namespace sockeye
