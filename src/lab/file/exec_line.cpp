#include "lab/file/exec_line.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "base/address_text.hpp"
#include "lab/file/words.hpp"

namespace sockeye::lab {
namespace {

using address_text::mistake;
using address_text::shown;
using Words = std::span<const std::string_view>;

/// ip(8) takes any beginning of a word.
bool is_short_for(std::string_view word, std::string_view whole) {
    return !word.empty() && whole.starts_with(word);
}

/// What stands behind `word`; empty: nothing.
std::string_view behind(Words words, std::string_view word) {
    const auto at = std::ranges::find(words, word);
    return at == words.end() || at + 1 == words.end() ? std::string_view{} : *(at + 1);
}

/// "add 10.0.0.1/24 dev eth1"
Result<ExecLine> parse_address(Words words) {
    const std::string_view card = behind(words, "dev");
    if (words.size() < 2 || card.empty()) return mistake("write ip address add 10.0.0.1/24 dev eth1");
    const Result<Prefix> prefix = Prefix::parse(words[1]);
    if (!prefix) return std::unexpected{prefix.error()};
    return CardPrefix{std::string{card}, *prefix};
}

/// "add default via 10.0.0.254"
Result<ExecLine> parse_route(Words words) {
    const std::string_view via = behind(words, "via");
    if (words.size() < 2 || via.empty()) return mistake("write ip route add 10.1.0.0/16 via 10.0.0.254");
    const Result<IpAddress> gateway = IpAddress::parse(via);
    if (!gateway) return std::unexpected{gateway.error()};
    if (words[1] == "default") return StaticRoute{{IpAddress::any(gateway->family()), 0}, *gateway};
    const Result<Prefix> target = Prefix::parse(words[1]);
    if (!target) return std::unexpected{target.error()};
    if (target->address.family() != gateway->family())
        return mistake(gateway->to_string() + " is of another family than " + target->to_string());
    return StaticRoute{*target, *gateway};
}

/// "set dev eth1 mtu 9000", "set eth1 up"
Result<ExecLine> parse_link(Words words) {
    const std::string_view named = behind(words, "dev");
    if (words.size() < 2 || words[0] != "set") return mistake("write ip link set dev eth1 mtu 9000");
    LinkChange change{.card = std::string{named.empty() ? words[1] : named}, .mtu = {}, .mac = {}};
    if (const std::string_view text = behind(words, "mtu"); !text.empty()) {
        const auto mtu = address_text::parse_number(text, 65535);
        if (!mtu || *mtu < 68) return mistake("'" + shown(text) + "' is no MTU: write 68 to 65535");
        change.mtu = *mtu;
    }
    if (const std::string_view text = behind(words, "address"); !text.empty()) {
        const Result<wire::MacAddress> mac = wire::MacAddress::parse(text);
        if (!mac) return std::unexpected{mac.error()};
        change.mac = *mac;
    }
    return change;
}

}  // namespace

Result<ExecLine> parse_exec_line(std::string_view line) {
    const std::vector<std::string_view> all = split(line);
    Words words{all};
    if (words.empty() || words.front() != "ip") return OtherProgram{std::string{line}};
    words = words.subspan(1);
    while (!words.empty() && words.front().starts_with('-'))
        words = words.subspan(1);  // -4, -6: the address tells
    if (words.size() < 2) return OtherProgram{std::string{line}};
    const std::string_view object = words[0];
    words = words.subspan(1);
    const bool adds = is_short_for(words[0], "add") || words[0] == "replace";
    if (is_short_for(object, "address") && adds) return parse_address(words);
    if (is_short_for(object, "route") && adds) return parse_route(words);
    if (is_short_for(object, "link")) return parse_link(words);
    return OtherProgram{std::string{line}};
}

}  // namespace sockeye::lab
