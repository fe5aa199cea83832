// A packet as a script writes it, and the octets that it stands for.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/packet.hpp"
#include "sockeye/address.hpp"
#include "test/scripts/segment_text.hpp"

namespace sockeye::packetdrill::test {

/// Where the conversation under test takes place, and how its numbers look in the script.
struct Conversation {
    Address local;
    Address remote;
    transport::tcp::test::Origins origins{};  ///< the stack's ISN; the remote end's numbers are the script's
    bool knows_clock = false;                 ///< the first TS val has been seen
};

/// "S. 0:0(0) ack 1 win 65535 <mss 1460,nop,wscale 7>" or "icmp unreachable host_unreachable [1:11(10)]".
/// In IPv6 an MTU is by the longer header longer, so that the segments are the same.
Packet read_packet(std::string_view text, const Conversation& conversation);

/// What left, in the words that `expected` uses for it: without window or options where it names none.
/// Learns the ISN from a SYN.
/// @returns nothing where it is as expected, else what it is instead
std::string compare(std::span<const std::byte> packet, std::string_view expected, Conversation& conversation);

}  // namespace sockeye::packetdrill::test
