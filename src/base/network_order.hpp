// Whole integers in network byte order, wherever they stand: the machine reads and writes them at once.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace sockeye {

/// The machine's order and the network's, either way.
template <std::unsigned_integral T>
constexpr T network_order(T value) {
    if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1)
        return value;
    else
        return std::byteswap(value);
}

/// @pre sizeof(T) octets can be read there
template <std::unsigned_integral T>
constexpr T load_network(const std::byte* at) {
    if consteval {  // which knows no octets behind a number
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(T); ++i)
            value = value << 8 | std::to_integer<std::uint64_t>(at[i]);
        return static_cast<T>(value);
    }
    T value{};
    std::memcpy(&value, at, sizeof value);
    return network_order(value);
}

/// @pre sizeof(T) octets can be written there
template <std::unsigned_integral T>
constexpr void store_network(std::byte* at, T value) {
    if consteval {
        for (std::size_t i = sizeof(T); i-- > 0; value = static_cast<T>(std::uint64_t{value} >> 8))
            at[i] = static_cast<std::byte>(value);
        return;
    }
    value = network_order(value);
    std::memcpy(at, &value, sizeof value);
}

}  // namespace sockeye
