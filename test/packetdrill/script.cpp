#include "test/packetdrill/script.hpp"

#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace sockeye::packetdrill::test {
namespace {

Duration seconds(const std::string& text) {
    return std::chrono::round<Duration>(std::chrono::duration<double>{std::stod(text)});
}

Event::Kind kind_of(std::string& text) {
    if (text.starts_with("%{")) return Event::Kind::assertion;
    const bool is_packet = text.starts_with('<') || text.starts_with('>');
    if (!is_packet) return Event::Kind::call;
    const auto kind = text.front() == '<' ? Event::Kind::inbound : Event::Kind::outbound;
    text.erase(0, text.find_first_not_of(' ', 1));
    return kind;
}

}  // namespace

Script read_script(std::string_view text) {
    static const std::regex event_line{R"(^\s*(\+?)\s*([0-9.]+?)(?:\.\.\.([0-9.]+))?\s+(\S.*?)\s*$)"};
    Script script;
    std::istringstream lines{std::string{text}};
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        line = std::regex_replace(line, std::regex{R"(\s*//.*$)"}, "");
        if (line.find_first_not_of(' ') == std::string::npos) continue;
        if (line.starts_with("--so_flags=")) {
            script.flags = line.substr(line.find('=') + 1);
            continue;
        }
        std::smatch parts;
        if (!std::regex_match(line, parts, event_line))
            throw std::invalid_argument{"line " + std::to_string(number) + ": no event: " + line};
        Event event{.line = number, .at = seconds(parts[2].str()), .text = parts[4].str()};
        event.from = parts[1].length() > 0 ? Event::From::last_event : Event::From::start;
        if (parts[3].matched) event.until = seconds(parts[3].str());
        event.kind = kind_of(event.text);
        script.events.push_back(event);
    }
    return script;
}

Call read_call(const std::string& text) {
    static const std::regex call_line{R"(^(\w+)\((.*)\)\s*=\s*(-?\w+)\s*(E\w+)?.*$)"};
    std::smatch parts;
    if (!std::regex_match(text, parts, call_line)) throw std::invalid_argument{"no call: " + text};
    Call call{.name = parts[1].str(),
              .arguments = {},
              .result = std::stol(parts[3].str(), nullptr, 0),
              .error = parts[4].str()};
    std::string argument;
    int depth = 0;
    for (const char c : parts[2].str()) {
        if (c == '[' || c == '{' || c == '(') ++depth;
        if (c == ']' || c == '}' || c == ')') --depth;
        if (c == ',' && depth == 0) {
            call.arguments.push_back(std::exchange(argument, {}));
        } else if (c != ' ' || !argument.empty()) {
            argument += c;
        }
    }
    if (!argument.empty()) call.arguments.push_back(argument);
    return call;
}

}  // namespace sockeye::packetdrill::test
