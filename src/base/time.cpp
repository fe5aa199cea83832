#include "sockeye/time.hpp"

#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sockeye {
namespace {

struct Unit {
    std::int64_t nanoseconds;
    std::size_t decimals;  // after the point, down to one nanosecond
    std::string_view name;
};

constexpr std::array units{
    Unit{1'000'000'000, 9, "s"},
    Unit{1'000'000, 6, "ms"},
    Unit{1'000, 3, "us"},
    Unit{1, 0, "ns"},
};

/// Nine digits: 1500 is "000001500".
std::string nine_digits(std::int64_t nanoseconds) {
    std::string digits = std::to_string(nanoseconds);
    return std::string(9 - digits.size(), '0') + digits;
}

struct Split {
    std::int64_t whole;
    std::int64_t rest;  // 0 to unit - 1
};

/// Division that rounds down for negative values too, as a point in time wants it.
constexpr Split split(std::int64_t value, std::int64_t unit) {
    const std::int64_t rest = (value % unit + unit) % unit;
    return {value / unit - (value % unit < 0 ? 1 : 0), rest};
}

}  // namespace

std::string to_string(Instant at, int decimals) {
    assert(decimals >= 0 && decimals <= 9);
    if (at == Instant::never()) return "never";
    const Split seconds = split(at.since_zero().count(), 1'000'000'000);
    std::string text = std::to_string(seconds.whole);
    if (decimals == 0) return text;
    return text + '.' + nine_digits(seconds.rest).substr(0, static_cast<std::size_t>(decimals));
}

std::string to_string(Duration duration) {
    const std::int64_t value = duration.count();
    if (value == 0) return "0s";
    for (const Unit& unit : units) {
        const std::int64_t whole = value / unit.nanoseconds;
        const std::int64_t rest = value % unit.nanoseconds;
        if (whole == 0) continue;
        std::string text = std::to_string(whole);
        if (rest != 0) {
            std::string fraction = nine_digits(rest < 0 ? -rest : rest).substr(9 - unit.decimals);
            text += '.' + fraction.substr(0, fraction.find_last_not_of('0') + 1);
        }
        return text.append(unit.name);
    }
    return "0s";
}

}  // namespace sockeye
