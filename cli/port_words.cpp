#include "cli/port_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/address_text.hpp"
#include "socket/kernel/services.hpp"

namespace sockeye::cli {
namespace {

using address_text::is_digit;
using address_text::mistake;
using address_text::shown;

Result<std::uint16_t> parse_port(std::string_view text) {
    const auto port = address_text::parse_number(text, 65535);
    if (port && *port != 0) return static_cast<std::uint16_t>(*port);
    return mistake(fmt::format("'{}' is no port: write 1 to 65535, without leading zeros", shown(text)));
}

Result<PortRange> parse_range(std::string_view first, std::string_view last) {
    const Result<std::uint16_t> from = parse_port(first);
    if (!from) return std::unexpected{from.error()};
    const Result<std::uint16_t> to = parse_port(last);
    if (!to) return std::unexpected{to.error()};
    if (*from > *to)
        return mistake(fmt::format("{}-{} is no range: the smaller port comes first", *from, *to));
    return PortRange{*from, *to};
}

Result<PortRange> parse_one(std::string_view text) {
    const std::size_t dash = text.find('-');
    if (!text.empty() && is_digit(text.front()) && dash != std::string_view::npos)
        return parse_range(text.substr(0, dash), text.substr(dash + 1));
    if (text.empty() || std::ranges::all_of(text, is_digit)) return parse_range(text, text);
    const std::vector<kernel::Service> services = kernel::services_named(std::string{text});
    if (services.empty())
        return std::unexpected{
            Error{Errc::name_not_found, "parse",
                  fmt::format("no port or service '{}': write a number, a range such as 1-1024, or a name "
                              "that /etc/services has",
                              shown(text))}};
    return PortRange{services.front().port, services.front().port};
}

}  // namespace

Result<std::vector<PortRange>> parse_ports(std::string_view text) {
    std::vector<PortRange> ranges;
    for (;;) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const Result<PortRange> range = parse_one(text.substr(0, comma));
        if (!range) return std::unexpected{range.error()};
        ranges.push_back(*range);
        if (comma == text.size()) return ranges;
        text.remove_prefix(comma + 1);
    }
}

std::string service_at(std::uint16_t port, std::string_view protocol) {
    for (const kernel::Service& service : kernel::services_at(port))
        if (service.protocol == protocol) return service.name;
    return "-";
}

}  // namespace sockeye::cli
