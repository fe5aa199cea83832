// The lab's name server: it knows every node of the file that has an address, by both ways.
#include <array>
#include <utility>

#include "app/dns/server.hpp"
#include "app/dns/zone_file.hpp"
#include "lab/file/builder.hpp"
#include "view/programs/program.hpp"
#include "wire/dns_query.hpp"

namespace sockeye::view {
namespace {

constexpr std::string_view usual_zone = "example";  // RFC 2606 §2: nobody's
constexpr std::uint16_t domain_port = 53;

std::string label_of(const lab::NodeSpec& node, const char* name, std::string_view otherwise) {
    const auto label = node.labels.find(name);
    return label == node.labels.end() ? std::string{otherwise} : label->second;
}

/// What nobody can be called who is not in a topology file, where names are letters, digits and "-_.".
Result<void> add(app::dns::Zone& zone, const wire::DnsName& name, wire::DnsType type, wire::DnsData data) {
    return zone.add({.name = name, .type = type, .ttl = zone.ttl(), .data = std::move(data)});
}

/// "web.example", and where the zone's own records say otherwise, they count alone.
Result<void> add_node(app::dns::Zone& zone, app::dns::Zone& ipv4_names, app::dns::Zone& ipv6_names,
                      const lab::TopologyFile& file, const lab::NodeSpec& node) {
    const Result<wire::DnsName> name = wire::DnsName::parse(node.name + "." + zone.origin().to_string());
    if (!name) return {};  // too long for a name: it has none
    if (!zone.addresses_of(*name).empty()) return {};
    for (const lab::CardPrefix& own : addresses_of(file, node)) {
        const bool is_v4 = own.prefix.address.family() == Family::inet;
        const wire::DnsType type = is_v4 ? wire::DnsType::a : wire::DnsType::aaaa;
        if (Result<void> added = add(zone, *name, type, own.prefix.address); !added) return added;
        app::dns::Zone& names = is_v4 ? ipv4_names : ipv6_names;
        const wire::DnsName reverse = wire::reverse_dns_name(own.prefix.address);
        if (Result<void> added = add(names, reverse, wire::DnsType::ptr, *name); !added) return added;
    }
    return {};
}

Result<std::vector<app::dns::Zone>> zones_of(const Setting& setting) {
    const std::string origin = label_of(setting.node, "zone", usual_zone);
    const Result<wire::DnsName> name = wire::DnsName::parse(origin);
    if (!name) return mistaken("label zone: " + std::string{name.error().detail()});
    Result<app::dns::Zone> zone = app::dns::parse_zone(label_of(setting.node, "records", ""), *name);
    if (!zone) return mistaken("label records: " + std::string{zone.error().detail()});
    app::dns::Zone ipv4_names{wire::DnsName::parse("in-addr.arpa").value()};
    app::dns::Zone ipv6_names{wire::DnsName::parse("ip6.arpa").value()};
    for (const lab::NodeSpec& node : setting.file.nodes)
        if (Result<void> added = add_node(*zone, ipv4_names, ipv6_names, setting.file, node); !added)
            return mistaken(std::string{added.error().detail()});
    return std::vector{std::move(*zone), std::move(ipv4_names), std::move(ipv6_names)};
}

Result<Program> make_dns(Words words, Setting& setting) {
    if (!words.empty()) return mistaken("what is '" + words.front() + "'?");
    Result<std::vector<app::dns::Zone>> zones = zones_of(setting);
    if (!zones) return std::unexpected{zones.error()};
    const auto authority = std::make_shared<const app::dns::Authority>(std::move(*zones));
    return [authority](Host& host) -> Task<> {
        const Address everywhere{IpAddress::any(Family::inet6), domain_port};
        host.spawn(app::dns::serve_datagrams(host, everywhere, authority));
        host.spawn(app::dns::serve_streams(host, everywhere, authority));
        co_return;
    };
}

constexpr std::array all{Maker{"dns", "dns", make_dns}};

}  // namespace

std::span<const Maker> naming() {
    return all;
}

}  // namespace sockeye::view
