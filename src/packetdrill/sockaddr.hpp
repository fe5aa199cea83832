// sockaddr_in and sockaddr_in6 to Address and back.
#pragma once

#include <sys/socket.h>

#include <expected>

#include "packetdrill/outcome.hpp"
#include "sockeye/address.hpp"

namespace sockeye::packetdrill {

/// For a socket of `family`. @returns EINVAL, EAFNOSUPPORT
std::expected<Address, Outcome> read_sockaddr(Family family, const sockaddr* address, socklen_t length);

/// @returns octets of it
socklen_t write_sockaddr(const Address& address, sockaddr_storage& storage);

/// As the calls that tell an address do it: cut to the caller's room, whose length becomes the whole's.
void copy_sockaddr(const sockaddr_storage& from, socklen_t octets, sockaddr* to, socklen_t* length);

}  // namespace sockeye::packetdrill
