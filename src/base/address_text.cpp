#include "base/address_text.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sockeye/address.hpp"

namespace sockeye::address_text {
namespace {

constexpr std::size_t shown_octets = 64;

/// `host` as it stands before a port, in brackets if it is IPv6.
std::string with_brackets(std::string_view host) {
    const bool bare = host.contains(':') && !host.starts_with('[');
    return bare ? '[' + shown(host) + ']' : shown(host);
}

std::unexpected<Error> no_port(std::string_view host) {
    return mistake(shown(host) + " has no port: write " + with_brackets(host) + ":9001");
}

Result<std::uint16_t> parse_port(std::string_view text) {
    const auto port = parse_number(text, std::numeric_limits<std::uint16_t>::max());
    if (port) return static_cast<std::uint16_t>(*port);
    switch (port.error()) {
        case NotANumber::empty: return mistake("the port after ':' is missing: write a number such as :9001");
        case NotANumber::leading_zero: return mistake("leading zero in port " + shown(text));
        case NotANumber::too_large: return mistake("port " + shown(text) + " is more than 65535");
        case NotANumber::other_characters: break;
    }
    return mistake("port " + shown(text) + " is not a number");
}

Result<HostPort> split_brackets(std::string_view text) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return mistake("the '[' of " + shown(text) + " has no ']'");
    const std::string_view behind = text.substr(end + 1);
    if (behind.empty()) return no_port(text);
    if (!behind.starts_with(':')) return mistake("only ':' and a port may follow the ']' of " + shown(text));
    const auto port = parse_port(behind.substr(1));
    if (!port) return std::unexpected{port.error()};
    return HostPort{.host = text.substr(1, end - 1), .bracketed = true, .port = *port};
}

std::unexpected<Error> without_colon(std::string_view text) {
    if (std::ranges::all_of(text, is_digit))
        return mistake(shown(text) + " is a port alone: write :" + shown(text) +
                       " or 127.0.0.1:" + shown(text));
    return no_port(text);
}

std::unexpected<Error> with_many_colons(std::string_view text) {
    if (IpAddress::parse(text.substr(0, text.find('%')))) return no_port(text);
    const std::size_t last = text.rfind(':');
    if (IpAddress::parse(text.substr(0, last)))
        return mistake(shown(text) + " lacks brackets: write " + with_brackets(text.substr(0, last)) +
                       shown(text.substr(last)));
    return mistake(shown(text) + " has more than one ':': write host:port, or [address]:port for IPv6");
}

}  // namespace

std::unexpected<Error> mistake(std::string detail) {
    return std::unexpected{Error{Errc::invalid_argument, "parse", std::move(detail)}};
}

std::string shown(std::string_view text) {
    std::string printable{text.substr(0, shown_octets)};
    std::ranges::replace_if(printable, [](char c) { return c < ' ' || c > '~'; }, '?');
    if (text.size() > shown_octets) printable += "...";
    return printable;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::expected<std::uint32_t, NotANumber> parse_number(std::string_view text, std::uint32_t limit) {
    if (text.empty()) return std::unexpected{NotANumber::empty};
    if (!std::ranges::all_of(text, is_digit)) return std::unexpected{NotANumber::other_characters};
    if (text.size() > 1 && text.front() == '0') return std::unexpected{NotANumber::leading_zero};
    std::uint64_t value = 0;
    for (char c : text) {
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
        if (value > limit) return std::unexpected{NotANumber::too_large};
    }
    return static_cast<std::uint32_t>(value);
}

Result<HostPort> split_host_port(std::string_view text) {
    if (text.empty()) return mistake("nothing stands where an address belongs: write 10.0.0.1:9001");
    if (text.front() == '[') return split_brackets(text);
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return without_colon(text);
    if (text.find(':', colon + 1) != std::string_view::npos) return with_many_colons(text);
    const auto port = parse_port(text.substr(colon + 1));
    if (!port) return std::unexpected{port.error()};
    return HostPort{.host = text.substr(0, colon), .port = *port};
}

Result<ScopedIp> split_scope(std::string_view text) {
    const std::size_t percent = text.find('%');
    if (percent == std::string_view::npos) return ScopedIp{.ip = text};
    const std::string_view scope = text.substr(percent + 1);
    const auto number = parse_number(scope, std::numeric_limits<std::uint32_t>::max());
    if (!number || *number == 0)
        return mistake("scope '" + shown(scope) +
                       "' is not an interface's number: write %2, as ip link shows it");
    const std::string_view ip = text.substr(0, percent);
    if (!ip.contains(':')) return mistake(shown(ip) + " cannot have a scope: only an IPv6 address can");
    return ScopedIp{.ip = ip, .scope = *number};
}

std::string_view scheme_of(std::string_view text) {
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos || text.starts_with(unix_scheme)) return {};
    return text.substr(0, end);
}

}  // namespace sockeye::address_text
