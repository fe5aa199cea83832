// The network cards of a host that a program may configure: what a DHCP client needs beside sockets.
//
// So are the cards of a host in a lab, and that of our stack on a TAP device. The machine's own are its
// administrator's: there every call says Errc::unsupported.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/network.hpp"
#include "sockeye/op.hpp"

namespace sockeye {

/// Six octets, in the order in which they are sent.
using CardAddress = std::array<std::uint8_t, 6>;

struct CardInfo {
    std::uint32_t index = 0;  ///< 1, 2, …: what an Address's scope means
    std::string name;         ///< for option::so_bindtodevice: "eth0"
    CardAddress mac{};
    std::vector<Prefix> addresses{};  ///< in the order in which it got them
};

/// @returns unsupported
Result<std::vector<CardInfo>> card_list(Network& network);

/// Takes the address, whose network becomes reachable by the card, without asking anybody.
/// @returns address_not_available: no such card; exists: the host has it already
Result<void> add_address(Network& network, std::uint32_t card, const Prefix& address);
/// The same once nobody has objected (RFC 5227; RFC 4862 §5.4 for IPv6), which takes four to seven
/// seconds with IPv4. Then everybody is told.
/// @returns address_in_use: somebody else has it, or wants it too; exists
Op<void> claim_address(Network& network, std::uint32_t card, const Prefix& address, Deadline deadline = {});
/// @returns address_not_available: the card does not have it
Result<void> remove_address(Network& network, std::uint32_t card, const IpAddress& address);

/// Packets to `target` ("0.0.0.0/0": everything else) go to `gateway`.
/// @returns unreachable: the gateway is in no network of this host
Result<void> add_route(Network& network, const Prefix& target, const IpAddress& gateway, std::uint32_t card);
/// @returns not_found
Result<void> remove_route(Network& network, const Prefix& target, const IpAddress& gateway,
                          std::uint32_t card);

/// Tells the host who has an address on the card's link, as an answer to ARP would: a DHCP server speaks
/// to clients that cannot answer yet (RFC 2131 §4.1).
Result<void> introduce_neighbour(Network& network, std::uint32_t card, const IpAddress& ip,
                                 const CardAddress& mac);

}  // namespace sockeye
