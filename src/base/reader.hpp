// Reads big-endian fields from bytes that came from outside. The one place where their bounds are checked.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

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
        std::size_t i = 0;
        for (std::byte octet : bytes(octets)) copy[i++] = std::to_integer<std::uint8_t>(octet);
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
        std::uint64_t value = 0;
        for (std::byte octet : bytes(sizeof(T))) value = value << 8 | std::to_integer<std::uint64_t>(octet);
        return static_cast<T>(value);
    }

    std::span<const std::byte> rest_;
    bool ok_ = true;
};

}  // namespace sockeye
