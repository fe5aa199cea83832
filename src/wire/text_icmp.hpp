// What an ICMP or ICMPv6 message says, in tcpdump's manner: the part of its line behind the addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "wire/text.hpp"

namespace sockeye::wire {

/// "echo request id 7 seq 1 56 octets", "10.0.0.1 UDP port 9001 unreachable", "time exceeded in-transit".
/// @pre summary.icmp is set
std::string icmp_text(const Summary& summary);

/// "neighbour solicitation who has fe80::1", "packet too big mtu 1280".
/// @pre summary.icmpv6 is set
std::string icmpv6_text(const Summary& summary);

/// "5 octets", "1 octet".
std::string octets_text(std::size_t count);

/// "TCP", "ICMPv6", "protocol 89".
std::string protocol_text(std::uint8_t number);

}  // namespace sockeye::wire
