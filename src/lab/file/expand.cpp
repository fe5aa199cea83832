#include "lab/file/expand.hpp"

#include <algorithm>
#include <utility>

#include "base/address_text.hpp"

namespace sockeye::lab {
namespace {

Place place_at(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const auto lines = static_cast<std::size_t>(std::ranges::count(before, '\n'));
    const std::size_t line_begin = before.rfind('\n') + 1;  // 0 after npos
    return {lines + 1, at - line_begin + 1};
}

/// Whether a comment has begun on the same line.
bool is_in_comment(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const std::string_view line = before.substr(before.rfind('\n') + 1);
    const std::size_t sign = line.find('#');
    return sign != std::string_view::npos && (sign == 0 || line[sign - 1] == ' ');
}

}  // namespace

std::string expand(std::string_view text, const Environment& environment, std::vector<Remark>& remarks) {
    std::string expanded;
    std::size_t copied = 0;
    for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
        const std::size_t end = text.find('}', at);
        if (end == std::string_view::npos) break;
        if (is_in_comment(text, at)) continue;
        if (at > 0 && text[at - 1] == '$') {
            expanded += text.substr(copied, at - 1 - copied);
            copied = at;
            continue;
        }
        const std::string_view inside = text.substr(at + 2, end - at - 2);
        const std::size_t colon = inside.find(':');
        const std::string_view name = inside.substr(0, colon);
        std::optional<std::string> value = environment(name);
        if (!value && colon != std::string_view::npos && inside.size() > colon + 1 &&
            (inside[colon + 1] == '-' || inside[colon + 1] == '='))
            value = inside.substr(colon + 2);
        if (!value) {
            const std::string shown = address_text::shown(name);
            std::string words = "'" + shown;
            words.append("' is not set: set it, or write ${").append(shown).append(":=value}");
            remarks.push_back({place_at(text, at), Remark::Weight::mistake, std::move(words)});
            continue;
        }
        expanded += text.substr(copied, at - copied);
        expanded += *value;
        copied = end + 1;
    }
    expanded += text.substr(copied);
    return expanded;
}

}  // namespace sockeye::lab
