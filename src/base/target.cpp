#include <algorithm>
#include <array>
#include <optional>

#include "base/address_text.hpp"
#include "sockeye/address.hpp"

namespace sockeye {
namespace {

using address_text::mistake;
using address_text::shown;

struct Scheme {
    std::string_view name;
    Transport transport;
};

constexpr std::array schemes{Scheme{"tcp", Transport::tcp}, Scheme{"udp", Transport::udp}};

std::string scope_text(const Address& address) {
    return address.scope() == 0 ? "" : '%' + std::to_string(address.scope());
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// RFC 6761 §6.3: the name itself and every name under it, in any case, with or without the root's dot.
bool is_localhost(std::string_view name) {
    std::string plain{name};
    std::ranges::transform(plain, plain.begin(), lower);
    if (plain.ends_with('.')) plain.pop_back();
    return plain == "localhost" || plain.ends_with(".localhost");
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

/// What DNS could look up (RFC 1035 §2.3.4; '_' as in service names, RFC 2782).
Result<void> check_name(std::string_view name) {
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

/// The address itself if `host` is meant as one.
Result<std::optional<Address>> numeric_host(std::string_view host, std::uint16_t port) {
    if (!host.contains(':') && !host.contains('%') && !looks_like_v4(host)) return std::nullopt;
    const auto parts = address_text::split_scope(host);
    if (!parts) return std::unexpected{parts.error()};
    const auto ip = IpAddress::parse(parts->ip);
    if (!ip) return std::unexpected{ip.error()};
    return Address{*ip, port, parts->scope};
}

Result<void> check_host(const address_text::HostPort& parts) {
    if (parts.host.empty() && !parts.bracketed) return {};
    const auto numeric = numeric_host(parts.host, parts.port);
    if (!numeric) return std::unexpected{numeric.error()};
    const bool v6 = *numeric && (*numeric)->family() == Family::inet6;
    if (parts.bracketed && !v6)
        return mistake("brackets are for IPv6: write " + shown(parts.host) + ':' +
                       std::to_string(parts.port));
    return *numeric ? Result<void>{} : check_name(parts.host);
}

struct Schemed {
    Transport transport = Transport::tcp;
    std::string_view rest;
};

Result<Schemed> split_scheme(std::string_view text) {
    const std::size_t end = text.find("://");
    if (end == std::string_view::npos) return Schemed{.rest = text};
    const std::string_view name = text.substr(0, end);
    const auto* scheme = std::ranges::find(schemes, name, &Scheme::name);
    if (scheme == schemes.end())
        return mistake("unknown scheme '" + shown(name) +
                       "': write tcp://host:port, udp://host:port or unix:/path");
    return Schemed{scheme->transport, text.substr(end + 3)};
}

}  // namespace

Target::Target(const Address& address)
    : host{address.family() == Family::unix_ ? "" : address.ip().to_string() + scope_text(address)},
      port{address.port()},
      path{address.path()} {}

Result<Target> Target::parse(std::string_view text) {
    if (text.starts_with(address_text::unix_scheme)) {
        const auto address = Address::parse(text);
        if (!address) return std::unexpected{address.error()};
        return Target{*address};
    }
    const auto schemed = split_scheme(text);
    if (!schemed) return std::unexpected{schemed.error()};
    const auto parts = address_text::split_host_port(schemed->rest);
    if (!parts) return std::unexpected{parts.error()};
    if (const auto host = check_host(*parts); !host) return std::unexpected{host.error()};
    Target target{std::string{parts->host}, parts->port};
    target.transport = schemed->transport;
    return target;
}

Result<Address> Target::numeric() const {
    if (!path.empty()) return Address::unix_path(path);
    if (host.empty()) return Address{IpAddress::any(Family::inet6), port};
    if (is_localhost(host)) return Address{IpAddress::loopback(Family::inet), port};
    const auto address = numeric_host(host, port);
    if (!address) return std::unexpected{address.error()};
    if (!*address)
        return std::unexpected{Error{Errc::name_not_found, "parse",
                                     shown(host) + " is a name, and a numeric address is needed here"}};
    return **address;
}

std::string Target::to_string() const {
    if (!path.empty()) return std::string{address_text::unix_scheme} + path;
    const std::string scheme = transport == Transport::udp ? "udp://" : "";
    const std::string bracketed = host.contains(':') ? '[' + host + ']' : host;
    return scheme + bracketed + ':' + std::to_string(port);
}

}  // namespace sockeye
