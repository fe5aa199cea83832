#include <algorithm>
#include <array>

#include "base/address_text.hpp"
#include "base/host_name.hpp"
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

Result<void> check_host(const address_text::HostPort& parts) {
    if (parts.host.empty() && !parts.bracketed) return {};
    const auto numeric = host_name::numeric(parts.host, parts.port);
    if (!numeric) return std::unexpected{numeric.error()};
    const bool v6 = *numeric && (*numeric)->family() == Family::inet6;
    if (parts.bracketed && !v6)
        return mistake("brackets are for IPv6: write " + shown(parts.host) + ':' +
                       std::to_string(parts.port));
    return *numeric ? Result<void>{} : host_name::check(parts.host);
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
    if (host_name::is_localhost(host)) return Address{IpAddress::loopback(Family::inet), port};
    const auto address = host_name::numeric(host, port);
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
