// What routers tell the hosts on a link (RFC 4861), and what hosts make of it: an address of their own
// (RFC 4862), a way out, name servers (RFC 8106). No server keeps a list of it, as one of DHCP's does.
//
// So are the cards of a host in a lab, and that of our stack on a TAP device; the machine's own network says
// Errc::unsupported. What a call begins goes on until the host stops.
#pragma once

#include <cstdint>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op.hpp"
#include "sockeye/time.hpp"

namespace sockeye {

/// The card asks for routers, and from now on follows what they say. Ends once it has an address by that,
/// which takes one to three seconds where a router answers; without a deadline it waits for one to come.
/// @returns address_not_available: no such card; address_in_use: somebody else has it; unsupported: a router
///   does not ask routers
Op<void> autoconfigure(Network& network, std::uint32_t card, Deadline deadline = {});

/// What a router says (RFC 4861 §6.2.1, with its defaults).
struct RouterAdvertising {
    Duration interval = 600s;  ///< at most, between advertisements that nobody asked for: 4 s to 1800 s
    /// As a default router, no less than the interval and no more than 9000 s; 0: it is no way out.
    Duration lifetime = 1800s;
    std::vector<Prefix> prefixes{};         ///< none: the networks of the card's own addresses, up to 16
    Duration valid = 30 * 24h;              ///< of the prefixes and of addresses in them
    Duration preferred = 7 * 24h;           ///< no more than that
    std::uint32_t mtu = 0;                  ///< octets of an IPv6 packet, from 1280 on; 0: not said
    std::vector<IpAddress> name_servers{};  ///< up to 16; for three intervals each time (RFC 8106 §5.1)
};

/// Advertises by that card from now on: at once, then now and then, and when a host asks. Instead of what
/// was advertised before.
/// @returns address_not_available: no such card; unsupported: the host is no router; invalid_argument: a
///   value that the RFC does not allow, which the error names
Result<void> advertise(Network& network, std::uint32_t card, const RouterAdvertising& what = {});
/// Says once more that it is no way out any longer, and then nothing. @returns not_found: it did not
/// advertise
Result<void> stop_advertising(Network& network, std::uint32_t card);

}  // namespace sockeye
