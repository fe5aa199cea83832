#include "examples/lessons/python.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace sockeye::lessons {
namespace {

std::string two_digits(unsigned number, char fill = '0') {
    return {number < 10 ? fill : static_cast<char>('0' + number / 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

std::string repr(std::string_view octets) {
    const bool has_single = octets.find('\'') != std::string_view::npos;
    const char quote = has_single && octets.find('"') == std::string_view::npos ? '"' : '\'';
    std::string text{'b', quote};
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '\n') {
            text += "\\n";
        } else if (c == '\r') {
            text += "\\r";
        } else if (c == '\t') {
            text += "\\t";
        } else if (c == '\\' || c == quote) {
            text += {'\\', c};
        } else if (octet < 0x20 || octet > 0x7e) {
            text += {'\\', 'x', "0123456789abcdef"[octet >> 4], "0123456789abcdef"[octet & 15]};
        } else {
            text += c;
        }
    }
    return text + quote;
}

std::string pair(const Address& address) {
    return "('" + address.ip().to_string() + "', " + std::to_string(address.port()) + ")";
}

std::string ctime(WallTime at) {
    using namespace std::chrono;
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = floor<std::chrono::days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{floor<seconds>(at - day)};
    return std::string{days.at(weekday{day}.c_encoding())} + ' ' +
           months.at(static_cast<unsigned>(date.month()) - 1) + ' ' +
           two_digits(static_cast<unsigned>(date.day()), ' ') + ' ' +
           two_digits(static_cast<unsigned>(time.hours().count())) + ':' +
           two_digits(static_cast<unsigned>(time.minutes().count())) + ':' +
           two_digits(static_cast<unsigned>(time.seconds().count())) + ' ' +
           std::to_string(static_cast<int>(date.year()));
}

std::string upper(std::string_view octets) {
    std::string text{octets};
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
    return text;
}

}  // namespace sockeye::lessons
