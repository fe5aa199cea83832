// What becomes of packets on their way out of the door, where the flags ask for it.
#pragma once

#include <cstddef>

#include "base/packet.hpp"

namespace sockeye::packetdrill {

/// Octets of TCP payload; 0: it has none, or is no TCP segment.
std::size_t payload_octets(const Packet& packet);

/// Puts a SYN's options in the order of their kinds' numbers; other packets stay as they are.
void order_options(Packet& packet);

/// Makes `next` the end of `first`, as segments look before a card cuts them (generic segmentation
/// offload).
/// @param segment  octets of payload that each segment but the last has
/// @returns whether they are of one stream, and nothing but their place in it differs
bool join(Packet& first, const Packet& next, std::size_t segment);

}  // namespace sockeye::packetdrill
