#include "app/chat/line.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::app::chat {

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
