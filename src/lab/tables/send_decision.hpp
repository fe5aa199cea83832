// Where a host would send a packet for an address, and why: is the target on the link, or behind a gateway
// (RFC 1122 §3.3.1.1)? Nothing is sent, and nobody is asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lab/tables/nodes.hpp"
#include "lab/world.hpp"
#include "sockeye/address.hpp"
#include "wire/ethernet.hpp"

namespace sockeye::lab {

struct SendDecision {
    enum class Way : std::uint8_t {
        on_link,    ///< to the target itself
        gateway,    ///< to a router that is on the link
        broadcast,  ///< to everybody on the link
        group,      ///< to whoever is in the multicast group
        itself,     ///< the address is the host's own: nothing leaves
        nowhere,    ///< no route
    };

    std::string host;
    IpAddress target;
    Way way = Way::nowhere;
    std::optional<Prefix> own{};  ///< the address that it would speak from; nullopt: it has none
    std::optional<RouteRow> route{};
    std::string card{};  ///< by which it leaves
    std::optional<IpAddress> next_hop{};
    std::string next_hop_node{};            ///< who that is in the lab; empty: nobody
    std::optional<wire::MacAddress> mac{};  ///< nullopt: it would have to be asked for
    std::string_view mac_state{};           ///< of a neighbour: "REACHABLE"

    IpAddress own_network() const { return own->network(); }
    /// The target, seen with the host's own netmask.
    IpAddress target_network() const { return Prefix{target, own->bits}.network(); }
    bool is_one_network() const { return own && own_network() == target_network(); }
};

/// Throws std::invalid_argument where that is no host's name.
SendDecision decide_send(World& world, std::string_view host, const IpAddress& target);

}  // namespace sockeye::lab
