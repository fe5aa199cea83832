// Boost 1.81 counts the segments of what it resolves wrongly and asserts on its own count. Only the text
// of it is used here, and read again.
#define BOOST_DISABLE_ASSERTS

#include "app/http/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url.hpp>
#include <boost/url/src.hpp>  // the library's bodies, which Debian's package leaves to us
#include <charconv>
#include <optional>
#include <system_error>

namespace sockeye::app::http {
namespace {

constexpr bool is_printable(char c) {
    return c > ' ' && c <= '~';
}

constexpr std::size_t longest_url = 8000;  // what a server must at least take (RFC 9110 §4.1)

std::unexpected<Error> mistake(Errc code, std::string what) {
    return std::unexpected{Error{code, "parse", std::move(what)}};
}

/// What DNS names and IPv4 addresses are made of: nothing that would mean something else in a URL or a
/// request when it is no longer percent-encoded.
bool may_be_in_a_name(char c) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
    return allowed.contains(c);
}

/// Boost 1.81 makes 34463 of 99999.
std::optional<std::uint16_t> port_of(std::string_view digits) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    const bool is_one = error == std::errc{} && end == digits.data() + digits.size() && port != 0;
    return is_one ? std::optional{port} : std::nullopt;
}

Result<Url> taken_from(const boost::urls::url_view& url, std::string_view text) {
    if (url.scheme_id() == boost::urls::scheme::https)
        return mistake(Errc::unsupported, fmt::format("{}: https is not supported yet", text));
    if (url.scheme_id() != boost::urls::scheme::http)
        return mistake(Errc::unsupported, fmt::format("{}: only http:// is understood", text));
    if (url.has_userinfo())
        return mistake(Errc::invalid_argument, fmt::format("{}: a user and password are not sent", text));
    if (url.host().empty()) return mistake(Errc::invalid_argument, fmt::format("{} names no host", text));
    Url parsed;
    parsed.host = url.host_address();
    const bool is_numeric = url.host_type() == boost::urls::host_type::ipv6;
    if (!is_numeric && !std::ranges::all_of(parsed.host, may_be_in_a_name))
        return mistake(Errc::invalid_argument, fmt::format("{}: no host has such a name", text));
    if (url.has_port() && !url.port().empty()) {
        const std::optional<std::uint16_t> port = port_of(url.port());
        if (!port) return mistake(Errc::invalid_argument, fmt::format("{}: a port is 1 to 65535", text));
        parsed.port = *port;
    }
    const std::string target{url.encoded_target()};
    parsed.target = target.starts_with('/') ? target : '/' + target;
    return parsed;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
    if (text.size() > longest_url) return mistake(Errc::invalid_argument, "a URL that long is none");
    const std::string whole = text.contains("://") ? std::string{text} : fmt::format("http://{}", text);
    const auto url = boost::urls::parse_uri(whole);
    if (!url)
        return mistake(Errc::invalid_argument,
                       fmt::format("'{}' is no URL: write http://HOST/PATH, with %20 for a space", text));
    return taken_from(*url, text);
}

Result<Url> Url::resolve(std::string_view reference) const {
    const std::string here = to_string();
    const auto base = boost::urls::parse_uri(here);
    const auto relative =
        boost::urls::parse_uri_reference(boost::urls::string_view{reference.substr(0, longest_url + 1)});
    boost::urls::url resolved;
    if (!base || !relative || reference.size() > longest_url ||
        !std::ranges::all_of(reference, is_printable) || !boost::urls::resolve(*base, *relative, resolved))
        return mistake(Errc::invalid_argument, fmt::format("'{}' leads nowhere", reference));
    const std::string text{resolved.data(), resolved.size()};
    const auto url = boost::urls::parse_uri(text);
    if (!url) return mistake(Errc::invalid_argument, fmt::format("'{}' leads nowhere", reference));
    return taken_from(*url, text);
}

std::string Url::authority() const {
    const std::string name = host.contains(':') ? fmt::format("[{}]", host) : host;
    return port == 80 ? name : fmt::format("{}:{}", name, port);
}

Result<std::string> percent_decoded(std::string_view text) {
    const auto encoded = boost::urls::make_pct_string_view({text.data(), text.size()});
    if (!encoded) return mistake(Errc::invalid_argument, "a '%' without two hexadecimal digits");
    std::string decoded = encoded->decode();
    if (std::ranges::find(decoded, '\0') != decoded.end())
        return mistake(Errc::invalid_argument, "an octet of value zero");
    return decoded;
}

}  // namespace sockeye::app::http
