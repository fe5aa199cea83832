// Reads big-endian fields from bytes that came from outside. The one place where their bounds are checked.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/network_order.hpp"

namespace sockeye {

/// Reads from the front. The first read past the end makes it fail for good: that read and all
/// later ones give zeros or nothing, so a parser reads a whole header and asks ok() once.
class Reader {
public:
    constexpr explicit Reader(std::span<const std::byte> bytes) : rest_{bytes} {}

    constexpr std::uint8_t u8() { return integer<std::uint8_t>(); }
    constexpr std::uint16_t u16() { return integer<std::uint16_t>(); }
    constexpr std::uint32_t u32() { return integer<std::uint32_t>(); }
    constexpr std::uint64_t u64() { return integer<std::uint64_t>(); }

    /// The next `octets`, viewed in place; empty if there are fewer.
    constexpr std::span<const std::byte> bytes(std::size_t octets) {
        if (!ok_ || octets > rest_.size()) {
            ok_ = false;
            return {};
        }
        const auto taken = rest_.first(octets);
        rest_ = rest_.subspan(octets);
        return taken;
    }

    /// The same as a copy of fixed size, such as an address; zeros if there are fewer.
    template <std::size_t octets>
    constexpr std::array<std::uint8_t, octets> array() {
        std::array<std::uint8_t, octets> copy{};
        const auto taken = bytes(octets);
        if (taken.empty()) return copy;
        if consteval {
            for (std::size_t i = 0; i < octets; ++i) copy[i] = std::to_integer<std::uint8_t>(taken[i]);
        } else {
            std::memcpy(copy.data(), taken.data(), octets);
        }
        return copy;
    }

    constexpr void skip(std::size_t octets) { bytes(octets); }

    constexpr bool ok() const { return ok_; }
    /// What has not been read; nothing after a failure.
    constexpr std::span<const std::byte> rest() const { return ok_ ? rest_ : std::span<const std::byte>{}; }
    constexpr std::size_t remaining() const { return rest().size(); }

private:
    template <std::unsigned_integral T>
    constexpr T integer() {
        const auto taken = bytes(sizeof(T));
        return taken.empty() ? T{} : load_network<T>(taken.data());
    }

    std::span<const std::byte> rest_;
    bool ok_ = true;
};

}  // namespace sockeye
