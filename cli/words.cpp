#include "cli/words.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace sockeye::cli {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t nanoseconds;
};

constexpr std::array units{Unit{"", 1'000'000'000}, Unit{"s", 1'000'000'000},
                           Unit{"ms", 1'000'000},   Unit{"us", 1'000},
                           Unit{"ns", 1},           Unit{"m", 60'000'000'000}};

constexpr std::size_t most_digits = 9;  // 10^9 minutes still fit 64 bits

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes the digits at the front of `text`. Nothing: none, or too many.
Result<std::uint64_t> take_digits(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    const auto digits = static_cast<std::size_t>(end - text.begin());
    if (digits == 0 || digits > most_digits) return std::unexpected{Errc::invalid_argument};
    std::uint64_t value = 0;
    for (char digit : text.substr(0, digits)) value = 10 * value + static_cast<std::uint64_t>(digit - '0');
    text.remove_prefix(digits);
    return value;
}

Result<Duration> parse_number_and_unit(std::string_view text) {
    const auto whole = take_digits(text);
    if (!whole) return std::unexpected{whole.error()};
    std::uint64_t fraction = 0;
    std::uint64_t scale = 1;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        const std::size_t before = text.size();
        const auto digits = take_digits(text);
        if (!digits) return std::unexpected{digits.error()};
        fraction = *digits;
        for (std::size_t i = text.size(); i < before; ++i) scale *= 10;
    }
    const auto* unit = std::ranges::find(units, text, &Unit::name);
    if (unit == units.end() || *whole > INT64_MAX / unit->nanoseconds - 1)
        return std::unexpected{Errc::invalid_argument};
    return Duration{*whole * unit->nanoseconds + fraction * unit->nanoseconds / scale};
}

}  // namespace

void say(std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

void tell(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

std::string url(Transport transport, const Address& address) {
    if (address.family() == Family::unix_) return address.to_string();
    return fmt::format("{}://{}", transport == Transport::udp ? "udp" : "tcp", address.to_string());
}

Result<Target> parse_peer(std::string_view text) {
    Result<Target> target = Target::parse(text);
    if (target && target->path.empty() && target->port == 0)
        return std::unexpected{
            Error{Errc::invalid_argument, "parse", fmt::format("{}: nobody can listen on port 0", text)}};
    return target;
}

Result<Duration> parse_duration(std::string_view text) {
    Result<Duration> parsed = parse_number_and_unit(text);
    if (parsed) return parsed;
    return std::unexpected{Error{Errc::invalid_argument, "parse",
                                 fmt::format("'{}' is no duration: write 500ms, 2s, 1.5s or 1m", text)}};
}

std::string about(Duration duration) {
    const double ns = static_cast<double>(duration.count());
    if (ns >= 1e9) return fmt::format("{:.3g} s", ns / 1e9);
    if (ns >= 1e6) return fmt::format("{:.3g} ms", ns / 1e6);
    if (ns >= 1e3) return fmt::format("{:.3g} us", ns / 1e3);
    return fmt::format("{} ns", duration.count());
}

bool has_colour(std::FILE* file) {
    const char* no_colour = std::getenv("NO_COLOR");
    return (no_colour == nullptr || *no_colour == '\0') && isatty(fileno(file)) == 1;
}

}  // namespace sockeye::cli
