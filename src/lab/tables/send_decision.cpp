#include "lab/tables/send_decision.hpp"

#include <algorithm>

#include "network/scope.hpp"

namespace sockeye::lab {
namespace {

using Way = SendDecision::Way;

const Prefix* find_own(const network::Ip& ip, const IpAddress& address) {
    for (const network::Interface& interface : ip.interfaces())
        for (const Prefix& own : interface.addresses())
            if (own.address == address) return &own;
    return nullptr;
}

/// For one that has no way there, and yet compares.
const Prefix* first_own(const network::Ip& ip, Family family) {
    for (const network::Interface& interface : ip.interfaces())
        for (const Prefix& own : interface.addresses())
            if (own.address.family() == family && !network::is_link_local(own.address)) return &own;
    return nullptr;
}

Way way_to(const network::Ip& ip, const IpAddress& target, const network::Interface& interface,
           const std::optional<RouteRow>& route) {
    if (target.is_loopback() || ip.interface_of(target) != 0) return Way::itself;
    if (interface.is_broadcast(target)) return Way::broadcast;
    if (target.is_multicast()) return Way::group;
    if (network::is_link_local(target)) return Way::on_link;
    if (!route) return Way::nowhere;
    return route->gateway ? Way::gateway : Way::on_link;
}

void find_mac(const World& world, const network::Interface& interface, SendDecision& decision) {
    if (decision.way == Way::broadcast) decision.mac = wire::MacAddress::broadcast();
    if (decision.way == Way::group) decision.mac = network::multicast_mac(decision.target);
    if (!decision.next_hop) return;
    for (const NeighbourRow& row : neighbour_rows(world, decision.host))
        if (row.ip == *decision.next_hop && row.card == interface.device().name()) {
            decision.mac = row.mac;
            decision.mac_state = row.state;
        }
}

}  // namespace

SendDecision decide_send(World& world, std::string_view host, const IpAddress& target) {
    const network::Ip& ip = require_host(world, host).stack().ip();
    SendDecision decision{.host = std::string{host}, .target = target};
    for (const RouteRow& route : route_rows(world, host))
        if (!decision.route && route.target.contains(target)) decision.route = route;

    const Result<IpAddress> source = ip.source_for(target);
    const Prefix* const own = source ? find_own(ip, *source) : first_own(ip, target.family());
    if (own != nullptr) decision.own = *own;
    const Result<std::uint32_t> leaves_by = ip.interface_to(target);
    if (ip.interfaces().empty()) return decision;
    const network::Interface& interface = ip.interfaces()[leaves_by && *leaves_by > 0 ? *leaves_by - 1 : 0];
    decision.way = way_to(ip, target, interface, decision.route);
    if (decision.way == Way::itself || decision.way == Way::nowhere) return decision;

    decision.card = interface.device().name();
    if (decision.way == Way::on_link) decision.next_hop = target;
    if (decision.way == Way::gateway) decision.next_hop = decision.route->gateway;
    if (decision.next_hop)
        if (const Node* node = owner_of(world, *decision.next_hop)) decision.next_hop_node = node->name();
    find_mac(world, interface, decision);
    return decision;
}

}  // namespace sockeye::lab
