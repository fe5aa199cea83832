// SharedBlock: 64 KiB that one receives into and hands on in pieces, each with an owner of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "sockeye/bytes.hpp"

namespace sockeye {

/// It lives as long as any of its owners: whoever made it, and each piece. Pieces are Bytes like others: they
/// may be given back on another thread and outlive whoever made the block. A piece finds the block by its
/// address, so that Bytes need no word more for it. What the block itself needs stands behind its octets: so
/// they are a power of two, as most messages are that fill what they are received into, and few cross the end
/// of a block.
class SharedBlock {
public:
    struct Release {
        void operator()(SharedBlock* block) const noexcept { release(block); }
    };
    using Owner = std::unique_ptr<SharedBlock, Release>;

    static constexpr std::size_t size = std::size_t{64} * 1024;  ///< octets, and so is it aligned

    static Owner make();

    std::byte* data() { return reinterpret_cast<std::byte*>(this) - size; }

    /// Octets that nobody else was given, as Bytes. @pre they lie within data()
    Bytes piece(std::span<std::byte> octets);
    /// Some of what `bytes` has, without a copy; `bytes` is not to be read there any more.
    /// @returns nothing where `bytes` is no piece. @pre they lie within it
    static Bytes part(Bytes& bytes, std::size_t offset, std::size_t octets);

    /// Whether no piece is left.
    bool is_whole() const { return owners_.load(std::memory_order_acquire) == 1; }

private:
    friend class Bytes;

    SharedBlock() = default;
    ~SharedBlock() = default;

    static SharedBlock* around(std::byte* octets);
    static void release(SharedBlock* block) noexcept;

    std::atomic<std::uint32_t> owners_{1};
};

}  // namespace sockeye
