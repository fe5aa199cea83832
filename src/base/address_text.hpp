// What the bodies of the address grammar share: numbers, ports, and how a mistake is told.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "sockeye/error.hpp"

namespace sockeye::address_text {

/// Errc::invalid_argument with a detail that names the mistake and the remedy.
std::unexpected<Error> mistake(std::string detail);

/// Text from outside made fit for a message: one line, printable ASCII, at most 64 octets of it.
std::string shown(std::string_view text);

bool is_digit(char c);

enum class NotANumber : std::uint8_t { empty, other_characters, leading_zero, too_large };

/// Decimal digits alone, without leading zeros, at most `limit`.
std::expected<std::uint32_t, NotANumber> parse_number(std::string_view text, std::uint32_t limit);

struct HostPort {
    std::string_view host;  ///< without brackets; empty if nothing stands before the port
    bool bracketed = false;
    std::uint16_t port = 0;
};

/// "host:port", "[host]:port" or ":port"; says nothing about the host yet.
Result<HostPort> split_host_port(std::string_view text);

struct ScopedIp {
    std::string_view ip;
    std::uint32_t scope = 0;  ///< an interface's number; 0: none given
};

/// "fe80::1%2" (RFC 4007 §11.2, with a number for the zone); text without '%' has no scope.
Result<ScopedIp> split_scope(std::string_view text);

/// The name of the scheme where `text` starts with one and "://", such as "tcp"; else empty.
std::string_view scheme_of(std::string_view text);

inline constexpr std::string_view unix_scheme = "unix:";

}  // namespace sockeye::address_text
