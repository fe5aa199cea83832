// What the nodes of a lab know at this moment, as rows: neighbours, routes, stations, translations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/host_node.hpp"
#include "lab/world.hpp"
#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::lab {

/// Mistakes throw std::invalid_argument, which says what there is: that name is no host's, or no switch's.
HostNode& require_host(const World& world, std::string_view name);
SwitchNode& require_switch(const World& world, std::string_view name);

struct NodeRow {
    std::string name;
    std::string_view kind;  ///< "host", "router", "nat", "switch"
    bool is_on = true;
    std::vector<Prefix> addresses{};
    std::size_t tasks = 0;
};
std::vector<NodeRow> node_rows(const World& world);

struct NeighbourRow {
    IpAddress ip;
    std::optional<wire::MacAddress> mac;  ///< nullopt: it is being asked for
    std::string_view state;               ///< RFC 4861 §7.3.2: "REACHABLE"
    Duration age;                         ///< since it was confirmed, or first asked for
    std::string who;                      ///< the node that has the MAC; empty: nobody
    std::string card;
};
/// Of both families: ARP's and neighbour discovery's.
std::vector<NeighbourRow> neighbour_rows(const World& world, std::string_view host);

struct RouteRow {
    Prefix target;
    std::optional<IpAddress> gateway;  ///< nullopt: on the link
    std::string card;
    std::string_view from;  ///< "connected", "static", "worked out", "DHCP"
};
/// In the order in which they are looked through: longest prefix first.
std::vector<RouteRow> route_rows(World& world, std::string_view host);

struct StationRow {
    std::uint16_t vlan;  ///< 0: the switch was told of none
    wire::MacAddress mac;
    std::string port;
    std::string behind;  ///< the node at the other end of the port's cable
    std::string who;     ///< the node that has the MAC; empty: nobody
    Duration age;        ///< since it last sent
};
std::vector<StationRow> station_rows(const World& world, std::string_view lan);

struct TranslationRow {
    std::string protocol;
    Address inside;  ///< an ICMP echo's identifier counts as its port
    Address outside;
    std::optional<Duration> idle;     ///< since its last packet; nullopt: a port that is forwarded
    std::optional<Duration> timeout;  ///< after so much of that it is forgotten
};
/// Throws std::invalid_argument where the host has no NAT.
std::vector<TranslationRow> translation_rows(const World& world, std::string_view router);

/// The node that has the address; nullptr: none.
const Node* owner_of(const World& world, const wire::MacAddress& mac);
const Node* owner_of(const World& world, const IpAddress& ip);

}  // namespace sockeye::lab
