// Octets written as hexadecimal text, for hand-made packets in tests.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sockeye::test {

/// "45 00 001c" to octets; blanks and line breaks are for the reader.
inline std::vector<std::byte> from_hex(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::vector<std::byte> octets;
    unsigned value = 0;
    unsigned count = 0;
    for (char c : text) {
        if (c == ' ' || c == '\n') continue;
        const std::size_t digit = digits.find(c);
        assert(digit != std::string_view::npos);
        value = value << 4 | static_cast<unsigned>(digit);
        if (++count % 2 == 0) octets.push_back(static_cast<std::byte>(value & 0xff));
    }
    assert(count % 2 == 0);
    return octets;
}

/// "45 00 00 1c", which a failing test can show side by side with what was expected.
inline std::string to_hex(std::span<const std::byte> octets) {
    std::string text;
    for (std::byte octet : octets) {
        if (!text.empty()) text += ' ';
        text += "0123456789abcdef"[std::to_integer<unsigned>(octet) >> 4];
        text += "0123456789abcdef"[std::to_integer<unsigned>(octet) & 0x0f];
    }
    return text;
}

}  // namespace sockeye::test
