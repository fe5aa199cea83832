#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "base/address_text.hpp"
#include "sockeye/address.hpp"

namespace sockeye {
namespace {

using address_text::mistake;
using address_text::NotANumber;
using address_text::shown;

using V4 = std::array<std::uint8_t, 4>;
using V6 = std::array<std::uint8_t, 16>;
using Groups = std::array<std::uint16_t, 8>;

constexpr std::string_view hexadecimal = "0123456789abcdef";

Result<std::uint8_t> parse_decimal_part(std::string_view part, std::string_view whole) {
    const auto number = address_text::parse_number(part, 255);
    if (number) return static_cast<std::uint8_t>(*number);
    switch (number.error()) {
        case NotANumber::empty: return mistake("a part is missing in " + shown(whole));
        case NotANumber::leading_zero: return mistake("leading zero in " + shown(whole));
        case NotANumber::too_large: return mistake(shown(part) + " in " + shown(whole) + " is more than 255");
        case NotANumber::other_characters: break;
    }
    return mistake(shown(whole) + " is not an IP address: '" + shown(part) + "' is not a number");
}

Result<IpAddress> parse_v4(std::string_view text) {
    const std::ptrdiff_t parts = std::ranges::count(text, '.') + 1;
    if (parts == 1 && !std::ranges::all_of(text, address_text::is_digit))
        return mistake("'" + shown(text) + "' is not an IP address");
    V4 octets{};
    std::string_view rest = text;
    for (std::ptrdiff_t i = 0; i < parts; ++i) {
        const std::string_view part = rest.substr(0, rest.find('.'));
        const auto octet = parse_decimal_part(part, text);
        if (!octet) return std::unexpected{octet.error()};
        if (i < 4) octets[static_cast<std::size_t>(i)] = *octet;
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    if (parts != 4)
        return mistake(shown(text) + " has " + std::to_string(parts) + (parts == 1 ? " part" : " parts") +
                       ": an IPv4 address has 4, such as 10.0.0.1");
    return IpAddress{octets};
}

/// One side of "::", or the whole address where there is none.
struct Side {
    Groups groups{};
    std::size_t count = 0;
};

Result<std::uint16_t> parse_group(std::string_view part, std::string_view whole) {
    if (part.empty()) return mistake("a group is missing at a ':' in " + shown(whole));
    std::uint16_t value = 0;
    for (char c : part) {
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
        const std::size_t digit = hexadecimal.find(lower);
        if (digit == std::string_view::npos)
            return mistake("'" + shown({&c, 1}) + "' in " + shown(whole) + " is not a hexadecimal digit");
        value = static_cast<std::uint16_t>(value * 16U + digit);
    }
    if (part.size() > 4)
        return mistake(shown(part) + " in " + shown(whole) + " has more than 4 hexadecimal digits");
    return value;
}

/// Groups between colons, the last of which may be a dotted quad (RFC 4291 §2.2, form 3).
Result<Side> parse_side(std::string_view text, std::string_view whole) {
    Side side;
    const auto add = [&side](unsigned group) {
        if (side.count < side.groups.size()) side.groups[side.count] = static_cast<std::uint16_t>(group);
        ++side.count;
    };
    if (text.empty()) return side;
    for (std::size_t from = 0; from <= text.size();) {
        const std::string_view part = text.substr(from, text.find(':', from) - from);
        if (part.contains('.')) {
            const auto quad = parse_v4(part);
            if (!quad) return std::unexpected{quad.error()};
            add(static_cast<unsigned>(quad->octets()[0] << 8 | quad->octets()[1]));
            add(static_cast<unsigned>(quad->octets()[2] << 8 | quad->octets()[3]));
        } else {
            const auto group = parse_group(part, whole);
            if (!group) return std::unexpected{group.error()};
            add(*group);
        }
        from += part.size() + 1;
    }
    return side;
}

V6 to_octets(const Groups& groups) {
    V6 octets{};
    for (std::size_t i = 0; i < groups.size(); ++i) {
        octets[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
        octets[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
    }
    return octets;
}

Result<IpAddress> parse_v6(std::string_view text) {
    if (text.substr(0, text.rfind(':')).contains('.'))
        return mistake("the dotted part of " + shown(text) + " must stand last");
    const std::size_t gap = text.find("::");
    const bool has_gap = gap != std::string_view::npos;
    const std::string_view behind = has_gap ? text.substr(gap + 2) : std::string_view{};
    if (behind.starts_with(':') || behind.contains("::"))
        return mistake("more than one '::' in " + shown(text));

    const auto left = parse_side(text.substr(0, gap), text);
    if (!left) return std::unexpected{left.error()};
    const auto right = parse_side(behind, text);
    if (!right) return std::unexpected{right.error()};

    const std::size_t count = left->count + right->count;
    if (has_gap && count >= 8)
        return mistake(shown(text) + " has " + std::to_string(count) +
                       " groups and '::': nothing is left for it");
    if (!has_gap && count != 8)
        return mistake(shown(text) + " has " + std::to_string(count) +
                       " groups: an IPv6 address has 8, or '::' for those that are zero");
    Groups groups = left->groups;
    for (std::size_t i = 0; i < right->count; ++i) groups[8 - right->count + i] = right->groups[i];
    return IpAddress{to_octets(groups)};
}

/// The run of zero groups that '::' stands for: the longest, the first of equals, never a
/// single one (RFC 5952 §4.2).
struct Run {
    std::size_t first = 8;
    std::size_t length = 0;
};

Run longest_zeros(const Groups& groups) {
    Run best;
    for (std::size_t first = 0; first < groups.size(); ++first) {
        std::size_t end = first;
        while (end < groups.size() && groups[end] == 0) ++end;
        if (end - first > best.length && end - first > 1) best = {first, end - first};
    }
    return best;
}

std::string v4_text(std::span<const std::uint8_t> octets) {
    std::string text;
    for (std::uint8_t octet : octets) {
        if (!text.empty()) text += '.';
        text += std::to_string(octet);
    }
    return text;
}

std::string group_text(std::uint16_t group) {
    std::string text;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const std::size_t digit = static_cast<std::size_t>(group >> shift) & 0x0f;
        if (digit != 0 || !text.empty() || shift == 0) text += hexadecimal[digit];
    }
    return text;
}

bool is_v4_mapped(std::span<const std::uint8_t> octets) {
    return std::ranges::all_of(octets.first(10), [](std::uint8_t octet) { return octet == 0; }) &&
           octets[10] == 0xff && octets[11] == 0xff;
}

std::string v6_text(std::span<const std::uint8_t> octets) {
    if (is_v4_mapped(octets)) return "::ffff:" + v4_text(octets.subspan(12));  // RFC 5952 §5
    Groups groups{};
    for (std::size_t i = 0; i < groups.size(); ++i)
        groups[i] = static_cast<std::uint16_t>(octets[2 * i] << 8 | octets[2 * i + 1]);
    const Run zeros = longest_zeros(groups);
    std::string text;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i == zeros.first) {
            text += "::";
            i += zeros.length - 1;
            continue;
        }
        if (!text.empty() && !text.ends_with(':')) text += ':';
        text += group_text(groups[i]);
    }
    return text;
}

/// `address` with its bits from `bits` on all set or all cleared.
IpAddress with_host_bits(const IpAddress& address, std::uint8_t bits, std::uint8_t filler) {
    V6 octets{};
    for (std::size_t i = 0; i < address.size(); ++i) {
        const std::size_t kept = std::min<std::size_t>(bits > 8 * i ? bits - 8 * i : 0, 8);
        const auto host = static_cast<std::uint8_t>(0xff >> kept);
        octets[i] = static_cast<std::uint8_t>((address.octets()[i] & ~host) | (filler & host));
    }
    if (address.family() == Family::inet6) return IpAddress{octets};
    return IpAddress{V4{octets[0], octets[1], octets[2], octets[3]}};
}

/// How many bits are set in a mask such as 255.255.255.0: those that are must come first (RFC 4632 §5.1).
Result<std::uint8_t> parse_netmask(std::string_view text, std::string_view whole) {
    const auto mask = parse_v4(text);
    if (!mask) return std::unexpected{mask.error()};
    int ones = 0;
    for (std::uint8_t octet : mask->octets()) ones += std::popcount(octet);
    const Prefix made{IpAddress{}, static_cast<std::uint8_t>(ones)};
    if (made.netmask() == *mask) return made.bits;
    return mistake("netmask " + shown(text) + " of " + shown(whole) +
                   " has ones behind a zero: write one such as 255.255.255.0, or /24");
}

}  // namespace

Result<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.empty()) return mistake("nothing stands where an IP address belongs: write 10.0.0.1");
    return text.contains(':') ? parse_v6(text) : parse_v4(text);
}

