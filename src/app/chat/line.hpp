// Lines of a chat: cut out of a stream, bounded, and safe to show.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sockeye::app::chat {

/// Octets of a line, its end not included. Long enough to paste a paragraph.
inline constexpr std::size_t longest_line = 4096;

struct Line {
    std::string text;     ///< without its line end: LF, or CR LF as Telnet sends
    bool is_cut = false;  ///< it was longer; the rest is lost

    friend bool operator==(const Line&, const Line&) = default;
};

/// Cuts a stream of octets into lines. Keeps at most one, however long the peer makes it.
class LineReader {
public:
    /// Takes octets off the front of `octets`, until a line is complete. Nothing: there are no more.
    std::optional<Line> take(std::string_view& octets);
    /// What came after the last line end, once the stream has ended.
    std::optional<Line> rest();

private:
    void keep(std::string_view octets);

    Line line_;
};

}  // namespace sockeye::app::chat
