// Writes big-endian fields into bytes that we own.
#pragma once

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/network_order.hpp"

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
        std::copy_n(source.data(), source.size(),
                    take(source.size()));  // a memmove, which ranges::copy is not
    }
    constexpr void bytes(std::span<const std::uint8_t> source) {
        std::byte* const to = take(source.size());
        if consteval {
            for (std::size_t i = 0; i < source.size(); ++i) to[i] = std::byte{source[i]};
        } else {
            std::copy_n(std::as_bytes(source).data(), source.size(), to);
        }
    }
    constexpr void zeros(std::size_t octets) { std::fill_n(take(octets), octets, std::byte{0}); }

    constexpr std::size_t remaining() const { return rest_.size(); }

private:
    template <std::unsigned_integral T>
    constexpr void integer(T value) {
        store_network(take(sizeof(T)), value);
    }
    constexpr std::byte* take(std::size_t octets) {
        assert(octets <= rest_.size());
        std::byte* const taken = rest_.data();
        rest_ = rest_.subspan(octets);
        return taken;
    }

    std::span<std::byte> rest_;
};

}  // namespace sockeye
