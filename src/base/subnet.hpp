// Subnets: what the addresses of a prefix are for, and how a network is divided (RFC 4632, RFC 4291).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"

namespace sockeye {

/// How many addresses: any number but that of ::/0, which is one more than fits.
__extension__ using AddressCount = unsigned __int128;

/// Decimal digits.
std::string to_string(AddressCount count);

/// An address as a number, and the one so many behind it; nothing: there are not so many of its family.
AddressCount to_number(const IpAddress& address);
std::optional<IpAddress> plus(const IpAddress& address, AddressCount more);

/// The addresses that hosts may have.
struct HostRange {
    IpAddress first;
    IpAddress last;
    AddressCount count = 0;
};

/// IPv4: all but the network's own address and the broadcast address; both ends of a /31 (RFC 3021), and a
/// /32 itself. IPv6: all but the Subnet-Router anycast address, which is the first (RFC 4291 §2.6.1); both
/// ends of a /127 (RFC 6164), and a /128 itself.
HostRange hosts_of(const Prefix& prefix);

/// Whether the last address is kept for broadcasts: in IPv4, up to /30.
bool has_broadcast(const Prefix& prefix);

/// The prefix with its host bits cleared.
Prefix network_of(const Prefix& prefix);

/// The lesson's question: are (own address AND own mask) and (peer's address AND peer's mask) one network?
bool is_same_network(const Prefix& own, const Prefix& peer);

inline constexpr std::uint32_t most_subnets = 65'536;

/// Divides into equal subnets by borrowing host bits.
/// @param count  how many are needed; as many as the next power of two are made
/// @returns them in order, or Errc::invalid_argument with a detail that says how many are possible:
///   not 0, not more than most_subnets, nor than `network` has addresses.
Result<std::vector<Prefix>> split(const Prefix& network, std::uint32_t count);

/// One subnet of a network that is divided by need.
struct Allotment {
    Prefix subnet;
    std::uint64_t wanted = 0;  ///< hosts
};

struct Division {
    std::vector<Allotment> subnets;  ///< the largest first, which leaves no gaps between them
    std::vector<Prefix> free;        ///< what nobody wanted, in the largest blocks possible, in order
};

/// Divides by need (VLSM): for each number of hosts the smallest subnet that has them.
/// @returns Errc::invalid_argument with a detail that says for whom there was no room.
Result<Division> divide(const Prefix& network, std::span<const std::uint64_t> hosts);

}  // namespace sockeye
