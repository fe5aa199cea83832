#include "view/columns.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace sockeye::view {

namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

/// Unicode's East Asian Width W and F, as blocks.
constexpr std::array wide{
    Range{0x1100, 0x115f},   Range{0x2e80, 0x303e},   Range{0x3041, 0xa4cf},   Range{0xac00, 0xd7a3},
    Range{0xf900, 0xfaff},   Range{0xfe30, 0xfe6f},   Range{0xff00, 0xff60},   Range{0xffe0, 0xffe6},
    Range{0x1f300, 0x1f64f}, Range{0x1f900, 0x1f9ff}, Range{0x20000, 0x3fffd},
};
/// Combining marks, zero-width blanks and variation selectors, as blocks.
constexpr std::array invisible{
    Range{0x0300, 0x036f},
    Range{0x200b, 0x200f},
    Range{0x20d0, 0x20ff},
    Range{0xfe00, 0xfe0f},
};

bool is_in(const auto& ranges, std::uint32_t code) {
    return std::ranges::any_of(ranges, [&](Range r) { return code >= r.first && code <= r.last; });
}

struct Character {
    std::size_t octets;
    std::size_t columns;
};

constexpr bool is_continuation(char octet) {
    return (static_cast<unsigned char>(octet) & 0xc0) == 0x80;
}

/// @pre !text.empty()
Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t octets = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
    if (octets == 1 || text.size() < octets) return {1, 1};
    std::uint32_t code = lead & (0xffu >> (octets + 1));
    for (char octet : text.substr(1, octets - 1)) {
        if (!is_continuation(octet)) return {1, 1};
        code = code << 6 | (static_cast<unsigned char>(octet) & 0x3fu);
    }
    if (is_in(invisible, code)) return {octets, 0};
    return {octets, is_in(wide, code) ? 2u : 1u};
}

}  // namespace

std::size_t columns(std::string_view text) {
    std::size_t sum = 0;
    while (!text.empty()) {
        const Character character = first_character(text);
        sum += character.columns;
        text.remove_prefix(character.octets);
    }
    return sum;
}

std::string fit(std::string_view text, std::size_t width) {
    const std::size_t natural = columns(text);
    if (natural <= width) return std::string{text} + std::string(width - natural, ' ');
    if (width == 0) return {};

    std::string cut;
    std::size_t used = 0;
    while (true) {
        const Character character = first_character(text);
        if (used + character.columns > width - 1) break;
        cut += text.substr(0, character.octets);
        used += character.columns;
        text.remove_prefix(character.octets);
    }
    return cut + "…" + std::string(width - 1 - used, ' ');
}

}  // namespace sockeye::view
