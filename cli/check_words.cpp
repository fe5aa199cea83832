#include "cli/check_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/address_text.hpp"
#include "cli/port_words.hpp"

namespace sockeye::cli {
namespace {

using address_text::mistake;
using address_text::shown;

/// "80", "1-1024", "22,80"; no host looks so.
bool is_made_of_ports(std::string_view word) {
    return std::ranges::all_of(word,
                               [](char c) { return address_text::is_digit(c) || c == '-' || c == ','; });
}

/// "fe80::1%2" is a host without a port; every other word with a colon is an address with one.
bool has_port(std::string_view word) {
    const auto parts = address_text::split_scope(word);
    return word.contains(':') && !(parts && IpAddress::parse(parts->ip));
}

Result<CheckQuestion> parse_address(std::string_view word) {
    const Result<Target> target = Target::parse(word);
    if (!target) return std::unexpected{target.error()};
    if (!target->path.empty())
        return mistake("a unix socket has no ports: sockeye who --unix shows who listens");
    if (target->port == 0) return mistake(fmt::format("{}: nobody can listen on port 0", shown(word)));
    return CheckQuestion{
        .host = target->host, .transport = target->transport, .ports = {{target->port, target->port}}};
}

Result<CheckQuestion> parse_host(const std::vector<std::string>& words) {
    const std::string host = shown(words.front());
    if (words.size() == 1)
        return mistake(
            fmt::format("which ports of {}? Such as: sockeye check {} 22 80 8000-8100", host, host));
    CheckQuestion question;
    question.host = words.front();
    return question;
}

}  // namespace

Result<CheckQuestion> parse_check(const std::vector<std::string>& words) {
    const std::string& first = words.front();
    const bool here = is_made_of_ports(first);
    Result<CheckQuestion> question = here              ? CheckQuestion{}
                                     : has_port(first) ? parse_address(first)
                                                       : parse_host(words);
    for (std::size_t i = here ? 0 : 1; question && i < words.size(); ++i) {
        const auto ports = parse_ports(words[i]);
        if (!ports) return std::unexpected{ports.error()};
        question->ports.insert(question->ports.end(), ports->begin(), ports->end());
    }
    return question;
}

}  // namespace sockeye::cli
