// Packets on their way over routers: each router sends a frame of its own, and all of them are one trip.
#pragma once

#include <vector>

#include "lab/journey.hpp"

namespace sockeye::view {

/// From the host that made a packet to where it got, one journey a network. Never empty.
struct Trip {
    std::vector<const lab::Journey*> hops;

    const lab::Journey& first() const { return *hops.front(); }
    const lab::Journey& last() const { return *hops.back(); }
};

/// In the order in which they began. A frame that only goes from one host to another on its network, as
/// ARP's, is a trip too. A router's packet belongs to the trip that brought it the same payload: addresses
/// and ports may have become others (NAT).
/// Views the past's journeys.
std::vector<Trip> trips(const lab::Past& past);

}  // namespace sockeye::view
