// What a DHCP server's replies are made of (RFC 2131 §4.3.1's table 3).
#pragma once

#include <string_view>

#include "app/dhcp/server.hpp"

namespace sockeye::app::dhcp {

/// OFFER or ACK of an address: as long as the client asks for, but no longer than the subnet's leases.
Departure answer(const wire::DhcpMessage& question, const IpAddress& own, const Subnet& subnet,
                 wire::DhcpMessageType type, const IpAddress& ip);
/// To a client that has its address from elsewhere: ACK without one, and without a lease.
Departure information(const wire::DhcpMessage& question, const IpAddress& own, const Subnet& subnet);
/// NAK.
Departure refusal(const wire::DhcpMessage& question, const IpAddress& own, std::string_view why);

}  // namespace sockeye::app::dhcp
