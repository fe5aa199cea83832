// Address to sockaddr and back: IPv4, IPv6 with its scope, unix paths and abstract names (unix(7)).
#pragma once

#include <sys/socket.h>

#include "sockeye/address.hpp"
#include "sockeye/socket_base.hpp"

namespace sockeye::kernel {

/// A sockaddr of whatever family, as long as `size` says.
struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);

    const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

/// For a socket of `family`: an IPv4 address becomes IPv4-mapped for an IPv6 socket
/// (RFC 4291 §2.5.5.2).
/// @returns invalid_argument: a socket of that family cannot be at, or reach, such an address
Result<SocketAddress> to_sockaddr(const Address& address, Family family);

/// An IPv4-mapped address becomes the IPv4 address that it stands for, so that a peer has one
/// Address whichever socket it came through. What Address cannot express (an abstract name of
/// full length) becomes the empty unix path, the address of a socket that was never bound.
Address from_sockaddr(const SocketAddress& address);

/// Of a socket of `family` that has no address.
SocketAddress unnamed(Family family);

/// AF_INET and so on.
int domain_of(Family family);
/// SOCK_STREAM and so on.
int type_of(SocketType type);

}  // namespace sockeye::kernel
