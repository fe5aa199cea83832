#include "sockeye/address.hpp"

#include <stdexcept>
#include <utility>

#include "base/address_text.hpp"

namespace sockeye {
namespace {

using address_text::mistake;
using address_text::shown;

constexpr std::size_t unix_path_limit = 107;  // octets: sun_path has 108, one of them for NUL (unix(7))

struct ScopedAddress {
    IpAddress ip;
    std::uint32_t scope = 0;
};

Result<ScopedAddress> parse_scoped(std::string_view text) {
    const auto parts = address_text::split_scope(text);
    if (!parts) return std::unexpected{parts.error()};
    const auto ip = IpAddress::parse(parts->ip);
    if (!ip) return std::unexpected{ip.error()};
    return ScopedAddress{*ip, parts->scope};
}

Result<ScopedAddress> parse_python_host(std::string_view host) {
    if (host.empty()) return ScopedAddress{IpAddress::any(Family::inet)};
    if (host == "<broadcast>")
        return ScopedAddress{IpAddress{std::array<std::uint8_t, 4>{255, 255, 255, 255}}};
    return parse_scoped(host);
}

}  // namespace

Address::Address(std::string_view host, std::uint16_t port) : port_{port} {
    const auto parsed = parse_python_host(host);
    if (!parsed) throw std::invalid_argument{"Address: " + std::string{parsed.error().detail()}};
    ip_ = parsed->ip;
    scope_ = parsed->scope;
}

Result<Address> Address::parse(std::string_view text) {
    if (text.starts_with(address_text::unix_scheme)) {
        const std::string_view path = text.substr(address_text::unix_scheme.size());
        if (path.empty()) return mistake("unix: has no path: write unix:/run/chat or unix:@chat");
        return unix_path(path);
    }
    if (!address_text::scheme_of(text).empty())
        return mistake(shown(text) + " starts with a scheme, which an address does not have: write " +
                       shown(text.substr(text.find("://") + 3)));
    const auto parts = address_text::split_host_port(text);
    if (!parts) return std::unexpected{parts.error()};
    if (parts->host.empty() && !parts->bracketed) return Address{IpAddress::any(Family::inet6), parts->port};
    const auto host = parse_scoped(parts->host);
    if (!host) return std::unexpected{host.error()};
    if (parts->bracketed && host->ip.family() == Family::inet)
        return mistake("brackets are for IPv6: write " + shown(parts->host) + ':' +
                       std::to_string(parts->port));
    return Address{host->ip, parts->port, host->scope};
}

Result<Address> Address::unix_path(std::string_view path) {
    if (path.size() > unix_path_limit)
        return mistake("a unix path of " + std::to_string(path.size()) + " octets: at most " +
                       std::to_string(unix_path_limit) + " are possible");
    if (path == "@") return mistake("unix:@ has no name: write unix:@chat");
    if (path.contains('\0')) return mistake("a unix path with a NUL octet: " + shown(path));
    Address address;
    address.path_ = std::make_shared<const std::string>(path);
    return address;
}

std::string Address::to_string() const {
    if (path_) return std::string{address_text::unix_scheme} + *path_;
    const std::string port = ':' + std::to_string(port_);
    if (ip_.family() == Family::inet) return ip_.to_string() + port;
    const std::string scope = scope_ == 0 ? "" : '%' + std::to_string(scope_);
    return '[' + ip_.to_string() + scope + ']' + port;
}

}  // namespace sockeye
