#include "app/chat/line.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::app::chat {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

struct Sequence {
    std::size_t octets;
    bool is_character;
};

constexpr bool is_within(unsigned char octet, unsigned char low, unsigned char high) {
    return octet >= low && octet <= high;
}

/// What a lead octet announces: how many octets follow it, and where the first of them must lie
/// (Unicode table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF).
struct Lead {
    std::size_t followers;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
};

constexpr std::optional<Lead> lead_of(unsigned char octet) {
    if (octet < 0x80) return Lead{0};
    if (is_within(octet, 0xC2, 0xDF)) return Lead{1};
    if (octet == 0xE0) return Lead{2, 0xA0};
    if (octet == 0xED) return Lead{2, 0x80, 0x9F};
    if (is_within(octet, 0xE1, 0xEF)) return Lead{2};
    if (octet == 0xF0) return Lead{3, 0x90};
    if (octet == 0xF4) return Lead{3, 0x80, 0x8F};
    if (is_within(octet, 0xF1, 0xF3)) return Lead{3};
    return std::nullopt;
}

/// The character, or the maximal part of one, that `text` begins with. @pre !text.empty()
constexpr Sequence first_of(std::string_view text) {
    const std::optional<Lead> lead = lead_of(static_cast<unsigned char>(text[0]));
    if (!lead) return {1, false};
    for (std::size_t i = 1; i <= lead->followers; ++i) {
        if (i == text.size()) return {i, false};
        const auto octet = static_cast<unsigned char>(text[i]);
        const bool fits = i == 1 ? is_within(octet, lead->low, lead->high) : is_within(octet, 0x80, 0xBF);
        if (!fits) return {i, false};
    }
    return {lead->followers + 1, true};
}

constexpr unsigned char del = 0x7F;

void append_control(std::string& shown, unsigned char control) {
    // U+2400 to U+241F picture U+0000 to U+001F, U+2421 pictures DEL; E2 90 80 is U+2400.
    shown += "\xE2\x90";
    shown += static_cast<char>(0x80 + (control == del ? 0x21 : control));
}

/// U+0080 to U+009F, which some terminals obey.
bool is_c1_control(std::string_view character) {
    return character.size() == 2 && character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const Sequence first = first_of(text);
        const std::string_view octets = text.substr(0, first.octets);
        const auto lead = static_cast<unsigned char>(octets[0]);
        if (!first.is_character || is_c1_control(octets))
            shown += replacement;
        else if ((lead < ' ' && lead != '\t') || lead == del)
            append_control(shown, lead);
        else
            shown += octets;
        text.remove_prefix(first.octets);
    }
    return shown;
}

void LineReader::keep(std::string_view octets) {
    const std::size_t room = longest_line + 1 - line_.text.size();  // 1: for the CR of a line that just fits
    line_.is_cut = line_.is_cut || octets.size() > room;
    line_.text += octets.substr(0, room);
}

std::optional<Line> LineReader::take(std::string_view& octets) {
    const std::size_t end = octets.find('\n');
    keep(octets.substr(0, end));
    octets.remove_prefix(end == std::string_view::npos ? octets.size() : end + 1);
    if (end == std::string_view::npos) return std::nullopt;
    if (!line_.is_cut && line_.text.ends_with('\r')) line_.text.pop_back();
    if (line_.text.size() > longest_line) {
        line_.text.resize(longest_line);
        line_.is_cut = true;
    }
    return std::exchange(line_, {});
}

std::optional<Line> LineReader::rest() {
    if (line_.text.empty()) return std::nullopt;
    std::string_view end = "\n";
    return take(end);
}

}  // namespace sockeye::app::chat
