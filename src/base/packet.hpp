// A packet's octets in one shared block with headroom: each layer writes its header in front of
// what it was given, and a frame crosses a whole lab without being copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace sockeye {

/// A view of a reference-counted block, cheap to copy. Single-threaded: a packet and its copies
/// belong to one world. Bytes that are shared are never written: prepend() and writable() copy
/// the block first if another Packet looks at it.
class Packet {
public:
    /// Room for Ethernet with a VLAN tag (18), IPv6 (40) and TCP with full options (60), rounded up.
    static constexpr std::size_t default_headroom = 128;

    Packet() noexcept = default;
    /// `octets` of payload (not initialised) with `headroom` free in front.
    explicit Packet(std::size_t octets, std::size_t headroom = default_headroom);
    /// A copy of `bytes`.
    explicit Packet(std::span<const std::byte> bytes, std::size_t headroom = default_headroom);

    Packet(const Packet& other) noexcept;
    Packet(Packet&& other) noexcept;
    Packet& operator=(Packet other) noexcept;
    ~Packet();

    std::span<const std::byte> bytes() const { return {data_, size_}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    /// The octets, to be written; copies the block first if it is shared.
    std::span<std::byte> writable();

    /// Grows by `octets` at the front and returns them to be written.
    std::span<std::byte> prepend(std::size_t octets);

    /// Takes back octets that trim_front() dropped. @pre it dropped that many since the last prepend()
    void untrim_front(std::size_t octets) {
        data_ -= octets;
        size_ += octets;
    }

    /// Drops `octets` from the front or keeps the first `octets`. @pre octets <= size()
    void trim_front(std::size_t octets);
    void truncate(std::size_t octets);

    void swap(Packet& other) noexcept;

private:
    struct Block;
    Block* block_ = nullptr;
    std::byte* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace sockeye
