// What the routers of a lab know of each other's networks: shortest paths by cost, as OSPF computes them
// (RFC 2328 §16.1), without its messages: a lab sees all of its cables.
#pragma once

#include <cstdint>

#include "lab/topology.hpp"

namespace sockeye::lab {

/// Of a cable that was given none: less for a faster one, 1 from 100 Gbit/s on.
std::uint32_t cost_of_rate(std::uint64_t bits_per_second);

/// Gives every router that is on a route to each network that another router has a card in, if there is a
/// way over whole cables and switches. A path costs what the cards cost by which it leaves each router, the
/// last one's card into the network included. Of paths of one cost it is always the same that is taken.
///
/// Routers are neighbours where they have cards in one network, joined by cables and switches. What a NAT
/// hides is not told outside.
void compute_routes(Topology& topology);

}  // namespace sockeye::lab
