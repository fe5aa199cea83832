// The URL of something on the web (RFC 3986, RFC 9110 §4.2), and where a redirection from it leads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"

namespace sockeye::app::http {

struct Url {
    std::string host;  ///< a name or a numeric address, without brackets
    std::uint16_t port = 80;
    std::string target = "/";  ///< path and query, as a request says them

    /// "http://web.example/path?query"; the scheme may be left out. A fragment is not sent, so it is dropped.
    /// @returns invalid_argument whose detail names the mistake; unsupported for any scheme but http
    static Result<Url> parse(std::string_view text);

    /// What `reference` means on this page (RFC 3986 §5.2). Errors as above.
    Result<Url> resolve(std::string_view reference) const;

    Target peer() const { return {host, port}; }
    /// The value of the Host field: with the port, where it is not 80.
    std::string authority() const;
    std::string to_string() const { return "http://" + authority() + target; }

    friend bool operator==(const Url&, const Url&) = default;
};

/// "%20" becomes " ". @returns invalid_argument: a '%' without two hexadecimal digits, or NUL
Result<std::string> percent_decoded(std::string_view text);

}  // namespace sockeye::app::http
