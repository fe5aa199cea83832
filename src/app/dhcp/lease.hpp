// What a DHCP client is given (RFC 2132), as values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/time.hpp"
#include "wire/dhcp.hpp"

namespace sockeye::app::dhcp {

struct Lease {
    Prefix address;
    IpAddress server;
    std::vector<IpAddress> routers{};
    std::vector<IpAddress> name_servers{};
    std::string domain{};
    Instant began{};   ///< when it was asked for, from where on its times count (RFC 2131 §4.4.1)
    Instant renew{};   ///< T1
    Instant rebind{};  ///< T2
    Instant end{};
};

/// What an OFFER or an ACK gives whoever asked for it at `asked`.
/// @returns nothing where what a lease cannot do without is missing or makes no sense
std::optional<Lease> read_lease(const wire::DhcpMessage& message, Instant asked);

}  // namespace sockeye::app::dhcp
