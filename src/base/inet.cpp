#include "sockeye/inet.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/address_text.hpp"

namespace sockeye {
namespace {

using address_text::mistake;
using address_text::shown;

/// One number as C writes it. Nothing: it is none, or larger than `limit`.
std::optional<std::uint32_t> parse_c_number(std::string_view text, std::uint32_t limit) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.starts_with('0')) {
        base = 8;
        text.remove_prefix(1);
    }
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size() || value > limit) return std::nullopt;
    return value;
}

std::array<std::uint8_t, 4> octets_of(std::uint32_t value) {
    const auto octet = [&](int shift) { return static_cast<std::uint8_t>(value >> shift); };
    return {octet(24), octet(16), octet(8), octet(0)};
}

template <std::size_t Size>
IpAddress to_address(std::span<const std::byte> octets) {
    std::array<std::uint8_t, Size> values{};
    std::ranges::transform(octets, values.begin(),
                           [](std::byte octet) { return std::to_integer<std::uint8_t>(octet); });
    return IpAddress{values};
}

}  // namespace

Result<IpAddress> inet_pton(Family family, std::string_view text) {
    Result<IpAddress> address = IpAddress::parse(text);
    if (!address || address->family() == family) return address;
    return mistake(shown(text) + " is an address of another family");
}

Result<std::string> inet_ntop(Family family, std::span<const std::byte> octets) {
    if (family == Family::inet && octets.size() == 4) return to_address<4>(octets).to_string();
    if (family == Family::inet6 && octets.size() == 16) return to_address<16>(octets).to_string();
    return mistake(std::to_string(octets.size()) + " octets are no address of that family");
}

Result<IpAddress> inet_aton(std::string_view text) {
    constexpr int most_parts = 4;
    std::uint32_t value = 0;
    std::string_view rest = text;
    for (int part = 0; part < most_parts; ++part) {
        const std::size_t dot = rest.find('.');
        const bool is_last = dot == std::string_view::npos;
        const int bits_left = 32 - 8 * part;
        const auto limit = static_cast<std::uint32_t>((std::uint64_t{1} << (is_last ? bits_left : 8)) - 1);
        const auto number = parse_c_number(rest.substr(0, dot), limit);
        if (!number) break;
        if (is_last) return IpAddress{octets_of(value | *number)};
        value |= *number << (bits_left - 8);
        rest.remove_prefix(dot + 1);
    }
    return mistake(shown(text) + " is no IPv4 address");
}

Result<std::string> inet_ntoa(std::span<const std::byte> octets) {
    return inet_ntop(Family::inet, octets);
}

}  // namespace sockeye
