#include "lab/file/builder.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "lab/host_node.hpp"
#include "lab/world.hpp"

namespace sockeye::lab {
namespace {

constexpr std::uint16_t domain_port = 53;

bool is_bridge(const NodeSpec& node) {
    return node.kind == NodeKind::bridge;
}

bool passes_packets_on(const NodeSpec& node) {
    return node.kind == NodeKind::router || node.kind == NodeKind::nat;
}

network::Ip::Config ip_of(const NodeSpec& node) {
    return {.forwarding = passes_packets_on(node) ? network::Forwarding::on : network::Forwarding::off};
}

bool is_default(const StaticRoute& route) {
    return route.target.bits == 0;
}

class Builder {
public:
    Builder(Lab& lab, const TopologyFile& file) : lab_{lab}, topology_{lab.world().topology()}, file_{file} {}

    void build() {
        for (const NodeSpec& node : file_.nodes) add(node);
        for (const LinkSpec& link : file_.links) add(link);
        for (const NodeSpec& node : file_.nodes)
            if (!is_bridge(node)) set_up(node);
    }

private:
    void add(const NodeSpec& node) {
        if (is_bridge(node))
            lab_.add_switch(node.name, node.bridge);
        else
            topology_.add(std::make_unique<HostNode>(lab_.world(), node.name, ip_of(node)));
    }

    void add(const LinkSpec& link) {
        for (const EndpointSpec& end : link.ends)
            if (HostNode* host = host_named(end.node)) add_card(*host, end, link.mtu);
        Node& a = topology_.node(link.ends[0].node);
        Node& b = topology_.node(link.ends[1].node);
        const std::uint32_t cable = topology_.connect(a, b, link.cable, lab_.world().now());
        for (const link::End from : {link::End::a, link::End::b}) {
            const EndpointSpec& end = link.ends[static_cast<std::size_t>(from)];
            lab_.world().impair(cable, from, end.impairments);
            Node& node = topology_.node(end.node);
            if (node.kind() != Node::Kind::switch_) continue;
            const auto port = static_cast<link::Port>(node.plugs.size() - 1);
            node.name_port(port, end.card);
            if (end.vlans)
                static_cast<SwitchNode&>(node).logic().vlans().set(port,
                                                                   {end.vlans->untagged, end.vlans->tagged});
        }
    }

    void add_card(HostNode& host, const EndpointSpec& end, std::size_t mtu) {
        std::vector<Prefix> addresses = end.addresses;
        for (const CardPrefix& told : file_.node(end.node)->addresses)
            if (told.card == end.card) addresses.push_back(told.prefix);
        const Prefix first = addresses.empty() ? Prefix{} : addresses.front();
        ++cards_;
        host.add_card({end.mac.value_or(mac_of_card(cards_)), first}, mtu, end.card);
        for (std::size_t i = 1; i < addresses.size(); ++i) host.add_address(addresses[i]);
    }

    void set_up(const NodeSpec& node) {
        HostNode& host = *host_named(node.name);
        // One that DHCP has to make reachable first is the client's business.
        for (const StaticRoute& route : node.routes) (void)host.add_route(route.target, route.gateway);
        if (node.kind == NodeKind::nat)
            if (const std::optional<std::string> card = outside_of(file_, node)) host.enable_nat(*card);
        std::vector<Address> servers;
        for (const IpAddress& ip : name_servers_of(file_, node)) servers.emplace_back(ip, domain_port);
        if (!servers.empty()) host.set_name_servers(servers);
    }

    HostNode* host_named(const std::string& name) {
        Node& node = topology_.node(name);
        return node.kind() == Node::Kind::host ? static_cast<HostNode*>(&node) : nullptr;
    }

    Lab& lab_;
    Topology& topology_;
    const TopologyFile& file_;
    std::size_t cards_ = 0;
};

/// Each once, however many wait for it.
Duration work_out_start(const TopologyFile& file, const NodeSpec& node,
                        std::map<std::string, Duration>& starts) {
    if (const auto known = starts.find(node.name); known != starts.end()) return known->second;
    Duration latest{};
    for (const std::string& other : node.waits_for)
        if (const NodeSpec* found = file.node(other))
            latest = std::max(latest, work_out_start(file, *found, starts));
    return starts[node.name] = latest + node.startup_delay;
}

}  // namespace

void build(Lab& lab, const TopologyFile& file) {
    Builder{lab, file}.build();
    lab.world().sources().topology = file.text;
}

std::map<std::string, Duration> starts_of(const TopologyFile& file) {
    std::map<std::string, Duration> starts;
    for (const NodeSpec& node : file.nodes) work_out_start(file, node, starts);
    return starts;
}

std::vector<CardPrefix> addresses_of(const TopologyFile& file, const NodeSpec& node) {
    std::vector<CardPrefix> addresses;
    for (const LinkSpec& link : file.links)
        for (const EndpointSpec& end : link.ends) {
            if (end.node != node.name) continue;
            for (const Prefix& prefix : end.addresses) addresses.push_back({end.card, prefix});
            for (const CardPrefix& told : node.addresses)
                if (told.card == end.card) addresses.push_back(told);
        }
    return addresses;
}

std::vector<IpAddress> name_servers_of(const TopologyFile& file, const NodeSpec& node) {
    if (!node.name_servers.empty()) return node.name_servers;
    std::vector<IpAddress> servers;
    for (const NodeSpec& each : file.nodes)
        if (each.kind == NodeKind::dns && !addresses_of(file, each).empty())
            servers.push_back(addresses_of(file, each).front().prefix.address);
    return servers;
}

std::optional<std::string> outside_of(const TopologyFile& file, const NodeSpec& node) {
    if (const auto label = node.labels.find("outside"); label != node.labels.end()) return label->second;
    const auto way_out = std::ranges::find_if(node.routes, is_default);
    if (way_out == node.routes.end()) return std::nullopt;
    for (const CardPrefix& own : addresses_of(file, node))
        if (own.prefix.contains(way_out->gateway)) return own.card;
    return std::nullopt;
}

}  // namespace sockeye::lab
