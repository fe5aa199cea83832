// Text from a connection: whole characters, and lines whichever way they end.
#include <algorithm>
#include <string_view>
#include <utility>

#include "socket/file_state.hpp"

namespace sockeye::backend {
namespace {

FileState& file_of(Request& request) {
    return *request.extra->file;
}

/// "\r" and "\r\n" become "\n", also where the two were received apart.
void append_universal(FileState& file, std::string_view text) {
    for (char each : text) {
        const bool belongs_to_the_last = std::exchange(file.skips_line_feed, each == '\r') && each == '\n';
        if (!belongs_to_the_last) file.text += each == '\r' ? '\n' : each;
    }
}

/// Decodes what has been received, up to a mistake if there is one.
Result<void> decode(FileState& file) {
    std::string decoded;
    Result<void> passed = file.decoder.decode(file.unread(), decoded);
    file.incoming.clear();
    file.taken = 0;
    if (passed && file.ended) passed = file.decoder.finish(decoded);
    if (file.options.newline == Newline::universal)
        append_universal(file, decoded);
    else
        file.text += decoded;
    return passed;
}

/// Some more text, or the end.
Result<void> read_on(FileState& file) {
    // Unbuffered, octet by octet: what follows the line is not this file's.
    if (Result<void> filled = file.fill(1); !filled) return filled;
    return decode(file);
}

constexpr std::size_t none = std::string_view::npos;

/// Where the first line of `text` ends, `none` where that is not known yet.
std::size_t line_end(std::string_view text, Newline newline, bool is_all) {
    const auto behind = [&](std::string_view end) {
        const std::size_t at = text.find(end);
        return at == none ? none : at + end.size();
    };
    switch (newline) {
        case Newline::universal:
        case Newline::lf: return behind("\n");
        case Newline::cr: return behind("\r");
        case Newline::crlf: return behind("\r\n");
        case Newline::untranslated: break;
    }
    const std::size_t at = text.find_first_of("\r\n");
    if (at == none || text[at] == '\n') return at == none ? none : at + 1;
    if (at + 1 == text.size()) return is_all ? at + 1 : none;  // a "\n" may follow
    return text[at + 1] == '\n' ? at + 2 : at + 1;
}

/// The first octets of the text, and at most so many; no character is cut, but one is always there.
std::string take(FileState& file, std::size_t octets) {
    std::string& text = file.text;
    octets = std::min(octets, text.size());
    const auto is_cut = [&](std::size_t at) { return at < text.size() && (text[at] & 0xc0) == 0x80; };
    const std::size_t limit = octets;
    while (octets > 0 && is_cut(octets)) --octets;
    if (octets == 0 && limit > 0)
        for (octets = limit; is_cut(octets);) ++octets;
    std::string taken = text.substr(0, octets);
    text.erase(0, octets);
    return taken;
}

}  // namespace

Result<std::string> try_text_line(Request& request) {
    FileState& file = file_of(request);
    while (true) {
        const std::size_t end = line_end(file.text, file.options.newline, file.ended);
        const bool is_over = file.ended || file.text.size() >= request.size;
        if (end != none || is_over) {
            file.ended = false;  // asked again, the socket says it again
            return take(file, std::min(end, request.size));
        }
        if (Result<void> read = read_on(file); !read) return std::unexpected{std::move(read.error())};
    }
}

Result<std::string> try_text_to_end(Request& request) {
    FileState& file = file_of(request);
    while (!file.ended) {
        if (file.text.size() > request.size)
            return std::unexpected{
                Error{Errc::message_too_large, "", "more than " + std::to_string(request.size) + " octets"}};
        if (Result<void> read = read_on(file); !read) return std::unexpected{std::move(read.error())};
    }
    file.ended = false;
    return std::exchange(file.text, {});
}

std::string_view written_line_end(const FileState* file) {
    if (file == nullptr) return {};
    if (file->options.newline == Newline::crlf) return "\r\n";
    return file->options.newline == Newline::cr ? "\r" : std::string_view{};
}

Bytes with_line_ends(std::string_view text, std::string_view ending) {
    std::string written;
    written.reserve(text.size() + text.size() / 16);
    for (char each : text) {
        if (each == '\n')
            written += ending;
        else
            written += each;
    }
    return Bytes{written};
}

}  // namespace sockeye::backend
