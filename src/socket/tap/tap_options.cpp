#include "socket/tap/tap_options.hpp"

#include <algorithm>
#include <array>

#include "base/address_text.hpp"
#include "base/host_name.hpp"
#include "base/subnet.hpp"

namespace sockeye {
namespace tap {
namespace {

using address_text::mistake;
using address_text::shown;

constexpr std::size_t longest_name = 15;    // IFNAMSIZ less the NUL
constexpr std::size_t most_mtu = 65521;     // of a frame of 64 KiB less the Ethernet header, as Linux has it
constexpr std::size_t least_mtu_v4 = 576;   // what every host takes (RFC 791)
constexpr std::size_t least_mtu_v6 = 1280;  // what every link carries (RFC 8200 §5)
constexpr std::uint16_t domain = 53;

/// What Linux takes for one (dev_valid_name()), without the '%' that would make it a pattern.
Result<void> check_device(const std::string& name) {
    if (name.empty()) return mistake("the TAP device's name is missing: write tap0,10.9.0.2/24");
    if (name.size() > longest_name)
        return mistake("'" + shown(name) + "' is too long for a device: at most 15 octets");
    const bool is_good = std::ranges::all_of(
        name, [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != ':' && c != '%'; });
    if (!is_good || name == "." || name == "..")
        return mistake("'" + shown(name) + "' cannot be a device's name: write one such as tap0");
    return {};
}

Result<void> check_address(const Prefix& prefix) {
    const IpAddress& own = prefix.address;
    const HostRange hosts = hosts_of(prefix);
    if (own < hosts.first || own > hosts.last || own.is_unspecified() || own.is_loopback() ||
        own.is_multicast())
        return mistake(prefix.to_string() + " is not the address of one host: write one such as 10.9.0.2/24");
    return {};
}

bool is_link_local(const IpAddress& ip) {
    constexpr Prefix link_local{IpAddress{std::array<std::uint8_t, 16>{0xfe, 0x80}}, 10};
    return link_local.contains(ip);
}

Result<void> check_gateway(const TapOptions& options, const IpAddress& gateway) {
    const auto is_own = [&](const Prefix& own) { return own.address == gateway; };
    const auto has_it = [&](const Prefix& own) { return own.contains(gateway); };
    if (std::ranges::any_of(options.addresses, is_own))
        return mistake("the gateway " + gateway.to_string() +
                       " is this network's own address: write its neighbour's");
    if (!is_link_local(gateway) && std::ranges::none_of(options.addresses, has_it))
        return mistake("the gateway " + gateway.to_string() +
                       " is outside of every network given: it must be in " +
                       options.addresses.front().to_string() + ", say");
    if (std::ranges::count(options.gateways, gateway.family(), &IpAddress::family) > 1)
        return mistake("two gateways of one family: a default route has one");
    return {};
}

Result<void> check_mtu(const TapOptions& options) {
    if (!options.mtu) return {};
    const bool has_v6 = std::ranges::any_of(
        options.addresses, [](const Prefix& own) { return own.address.family() == Family::inet6; });
    const std::size_t least = has_v6 ? least_mtu_v6 : least_mtu_v4;
    if (*options.mtu >= least && *options.mtu <= most_mtu) return {};
    return mistake("an MTU of " + std::to_string(*options.mtu) + " cannot be: it is from " +
                   std::to_string(least) + (has_v6 ? " (IPv6)" : "") + " to " + std::to_string(most_mtu));
}

}  // namespace

Result<void> check(const TapOptions& options) {
    Result<void> good = check_device(options.device);
    if (good && options.addresses.empty())
        good = mistake(options.device + " has no address: write " + options.device + ",10.9.0.2/24");
    for (const Prefix& own : options.addresses)
        if (good) good = check_address(own);
    for (const IpAddress& gateway : options.gateways)
        if (good) good = check_gateway(options, gateway);
    return good ? check_mtu(options) : good;
}

namespace {

Result<void> add_gateway(TapOptions& options, std::string_view text, Family family) {
    const Result<IpAddress> gateway = IpAddress::parse(text);
    if (!gateway) return std::unexpected{gateway.error()};
    if (gateway->family() != family)
        return mistake(
            shown(text) +
            (family == Family::inet ? " is an IPv6 address: write gw6=" : " is an IPv4 address: write gw=") +
            shown(text));
    options.gateways.push_back(*gateway);
    return {};
}

Result<void> add_name_server(TapOptions& options, std::string_view text) {
    const auto numeric = host_name::numeric(text, domain);
    Result<Address> server = numeric && *numeric ? Result<Address>{**numeric} : Address::parse(text);
    if (!server) return std::unexpected{server.error()};
    options.name_servers.push_back(std::move(*server));
    return {};
}

Result<void> set_mtu(TapOptions& options, std::string_view text) {
    const auto mtu = address_text::parse_number(text, most_mtu);
    if (!mtu) return mistake("mtu=" + shown(text) + " is not a number up to " + std::to_string(most_mtu));
    options.mtu = *mtu;
    return {};
}

Result<void> set_ecn(TapOptions& options, std::string_view text) {
    if (text != "on" && text != "off")
        return mistake("ecn=" + shown(text) + " is neither ecn=on nor ecn=off");
    options.ask_for_ecn = text == "on";
    return {};
}

struct Setting {
    std::string_view name;
    Result<void> (*set)(TapOptions& options, std::string_view value);
};
constexpr std::array settings{
    Setting{"gw", [](TapOptions& o, std::string_view value) { return add_gateway(o, value, Family::inet); }},
    Setting{"gw6",
            [](TapOptions& o, std::string_view value) { return add_gateway(o, value, Family::inet6); }},
    Setting{"dns", add_name_server},
    Setting{"mtu", set_mtu},
    Setting{"ecn", set_ecn},
};

/// One of what stands between the commas behind the name.
Result<void> take(TapOptions& options, std::string_view word) {
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) {
        const Result<Prefix> own = Prefix::parse(word);
        if (!own) return std::unexpected{own.error()};
        options.addresses.push_back(*own);
        return {};
    }
    const auto* setting = std::ranges::find(settings, word.substr(0, equals), &Setting::name);
    if (setting == settings.end())
        return mistake("'" + shown(word) + "' is none of gw=, gw6=, dns=, mtu=, ecn= and no ADDRESS/PREFIX");
    return setting->set(options, word.substr(equals + 1));
}

}  // namespace
}  // namespace tap

Result<TapOptions> TapOptions::parse(std::string_view text) {
    TapOptions options;
    const std::size_t name_ends = std::min(text.find(','), text.size());
    options.device = text.substr(0, name_ends);
    for (std::size_t at = name_ends; at < text.size();) {
        const std::size_t end = std::min(text.find(',', at + 1), text.size());
        const Result<void> taken = tap::take(options, text.substr(at + 1, end - at - 1));
        if (!taken) return std::unexpected{taken.error()};
        at = end;
    }
    const Result<void> good = tap::check(options);
    if (!good) return std::unexpected{good.error()};
    return options;
}

}  // namespace sockeye
