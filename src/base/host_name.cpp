#include "base/host_name.hpp"

#include <algorithm>
#include <string>

#include "base/address_text.hpp"

namespace sockeye::host_name {
namespace {

using address_text::mistake;
using address_text::shown;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// A name whose last label is a number can only be a mistaken address: no such top-level domain
/// will ever exist (RFC 1123 §2.1).
bool looks_like_v4(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    return !last.empty() && std::ranges::all_of(last, address_text::is_digit);
}

bool is_name_character(char c) {
    return address_text::is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_' ||
           c == '.';
}

}  // namespace

Result<std::optional<Address>> numeric(std::string_view host, std::uint16_t port) {
    if (!host.contains(':') && !host.contains('%') && !looks_like_v4(host)) return std::nullopt;
    const auto parts = address_text::split_scope(host);
    if (!parts) return std::unexpected{parts.error()};
    const auto ip = IpAddress::parse(parts->ip);
    if (!ip) return std::unexpected{ip.error()};
    return Address{*ip, port, parts->scope};
}

bool is_localhost(std::string_view name) {
    std::string plain{name};
    std::ranges::transform(plain, plain.begin(), lower);
    if (plain.ends_with('.')) plain.pop_back();
    return plain == "localhost" || plain.ends_with(".localhost");
}

Result<void> check(std::string_view name) {
    const auto wrong = std::ranges::find_if_not(name, is_name_character);
    if (wrong != name.end())
        return mistake("'" + shown({&*wrong, 1}) + "' cannot stand in a name: " + shown(name));
    std::string_view rest = name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
    if (rest.size() > 253) return mistake("a name of more than 253 octets: " + shown(name));
    for (;;) {
        const std::string_view label = rest.substr(0, rest.find('.'));
        if (label.empty()) return mistake("an empty label in the name " + shown(name));
        if (label.size() > 63) return mistake("more than 63 octets between two dots of " + shown(name));
        if (label.size() == rest.size()) return {};
        rest.remove_prefix(label.size() + 1);
    }
}

}  // namespace sockeye::host_name
