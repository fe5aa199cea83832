// Python's functions on octets: addresses to text and back, and the order of octets. No network.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sockeye/address.hpp"

namespace sockeye {

/// Strict: text of `family` alone, as IpAddress::parse() reads it.
Result<IpAddress> inet_pton(Family family, std::string_view text);
/// @param octets  4 for inet, 16 for inet6, in network order
/// @returns invalid_argument
Result<std::string> inet_ntop(Family family, std::span<const std::byte> octets);

/// As old programs write IPv4: one to four numbers, each decimal, octal (017) or hex (0x0f), of
/// which the last fills the octets that are left: "127.1" is 127.0.0.1.
Result<IpAddress> inet_aton(std::string_view text);
/// @param octets  4, in network order
Result<std::string> inet_ntoa(std::span<const std::byte> octets);

// The system's headers have macros of these names; parentheses keep them away.

constexpr std::uint32_t(htonl)(std::uint32_t host) {
    if constexpr (std::endian::native == std::endian::big) return host;
    return host << 24 | (host & 0xff00) << 8 | (host >> 8 & 0xff00) | host >> 24;
}
constexpr std::uint16_t(htons)(std::uint16_t host) {
    if constexpr (std::endian::native == std::endian::big) return host;
    return static_cast<std::uint16_t>(host << 8 | host >> 8);
}
constexpr std::uint32_t(ntohl)(std::uint32_t network) {
    return (htonl)(network);
}
constexpr std::uint16_t(ntohs)(std::uint16_t network) {
    return (htons)(network);
}

}  // namespace sockeye
