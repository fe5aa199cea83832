#include "wire/dns_name.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <utility>

namespace sockeye::wire {
namespace {

std::unexpected<Error> mistake(const char* what) {
    return std::unexpected{Error{Errc::invalid_argument, "parse", what}};
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Takes what stands behind a backslash: three decimal digits, or one octet as it is.
std::optional<char> take_escaped(std::string_view& text) {
    if (text.empty()) return std::nullopt;
    if (!is_digit(text.front())) {
        const char octet = text.front();
        text.remove_prefix(1);
        return octet;
    }
    if (text.size() < 3 || !is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
    const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
    text.remove_prefix(3);
    if (value > 255) return std::nullopt;
    return static_cast<char>(value);
}

void append_escaped(std::string& text, char octet) {
    if (octet == '.' || octet == '\\') {
        text += '\\';
        text += octet;
    } else if (octet > ' ' && octet <= '~') {
        text += octet;
    } else {
        const auto value = static_cast<std::uint8_t>(octet);
        text += '\\';
        for (const int unit : {100, 10, 1}) text += static_cast<char>('0' + value / unit % 10);
    }
}

}  // namespace

Result<DnsName> DnsName::parse(std::string_view text) {
    DnsName name;
    if (text == ".") return name;
    if (text.empty()) return mistake("a name has at least one label; the root is \".\"");
    std::string label;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '.') {
            if (!name.append(std::exchange(label, {})))
                return mistake("a label has 1 to 63 octets, a name at most 255");
        } else if (c == '\\') {
            const std::optional<char> octet = take_escaped(text);
            if (!octet) return mistake("behind \\ stand three decimal digits up to 255, or one character");
            label += *octet;
        } else {
            label += c;
        }
    }
    if (!label.empty() && !name.append(label))
        return mistake("a label has 1 to 63 octets, a name at most 255");
    return name;
}

bool DnsName::append(std::string_view label) {
    if (label.empty() || label.size() > maximum_label) return false;
    if (octets() + 1 + label.size() > maximum_octets) return false;
    labels_ += static_cast<char>(label.size());
    labels_ += label;
    return true;
}

std::string_view DnsName::first_label() const {
    assert(!is_root());
    return std::string_view{labels_}.substr(1, static_cast<std::size_t>(labels_.front()));
}

DnsName DnsName::parent() const {
    DnsName name;
    name.labels_ = labels_.substr(1 + first_label().size());
    return name;
}

std::string DnsName::to_string() const {
    if (is_root()) return ".";
    std::string text;
    for (DnsName name = *this; !name.is_root(); name = name.parent()) {
        if (!text.empty()) text += '.';
        for (const char octet : name.first_label()) append_escaped(text, octet);
    }
    return text;
}

bool operator==(const DnsName& a, const DnsName& b) {
    return std::ranges::equal(a.labels_, b.labels_, {}, lower, lower);  // lengths are below 'A'
}

}  // namespace sockeye::wire
