#include "sockeye/utf8.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sockeye {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Which octets may stand first, how many follow, and what the second may be (RFC 3629 §4).
struct Row {
    std::uint8_t first;
    std::uint8_t last;
    std::uint8_t following;
    std::uint8_t least;
    std::uint8_t most;
};

constexpr std::array rows{
    Row{0x00, 0x7f, 0, 0x00, 0x00}, Row{0xc2, 0xdf, 1, 0x80, 0xbf}, Row{0xe0, 0xe0, 2, 0xa0, 0xbf},
    Row{0xe1, 0xec, 2, 0x80, 0xbf}, Row{0xed, 0xed, 2, 0x80, 0x9f}, Row{0xee, 0xef, 2, 0x80, 0xbf},
    Row{0xf0, 0xf0, 3, 0x90, 0xbf}, Row{0xf1, 0xf3, 3, 0x80, 0xbf}, Row{0xf4, 0xf4, 3, 0x80, 0x8f},
};

std::string hexadecimal(std::uint8_t octet) {
    constexpr std::string_view digits = "0123456789abcdef";
    return {'0', 'x', digits[octet >> 4], digits[octet & 15]};
}

}  // namespace

/// @returns false: no character starts with `octet`
bool Utf8Decoder::begin(std::uint8_t octet) {
    const auto* row = std::ranges::find_if(
        rows, [&](const Row& each) { return octet >= each.first && octet <= each.last; });
    if (row == rows.end()) return false;
    missing_ = row->following;
    least_ = row->least;
    most_ = row->most;
    return true;
}

/// What waits, or else `octet`, is no character.
Result<void> Utf8Decoder::malformed(std::uint8_t octet, std::string& text) {
    waiting_ = missing_ = 0;
    if (policy_ == Malformed::replace) {
        text += replacement;
        return {};
    }
    std::string detail = "not UTF-8: " + hexadecimal(octet) + " at octet " + std::to_string(position_);
    return std::unexpected{Error{Errc::invalid_argument, "", std::move(detail)}};
}

Result<void> Utf8Decoder::decode(BytesView bytes, std::string& text) {
    for (std::byte each : bytes.span()) {
        const auto octet = std::to_integer<std::uint8_t>(each);
        if (missing_ > 0 && !continues(octet))
            if (Result<void> passed = malformed(octet, text); !passed) return passed;
        if (missing_ > 0) {
            --missing_;
            least_ = 0x80;
            most_ = 0xbf;
        } else if (!begin(octet)) {
            if (Result<void> passed = malformed(octet, text); !passed) return passed;
            ++position_;
            continue;
        }
        character_[waiting_++] = static_cast<char>(octet);
        ++position_;
        if (missing_ > 0) continue;
        text.append(character_.data(), waiting_);
        waiting_ = 0;
    }
    return {};
}

Result<void> Utf8Decoder::finish(std::string& text) {
    if (waiting_ == 0) return {};
    return malformed(static_cast<std::uint8_t>(character_[0]), text);
}

}  // namespace sockeye
