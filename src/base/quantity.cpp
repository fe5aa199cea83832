#include "base/quantity.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>

#include "base/address_text.hpp"

namespace sockeye {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t size;
};

constexpr std::array times{
    Unit{"", 1'000'000'000}, Unit{"s", 1'000'000'000},  Unit{"ms", 1'000'000},       Unit{"us", 1'000},
    Unit{"ns", 1},           Unit{"m", 60'000'000'000}, Unit{"h", 3'600'000'000'000}};

constexpr std::array rates{Unit{"", 1},
                           Unit{"bit", 1},
                           Unit{"kbit", 1'000},
                           Unit{"mbit", 1'000'000},
                           Unit{"gbit", 1'000'000'000},
                           Unit{"tbit", 1'000'000'000'000},
                           Unit{"bps", 8},
                           Unit{"kbps", 8'000},
                           Unit{"mbps", 8'000'000},
                           Unit{"gbps", 8'000'000'000}};

constexpr std::array percents{Unit{"%", 10'000'000}};  // parts per billion

constexpr std::size_t most_digits = 9;  // a fraction of so many digits times the largest unit fits 64 bits

/// Takes the digits at the front of `text`. Nothing: none, or too many.
std::optional<std::uint64_t> take_digits(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, address_text::is_digit);
    const auto digits = static_cast<std::size_t>(end - text.begin());
    if (digits == 0 || digits > most_digits) return std::nullopt;
    std::uint64_t value = 0;
    for (const char digit : text.substr(0, digits))
        value = 10 * value + static_cast<std::uint64_t>(digit - '0');
    text.remove_prefix(digits);
    return value;
}

/// "1.5s" in the smallest unit, rounded down. Nothing: it is no number with one of the units, or too large.
std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units) {
    const auto whole = take_digits(text);
    if (!whole) return std::nullopt;
    std::uint64_t fraction = 0;
    std::uint64_t scale = 1;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        const std::size_t before = text.size();
        const auto digits = take_digits(text);
        if (!digits) return std::nullopt;
        fraction = *digits;
        for (std::size_t i = text.size(); i < before; ++i) scale *= 10;
    }
    const auto unit = std::ranges::find(units, text, &Unit::name);
    if (unit == units.end() || *whole > INT64_MAX / unit->size - 1) return std::nullopt;
    // size * fraction / scale, whose product might not fit
    const std::uint64_t part = unit->size / scale * fraction + unit->size % scale * fraction / scale;
    return *whole * unit->size + part;
}

std::unexpected<Error> mistake(std::string_view text, std::string_view remedy) {
    return address_text::mistake("'" + address_text::shown(text) + "' is no " + std::string{remedy});
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    const auto nanoseconds = parse(text, times);
    if (!nanoseconds) return mistake(text, "duration: write 500ms, 2s, 1.5s or 1m");
    return Duration{*nanoseconds};
}

Result<std::uint64_t> parse_rate(std::string_view text) {
    const auto bits = parse(text, rates);
    if (!bits || *bits == 0) return mistake(text, "rate: write 100mbit, 1gbit or 64kbit");
    return *bits;
}

Result<Probability> parse_probability(std::string_view text) {
    const auto parts = parse(text, percents);
    if (!parts || *parts > Probability::always().parts_per_billion)
        return mistake(text, "probability: write 1%, 0.05% or 100%");
    return Probability{static_cast<std::uint32_t>(*parts)};
}

}  // namespace sockeye
