// Role: what a server does with what its clients send.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace sockeye::app {

/// Turns what was received into the answer, in place.
using Transform = void (*)(std::span<std::byte> octets);

/// The answer of RFC 862 (Echo): the octets as they came.
inline void keep(std::span<std::byte>) {}

/// a to z become A to Z. Every other octet stays, so UTF-8 stays UTF-8.
void make_upper(std::span<std::byte> octets);

struct Role {
    std::string_view name;
    std::string_view does;  ///< for a help text
    Transform transform;
};

inline constexpr Role echo{"echo", "answers with the octets it received", keep};
inline constexpr Role upper{"upper", "answers in upper case (a to z; other octets stay)", make_upper};

inline constexpr std::array roles{echo, upper};

}  // namespace sockeye::app
