// What goes over a lab's control socket: a request and its answer, each one JSON object on one line.
//
//   {"verb":"arp","host":"alice"}
//   {"exit":0,"text":"address …","data":[{"kind":"neighbour",…}]}
//
// A request for what comes as it comes (capture, trace, follow) has several answers, each on a line of its
// own, all but the last with "more":true.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/error.hpp"
#include "view/table.hpp"

namespace sockeye::view {

/// Octets of a request, its line end left out.
constexpr std::size_t longest_request = 8192;

/// Which fields mean something depends on the verb; what was not said is empty, or 0.
struct Request {
    std::string verb{};
    std::string host{};
    std::string target{};              ///< an address, a node's name, a name for its resolver
    std::vector<std::string> words{};  ///< "add", "alice", "lan", "cut"
    std::size_t last = 0;              ///< lines
    std::size_t count = 0;             ///< echoes
    std::string timeout{};             ///< "10s"

    friend bool operator==(const Request&, const Request&) = default;
};

/// @param line  without its line end
/// @returns invalid_argument with a detail that says what is wrong, and what to write
Result<Request> parse_request(std::string_view line);
/// With its line end.
std::string write_request(const Request& request);

/// How it went, in the command's exit codes: see cli/exit_code.hpp.
namespace exit {
constexpr int ok = 0;
constexpr int other = 1;
constexpr int usage = 2;
constexpr int name_not_found = 6;
constexpr int timed_out = 28;
constexpr int unreachable = 65;
}  // namespace exit

struct Answer {
    int exit = exit::ok;
    std::string text{};        ///< for people: lines, or what went wrong, without a line end
    std::vector<Json> data{};  ///< for machines
    bool more = false;         ///< others follow: see stream.hpp
};

Answer usage_error(std::string words);
/// @param give  the answer; what it throws as std::invalid_argument, such as a name that there is not, is one
Answer answer_or_mistake(const std::function<Answer()>& give);
/// @returns nothing where it is no answer
Result<Answer> parse_answer(std::string_view line);
/// With its line end. What is longer than anybody reads becomes an answer that says so.
std::string write_answer(const Answer& answer);

}  // namespace sockeye::view
