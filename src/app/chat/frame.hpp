// Frames of a chat: each a line of UTF-8, so that no message merges or splits, and so that a person
// with nc can take part. What a client says to a room, and a room to its clients, without I/O.
//
//   to the room    hello            says "hello"; an empty line is a message too
//                  //etc/hosts      says "/etc/hosts": a slash in front is doubled
//                  /name anna       takes a name
//   from the room  anna: hello      a message
//                  * bob has left   a notice
//
// Names hold no colon and begin neither with * nor with /, so what stands in front says which it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sockeye::app::chat {

/// Octets of a name.
inline constexpr std::size_t longest_name = 32;

/// Printable, without spaces, colons, and * or / in front. @returns why it is no name; empty: it is one
std::string_view mistake_in_name(std::string_view name);

/// What a client says to its room.
struct Request {
    enum class Kind : std::uint8_t { say, take_name, unknown };
    Kind kind = Kind::say;
    std::string text;  ///< the message, the name, or the unknown command

    friend bool operator==(const Request&, const Request&) = default;
};

Request read_request(std::string_view line);
/// One line and its end, whatever the text is. @pre kind is not unknown
std::string write(const Request& request);

/// What a room says to its clients, or anybody to whoever listens.
struct Saying {
    enum class Kind : std::uint8_t { message, notice, plain };
    Kind kind = Kind::plain;
    std::string name{};  ///< of a message
    std::string text;

    friend bool operator==(const Saying&, const Saying&) = default;
};

Saying read_saying(std::string_view line);
std::string write(const Saying& saying);

/// The first thing that a room says, by which a client knows that it is in one.
Saying greeting(std::string_view your_name, std::string_view others);
bool is_greeting(const Saying& saying);

}  // namespace sockeye::app::chat
