// A packet's octets in one shared block with headroom: each layer writes its header in front of
// what it was given, and a frame crosses a whole lab without being copied.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace sockeye {

/// A view of a reference-counted block, cheap to copy and cheaper to move. Single-threaded: a packet
/// and its copies belong to one world. Bytes that are shared are never written: prepend() and
/// writable() copy the block first if another Packet looks at it.
class Packet {
public:
    /// Room for Ethernet with a VLAN tag (18), IPv6 (40) and TCP with full options (60), rounded up.
    static constexpr std::size_t default_headroom = 128;

    Packet() noexcept = default;
    /// `octets` of payload (not initialised) with `headroom` free in front.
    explicit Packet(std::size_t octets, std::size_t headroom = default_headroom);
    /// A copy of `bytes`.
    explicit Packet(std::span<const std::byte> bytes, std::size_t headroom = default_headroom);

    Packet(const Packet& other) noexcept : block_{other.block_}, data_{other.data_}, size_{other.size_} {
        if (block_ != nullptr) ++block_->packets;
    }
    Packet(Packet&& other) noexcept
        : block_{std::exchange(other.block_, nullptr)},
          data_{std::exchange(other.data_, nullptr)},
          size_{std::exchange(other.size_, 0)} {}
    Packet& operator=(Packet other) noexcept {
        swap(other);
        return *this;
    }
    ~Packet() {
        if (block_ != nullptr && --block_->packets == 0) give_back(block_);
    }

    std::span<const std::byte> bytes() const { return {data_, size_}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    /// The octets, to be written; copies the block first if it is shared.
    std::span<std::byte> writable() {
        if (block_ != nullptr && block_->packets > 1) move_away(default_headroom);
        return {data_, size_};
    }

    /// Grows by `octets` at the front and returns them to be written.
    std::span<std::byte> prepend(std::size_t octets) {
        const bool alone = block_ != nullptr && block_->packets == 1;
        const bool fits = alone && static_cast<std::size_t>(data_ - block_->octets()) >= octets;
        if (!fits) move_away(octets + default_headroom);
        data_ -= octets;
        size_ += octets;
        return {data_, octets};
    }

    /// Takes back octets that trim_front() dropped. @pre it dropped that many since the last prepend()
    void untrim_front(std::size_t octets) {
        data_ -= octets;
        size_ += octets;
    }

    /// Drops `octets` from the front or keeps the first `octets`. @pre octets <= size()
    void trim_front(std::size_t octets) {
        assert(octets <= size_);
        data_ += octets;
        size_ -= octets;
    }
    void truncate(std::size_t octets) {
        assert(octets <= size_);
        size_ = octets;
    }

    void swap(Packet& other) noexcept {
        std::swap(block_, other.block_);
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
    }

private:
    /// Stands at the front of one allocation; the octets follow it.
    struct Block {
        std::size_t packets;  // that look at it
        std::size_t capacity;

        std::byte* octets() { return reinterpret_cast<std::byte*>(this + 1); }
    };

    static Block* make(std::size_t capacity);
    static void give_back(Block* block) noexcept;
    /// Into a block of its own.
    void move_away(std::size_t headroom);

    Block* block_ = nullptr;
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace sockeye
