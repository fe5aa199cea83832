// What Python's input() and print() are to the lessons' programs, on any network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sockeye/stream.hpp"
#include "sockeye/task.hpp"

namespace sockeye::lessons {

struct Terminal {
    /// Whether what is read is also written: where nobody sees it being typed.
    enum class Echo : std::uint8_t { off, on };

    explicit Terminal(Stream stream_, Echo echo_ = Echo::off) : stream{std::move(stream_)}, echo{echo_} {}

    Stream stream;
    Echo echo;
    std::string unread{};  ///< read from the stream, and no line yet that was asked for
};

/// Writes `prompt` and reads a line, without its line end; nothing at the end of the input.
Task<std::optional<std::string>> input(Terminal& terminal, std::string prompt = {});
/// Writes `line` and a line end.
Task<> print(Terminal& terminal, std::string line);

}  // namespace sockeye::lessons
