#include "lab/tables/nodes.hpp"

#include <algorithm>
#include <stdexcept>

#include "wire/protocol.hpp"

namespace sockeye::lab {
namespace {

[[noreturn]] void refuse(std::string_view name, const char* why) {
    throw std::invalid_argument{"\"" + std::string{name} + "\" " + why};
}

std::string_view kind_of(const Node& node) {
    if (node.kind() == Node::Kind::switch_) return "switch";
    if (static_cast<const HostNode&>(node).stack().ip().nat() != nullptr) return "nat";
    return node.is_router() ? "router" : "host";
}

/// In RFC 4861 §7.3.2's spelling.
std::string_view to_string(network::Reachability state) {
    using enum network::Reachability;
    switch (state) {
        case incomplete: return "INCOMPLETE";
        case reachable: return "REACHABLE";
        case stale: return "STALE";
        case delay: return "DELAY";
        case probe: return "PROBE";
    }
    return "";
}

std::string_view origin_of(const network::Route& route) {
    if (!route.gateway) return "connected";
    using enum network::Route::Origin;
    switch (route.origin) {
        case told: return "static";
        case learned: return "DHCP";
        case advertised: return "advertised";
        case computed: return "worked out";
    }
    return "";
}

std::string name_of(const Node* node) {
    return node == nullptr ? "" : node->name();
}

std::string protocol_name(std::uint8_t number) {
    switch (number) {
        case wire::protocol::icmp: return "icmp";
        case wire::protocol::tcp: return "tcp";
        case wire::protocol::udp: return "udp";
        default: return std::to_string(number);
    }
}

}  // namespace

HostNode& require_host(const World& world, std::string_view name) {
    Node& node = world.topology().node(name);
    if (node.kind() != Node::Kind::host) refuse(name, "is a switch, and no host");
    return static_cast<HostNode&>(node);
}

SwitchNode& require_switch(const World& world, std::string_view name) {
    Node& node = world.topology().node(name);
    if (node.kind() != Node::Kind::switch_) refuse(name, "is no switch");
    return static_cast<SwitchNode&>(node);
}

const Node* owner_of(const World& world, const wire::MacAddress& mac) {
    for (const auto& node : world.topology().nodes()) {
        const std::vector<Identity> cards = node->identities();
        if (std::ranges::find(cards, mac, &Identity::mac) != cards.end()) return node.get();
    }
    return nullptr;
}

const Node* owner_of(const World& world, const IpAddress& ip) {
    const auto has_it = [&](const auto& node) { return node->has_address(ip); };
    const auto found = std::ranges::find_if(world.topology().nodes(), has_it);
    return found == world.topology().nodes().end() ? nullptr : found->get();
}

std::vector<NodeRow> node_rows(const World& world) {
    std::vector<NodeRow> rows;
    for (const auto& node : world.topology().nodes()) {
        NodeRow& row =
            rows.emplace_back(NodeRow{.name = node->name(), .kind = kind_of(*node), .is_on = node->is_on});
        if (node->kind() != Node::Kind::host) continue;
        for (const Identity& card : node->identities())
            if (card.has_address()) row.addresses.push_back(card.address);
        row.tasks = static_cast<const HostNode&>(*node).tasks();
    }
    return rows;
}

std::vector<NeighbourRow> neighbour_rows(const World& world, std::string_view host) {
    std::vector<NeighbourRow> rows;
    for (const network::Interface& interface : require_host(world, host).stack().ip().interfaces())
        for (const network::Neighbour& one : interface.neighbours().list(world.now())) {
            const bool is_known = one.state != network::Reachability::incomplete;
            rows.push_back({.ip = one.ip,
                            .mac = is_known ? std::optional{one.mac} : std::nullopt,
                            .state = to_string(one.state),
                            .age = world.now() - one.since,
                            .who = is_known ? name_of(owner_of(world, one.mac)) : "",
                            .card = interface.device().name()});
        }
    return rows;
}

std::vector<RouteRow> route_rows(World& world, std::string_view host) {
    world.settle_routes();  // as the next thing that happens would
    network::Ip& ip = require_host(world, host).stack().ip();
    std::vector<RouteRow> rows;
    for (const network::Route& route : ip.routes())
        rows.push_back({.target = route.target,
                        .gateway = route.gateway,
                        .card = ip.interfaces()[route.interface].device().name(),
                        .from = origin_of(route)});
    return rows;
}

std::vector<StationRow> station_rows(const World& world, std::string_view lan) {
    const SwitchNode& node = require_switch(world, lan);
    std::vector<StationRow> rows;
    for (const link::MacTable::Entry& entry : node.logic().table().entries(world.now())) {
        const Plug& plug = node.plugs[entry.port];
        const Connection& cable = world.topology().cables()[plug.cable];
        rows.push_back({.vlan = entry.vlan,
                        .mac = entry.station,
                        .port = node.port_name(entry.port),
                        .behind = cable.at(link::opposite(plug.end)).node->name(),
                        .who = name_of(owner_of(world, entry.station)),
                        .age = entry.age});
    }
    return rows;
}

std::vector<TranslationRow> translation_rows(const World& world, std::string_view router) {
    const network::Nat* nat = require_host(world, router).stack().ip().nat();
    if (nat == nullptr) refuse(router, "has no NAT");
    std::vector<TranslationRow> rows;
    for (const network::Nat::Mapping& mapping : nat->list(world.now())) {
        const bool ends = mapping.until != Instant::never();
        const Duration left = ends ? mapping.until - world.now() : Duration{};
        rows.push_back({.protocol = protocol_name(mapping.protocol),
                        .inside = Address{mapping.inside.ip, mapping.inside.port},
                        .outside = Address{nat->outside(), mapping.outside_port},
                        .idle = ends ? std::optional{mapping.timeout - left} : std::nullopt,
                        .timeout = ends ? std::optional{mapping.timeout} : std::nullopt});
    }
    return rows;
}

}  // namespace sockeye::lab
