#include "app/chat/frame.hpp"

#include <fmt/format.h>

#include "app/chat/line.hpp"
#include "app/printable.hpp"

namespace sockeye::app::chat {
namespace {

constexpr std::string_view naming = "/name ";
constexpr std::string_view notice_mark = "* ";
constexpr std::string_view name_end = ": ";
constexpr std::string_view greeting_mark = "sockeye chat: ";

std::string line(std::string_view text) {
    return printable(text) + '\n';
}

}  // namespace

std::string_view mistake_in_name(std::string_view name) {
    if (name.empty()) return "a name is missing";
    if (name.size() > longest_name) return "a name has at most 32 octets";
    if (name.find_first_of(" \t:") != std::string_view::npos) return "a name has no spaces and no colon";
    if (name[0] == '*' || name[0] == '/') return "a name begins neither with * nor with /";
    if (printable(name) != name) return "a name is printable UTF-8";
    return "";
}

Request read_request(std::string_view text) {
    if (text.starts_with("//")) return {Request::Kind::say, std::string{text.substr(1)}};
    if (text.starts_with(naming)) return {Request::Kind::take_name, std::string{text.substr(naming.size())}};
    if (text.starts_with('/')) return {Request::Kind::unknown, std::string{text}};
    return {Request::Kind::say, std::string{text}};
}

std::string write(const Request& request) {
    if (request.kind == Request::Kind::take_name) return line(fmt::format("{}{}", naming, request.text));
    return line(request.text.starts_with('/') ? '/' + request.text : request.text);
}

Saying read_saying(std::string_view text) {
    if (text.starts_with(notice_mark))
        return {.kind = Saying::Kind::notice, .text = std::string{text.substr(notice_mark.size())}};
    const std::size_t end = text.find(name_end);
    if (end == std::string_view::npos || !mistake_in_name(text.substr(0, end)).empty())
        return {.text = std::string{text}};
    return {.kind = Saying::Kind::message,
            .name = std::string{text.substr(0, end)},
            .text = std::string{text.substr(end + name_end.size())}};
}

std::string write(const Saying& saying) {
    switch (saying.kind) {
        case Saying::Kind::message: return line(fmt::format("{}{}{}", saying.name, name_end, saying.text));
        case Saying::Kind::notice: return line(fmt::format("{}{}", notice_mark, saying.text));
        case Saying::Kind::plain: break;
    }
    return line(saying.text);
}

Saying greeting(std::string_view your_name, std::string_view others) {
    return {.kind = Saying::Kind::notice,
            .text = fmt::format("{}you are {}, with {}; /name NAME calls you otherwise", greeting_mark,
                                your_name, others.empty() ? "nobody yet" : others)};
}

bool is_greeting(const Saying& saying) {
    return saying.kind == Saying::Kind::notice && saying.text.starts_with(greeting_mark);
}

}  // namespace sockeye::app::chat
