#include "wire/neighbour_discovery.hpp"

#include <cassert>
#include <utility>

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace sockeye::wire {
namespace {

// Option types (RFC 4861 §4.6). Their lengths count units of 8 octets, type and length included.
constexpr std::uint8_t source_link_address = 1;
constexpr std::uint8_t target_link_address = 2;
constexpr std::uint8_t prefix_information = 3;
constexpr std::uint8_t mtu_option = 5;
constexpr std::uint8_t recursive_dns_servers = 25;  // RFC 8106 §5.1
constexpr std::size_t link_address_units = 1;
constexpr std::size_t prefix_units = 4;
constexpr std::size_t mtu_units = 1;
constexpr std::size_t units_of_address = 2;

constexpr std::uint8_t on_link_bit = 0x80;
constexpr std::uint8_t autonomous_bit = 0x40;

constexpr std::uint32_t managed_bit = 0x00800000;
constexpr std::uint32_t other_bit = 0x00400000;

constexpr std::uint32_t router_bit = 0x80000000;
constexpr std::uint32_t solicited_bit = 0x40000000;
constexpr std::uint32_t override_bit = 0x20000000;

struct Options {
    std::optional<MacAddress> source_mac{};
    std::optional<MacAddress> target_mac{};
    std::optional<std::uint32_t> mtu{};
    std::vector<PrefixInformation> prefixes{};
    std::vector<RecursiveDnsServers> dns_servers{};
};

std::expected<PrefixInformation, Malformed> read_prefix(Reader in) {
    PrefixInformation information;
    information.prefix.bits = in.u8();
    const std::uint8_t flags = in.u8();
    information.on_link = (flags & on_link_bit) != 0;
    information.autonomous = (flags & autonomous_bit) != 0;
    information.valid_lifetime = in.u32();
    information.preferred_lifetime = in.u32();
    in.skip(4);
    information.prefix.address = IpAddress{in.array<16>()};
    if (information.prefix.bits > 128) return std::unexpected{Malformed::bad_option};
    return information;
}

/// @returns nothing where its length leaves no room for an address, or for a part of one
std::optional<RecursiveDnsServers> read_dns_servers(Reader in) {
    in.skip(2);
    RecursiveDnsServers servers{.lifetime = in.u32()};
    constexpr std::size_t size = units_of_address * 8;
    if (!in.ok() || in.remaining() == 0 || in.remaining() % size != 0) return std::nullopt;
    while (in.remaining() > 0 && servers.addresses.size() < RecursiveDnsServers::maximum)
        servers.addresses.emplace_back(in.array<16>());
    return servers;
}

/// How many units an option of a known type has; 0: any number.
std::size_t units_of(std::uint8_t type) {
    switch (type) {
        case source_link_address:
        case target_link_address: return link_address_units;
        case prefix_information: return prefix_units;
        case mtu_option: return mtu_units;
        default: return 0;
    }
}

std::expected<void, Malformed> read_option(Options& options, std::uint8_t type, Reader value) {
    switch (type) {
        case source_link_address: options.source_mac = MacAddress{value.array<6>()}; break;
        case target_link_address: options.target_mac = MacAddress{value.array<6>()}; break;
        case mtu_option:
            value.skip(2);
            options.mtu = value.u32();
            break;
        case prefix_information: {
            const auto prefix = read_prefix(value);
            if (!prefix) return std::unexpected{prefix.error()};
            if (options.prefixes.size() < RouterAdvertisement::maximum_prefixes)
                options.prefixes.push_back(*prefix);
            break;
        }
        case recursive_dns_servers: {
            auto servers = read_dns_servers(value);
            if (servers && options.dns_servers.size() < RouterAdvertisement::maximum_dns_options)
                options.dns_servers.push_back(*std::move(servers));
            break;
        }
        default: break;
    }
    return {};
}

std::expected<Options, Malformed> read_options(Reader in) {
    Options options;
    while (in.remaining() > 0) {
        const std::uint8_t type = in.u8();
        const std::size_t units = in.u8();
        if (!in.ok() || units == 0) return std::unexpected{Malformed::bad_option};
        const Reader value{in.bytes(units * 8 - 2)};
        if (!in.ok()) return std::unexpected{Malformed::bad_option};
        if (units_of(type) != 0 && units_of(type) != units) return std::unexpected{Malformed::bad_option};
        if (const auto read = read_option(options, type, value); !read) return std::unexpected{read.error()};
    }
    return options;
}

/// What the solicitation and the advertisement of a neighbour share: the target and the options.
struct Neighbour {
    IpAddress target{};
    Options options{};
};

std::expected<Neighbour, Malformed> read_neighbour(const Icmpv6Message& message) {
    Reader in{message.payload};
    const IpAddress target{in.array<16>()};
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (message.header.code != 0 || target.is_multicast()) return std::unexpected{Malformed::bad_value};
    auto options = read_options(in);
    if (!options) return std::unexpected{options.error()};
    return Neighbour{target, *std::move(options)};
}

void write_mac(Writer& out, std::uint8_t type, const std::optional<MacAddress>& mac) {
    if (!mac) return;
    out.u8(type);
    out.u8(link_address_units);
    out.bytes(mac->octets());
}

constexpr std::size_t mac_size(const std::optional<MacAddress>& mac) {
    return mac ? link_address_units * 8 : 0;
}

void write_prefix(Writer& out, const PrefixInformation& information) {
    assert(information.prefix.address.family() == Family::inet6 && information.prefix.bits <= 128);
    out.u8(prefix_information);
    out.u8(prefix_units);
    out.u8(information.prefix.bits);
    out.u8(static_cast<std::uint8_t>((information.on_link ? on_link_bit : 0) |
                                     (information.autonomous ? autonomous_bit : 0)));
    out.u32(information.valid_lifetime);
    out.u32(information.preferred_lifetime);
    out.u32(0);
    out.bytes(information.prefix.address.octets());
}

constexpr std::size_t size_of(const RecursiveDnsServers& servers) {
    return (1 + servers.addresses.size() * units_of_address) * 8;
}

void write_dns_servers(Writer& out, const RecursiveDnsServers& servers) {
    assert(!servers.addresses.empty() && servers.addresses.size() <= RecursiveDnsServers::maximum);
    out.u8(recursive_dns_servers);
    out.u8(static_cast<std::uint8_t>(size_of(servers) / 8));
    out.u16(0);
    out.u32(servers.lifetime);
    for (const IpAddress& server : servers.addresses) out.bytes(server.octets());
}

std::size_t options_size(const RouterAdvertisement& message) {
    std::size_t size = mac_size(message.source_mac) + (message.mtu ? mtu_units * 8 : 0) +
                       message.prefixes.size() * prefix_units * 8;
    for (const RecursiveDnsServers& servers : message.dns_servers) size += size_of(servers);
    return size;
}

}  // namespace

std::expected<RouterSolicitation, Malformed> parse_router_solicitation(const Icmpv6Message& message) {
    if (message.header.code != 0) return std::unexpected{Malformed::bad_value};
    const auto options = read_options(Reader{message.payload});
    if (!options) return std::unexpected{options.error()};
    return RouterSolicitation{options->source_mac};
}

std::expected<RouterAdvertisement, Malformed> parse_router_advertisement(const Icmpv6Message& message) {
    Reader in{message.payload};
    const std::uint32_t first = message.header.rest;
    RouterAdvertisement advertisement;
    advertisement.hop_limit = static_cast<std::uint8_t>(first >> 24);
    advertisement.managed = (first & managed_bit) != 0;
    advertisement.other = (first & other_bit) != 0;
    advertisement.lifetime = static_cast<std::uint16_t>(first);
    advertisement.reachable_time = in.u32();
    advertisement.retransmission_timer = in.u32();
    if (!in.ok()) return std::unexpected{Malformed::truncated};
    if (message.header.code != 0) return std::unexpected{Malformed::bad_value};

    auto options = read_options(in);
    if (!options) return std::unexpected{options.error()};
    advertisement.source_mac = options->source_mac;
    advertisement.mtu = options->mtu;
    advertisement.prefixes = std::move(options->prefixes);
    advertisement.dns_servers = std::move(options->dns_servers);
    return advertisement;
}

std::expected<NeighbourSolicitation, Malformed> parse_neighbour_solicitation(const Icmpv6Message& message) {
    const auto neighbour = read_neighbour(message);
    if (!neighbour) return std::unexpected{neighbour.error()};
    return NeighbourSolicitation{neighbour->target, neighbour->options.source_mac};
}

std::expected<NeighbourAdvertisement, Malformed> parse_neighbour_advertisement(const Icmpv6Message& message) {
    const auto neighbour = read_neighbour(message);
    if (!neighbour) return std::unexpected{neighbour.error()};
    return NeighbourAdvertisement{.router = (message.header.rest & router_bit) != 0,
                                  .solicited = (message.header.rest & solicited_bit) != 0,
                                  .override_cache = (message.header.rest & override_bit) != 0,
                                  .target = neighbour->target,
                                  .target_mac = neighbour->options.target_mac};
}

Packet make_router_solicitation(const RouterSolicitation& message, const IpAddress& source,
                                const IpAddress& target) {
    Packet packet{mac_size(message.source_mac)};
    Writer out{packet.writable()};
    write_mac(out, source_link_address, message.source_mac);
    prepend_icmpv6(packet, {.type = Icmpv6Type::router_solicitation}, source, target);
    return packet;
}

Packet make_router_advertisement(const RouterAdvertisement& message, const IpAddress& source,
                                 const IpAddress& target) {
    Packet packet{8 + options_size(message)};
    Writer out{packet.writable()};
    out.u32(message.reachable_time);
    out.u32(message.retransmission_timer);
    write_mac(out, source_link_address, message.source_mac);
    if (message.mtu) {
        out.u8(mtu_option);
        out.u8(mtu_units);
        out.u16(0);
        out.u32(*message.mtu);
    }
    for (const PrefixInformation& prefix : message.prefixes) write_prefix(out, prefix);
    for (const RecursiveDnsServers& servers : message.dns_servers) write_dns_servers(out, servers);
    const std::uint32_t first = std::uint32_t{message.hop_limit} << 24 | (message.managed ? managed_bit : 0) |
                                (message.other ? other_bit : 0) | message.lifetime;
    prepend_icmpv6(packet, {.type = Icmpv6Type::router_advertisement, .rest = first}, source, target);
    return packet;
}

Packet make_neighbour_solicitation(const NeighbourSolicitation& message, const IpAddress& source,
                                   const IpAddress& target) {
    Packet packet{16 + mac_size(message.source_mac)};
    Writer out{packet.writable()};
    out.bytes(message.target.octets());
    write_mac(out, source_link_address, message.source_mac);
    prepend_icmpv6(packet, {.type = Icmpv6Type::neighbour_solicitation}, source, target);
    return packet;
}

Packet make_neighbour_advertisement(const NeighbourAdvertisement& message, const IpAddress& source,
                                    const IpAddress& target) {
    Packet packet{16 + mac_size(message.target_mac)};
    Writer out{packet.writable()};
    out.bytes(message.target.octets());
    write_mac(out, target_link_address, message.target_mac);
    const std::uint32_t flags = (message.router ? router_bit : 0) | (message.solicited ? solicited_bit : 0) |
                                (message.override_cache ? override_bit : 0);
    prepend_icmpv6(packet, {.type = Icmpv6Type::neighbour_advertisement, .rest = flags}, source, target);
    return packet;
}

}  // namespace sockeye::wire
