#include "examples/lessons/terminal.hpp"

namespace sockeye::lessons {

Task<std::optional<std::string>> input(Terminal& terminal, std::string prompt) {
    (void)co_await terminal.stream.write(prompt);  // as in Python: nobody left to read it is no reason to end
    std::string& unread = terminal.unread;
    std::size_t end = unread.find('\n');
    while (end == std::string::npos) {
        auto more = co_await terminal.stream.read(4096);
        if (!more || more->empty()) break;
        unread += more->text();
        end = unread.find('\n');
    }
    if (unread.empty()) co_return std::nullopt;
    std::string line = unread.substr(0, end);
    unread.erase(0, end == std::string::npos ? end : end + 1);
    if (terminal.echo == Terminal::Echo::on) co_await print(terminal, line);
    co_return line;
}

Task<> print(Terminal& terminal, std::string line) {
    line += '\n';
    (void)co_await terminal.stream.write(line);  // as above
}

}  // namespace sockeye::lessons