bool IpAddress::is_unspecified() const {
    return *this == any(family_);
}

bool IpAddress::is_loopback() const {
    return family_ == Family::inet ? octets_[0] == 127 : *this == loopback(Family::inet6);
}

bool IpAddress::is_multicast() const {
    return family_ == Family::inet ? octets_[0] >> 4 == 14 : octets_[0] == 0xff;
}

bool IpAddress::is_broadcast() const {
    return *this == IpAddress{V4{255, 255, 255, 255}};
}

std::string IpAddress::to_string() const {
    return family_ == Family::inet ? v4_text(octets()) : v6_text(octets());
}

Result<Prefix> Prefix::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return std::unexpected{address.error()};
    const std::uint32_t limit = address->family() == Family::inet ? 32 : 128;
    if (slash == std::string_view::npos)
        return mistake(shown(text) + " has no prefix length: write " + shown(text) +
                       (limit == 32 ? "/24" : "/64"));
    const std::string_view length = text.substr(slash + 1);
    if (limit == 32 && length.contains('.')) {
        const auto ones = parse_netmask(length, text);
        if (!ones) return std::unexpected{ones.error()};
        return Prefix{*address, *ones};
    }
    const auto bits = address_text::parse_number(length, limit);
    if (!bits)
        return mistake("prefix length '" + shown(length) + "' of " + shown(text) +
                       " is not a number from 0 to " + std::to_string(limit));
    return Prefix{*address, static_cast<std::uint8_t>(*bits)};
}

bool Prefix::contains(const IpAddress& other) const {
    if (other.family() != address.family()) return false;
    const auto own = address.octets();
    const auto others = other.octets();
    const std::size_t whole = bits / 8U;
    if (!std::ranges::equal(own.first(whole), others.first(whole))) return false;
    const unsigned rest = bits % 8U;
    return rest == 0 || (own[whole] ^ others[whole]) >> (8 - rest) == 0;
}

IpAddress Prefix::network() const {
    return with_host_bits(address, bits, 0);
}

IpAddress Prefix::netmask() const {
    return with_host_bits(Prefix{IpAddress::any(address.family())}.broadcast(), bits, 0);
}

IpAddress Prefix::broadcast() const {
    return with_host_bits(address, bits, 0xff);
}

std::string Prefix::to_string() const {
    return address.to_string() + '/' + std::to_string(bits);
}

}  // namespace sockeye
