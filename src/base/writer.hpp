// Writes big-endian fields into bytes that we own.
#pragma once

#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sockeye {

/// Writes from the front of a span whose size the caller has counted: running past its end is
/// our own bug and asserts.
class Writer {
public:
    constexpr explicit Writer(std::span<std::byte> room) : rest_{room} {}

    constexpr void u8(std::uint8_t value) { integer(value); }
    constexpr void u16(std::uint16_t value) { integer(value); }
    constexpr void u32(std::uint32_t value) { integer(value); }
    constexpr void u64(std::uint64_t value) { integer(value); }

    constexpr void bytes(std::span<const std::byte> source) {
        for (std::byte octet : source) put(octet);
    }
    constexpr void bytes(std::span<const std::uint8_t> source) {
        for (std::uint8_t octet : source) put(std::byte{octet});
    }
    constexpr void zeros(std::size_t octets) {
        for (; octets > 0; --octets) put(std::byte{0});
    }

    constexpr std::size_t remaining() const { return rest_.size(); }

private:
    template <std::unsigned_integral T>
    constexpr void integer(T value) {
        for (std::size_t i = sizeof(T); i > 0; --i)
            put(static_cast<std::byte>(static_cast<std::uint64_t>(value) >> (8 * (i - 1))));
    }
    constexpr void put(std::byte octet) {
        assert(!rest_.empty());
        rest_.front() = octet;
        rest_ = rest_.subspan(1);
    }

    std::span<std::byte> rest_;
};

}  // namespace sockeye
