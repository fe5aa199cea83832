#include "socket/kernel/sockaddr.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace sockeye::kernel {
namespace {

constexpr std::size_t unix_path_at = offsetof(sockaddr_un, sun_path);
constexpr std::size_t mapped_prefix = 12;  // octets before the IPv4 address: ten of 0, two of 255

template <class Sockaddr>
SocketAddress stored(const Sockaddr& address, std::size_t size = sizeof(Sockaddr)) {
    static_assert(sizeof(Sockaddr) <= sizeof(sockaddr_storage));
    SocketAddress result;
    std::memcpy(&result.storage, &address, sizeof(Sockaddr));
    result.size = static_cast<socklen_t>(size);
    return result;
}

/// Copied out, so that nothing is read through a pointer of another type.
template <class Sockaddr>
Sockaddr loaded(const SocketAddress& address) {
    Sockaddr result;
    std::memcpy(&result, &address.storage, sizeof(Sockaddr));
    return result;
}

SocketAddress to_v4(const Address& address) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(address.port());
    std::memcpy(&v4.sin_addr, address.ip().octets().data(), sizeof v4.sin_addr);
    return stored(v4);
}

SocketAddress to_v6(const Address& address) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(address.port());
    v6.sin6_scope_id = address.scope();
    std::span<std::uint8_t> octets{v6.sin6_addr.s6_addr};
    if (address.family() == Family::inet) {
        octets[10] = octets[11] = 0xff;
        octets = octets.subspan(mapped_prefix);
    }
    std::ranges::copy(address.ip().octets(), octets.begin());
    return stored(v6);
}

/// A path ends with NUL; an abstract name starts with it and ends where the size says.
SocketAddress to_unix(const Address& address) {
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    const std::string_view path = address.path();
    path.copy(un.sun_path, sizeof un.sun_path - 1);
    if (path.empty()) return stored(un, unix_path_at);
    if (path.front() != '@') return stored(un, unix_path_at + path.size() + 1);
    un.sun_path[0] = '\0';
    return stored(un, unix_path_at + path.size());
}

Address from_v4(const sockaddr_in& v4) {
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), &v4.sin_addr, octets.size());
    return {IpAddress{octets}, ntohs(v4.sin_port)};
}

Address from_v6(const sockaddr_in6& v6) {
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
        std::array<std::uint8_t, 4> octets;
        std::copy_n(v6.sin6_addr.s6_addr + mapped_prefix, octets.size(), octets.begin());
        return {IpAddress{octets}, ntohs(v6.sin6_port)};
    }
    return {IpAddress{std::to_array(v6.sin6_addr.s6_addr)}, ntohs(v6.sin6_port), v6.sin6_scope_id};
}

Address from_unix(const sockaddr_un& un, std::size_t size) {
    std::string path;
    if (size > unix_path_at) path.assign(un.sun_path, std::min(size - unix_path_at, sizeof un.sun_path));
    if (!path.empty() && path.front() == '\0')
        path.front() = '@';
    else
        path.resize(std::min(path.find('\0'), path.size()));  // a path of 108 octets has no NUL
    Result<Address> address = Address::unix_path(path);
    return address ? *address : Address::unix_path("").value();
}

std::string mismatch(const Address& address, Family family) {
    if (family == Family::unix_) return "a unix socket has no use for " + address.to_string();
    if (address.family() == Family::unix_) return address.to_string() + " needs a unix socket";
    return address.to_string() + " needs an IPv6 socket";
}

}  // namespace

Result<SocketAddress> to_sockaddr(const Address& address, Family family) {
    if (address.family() == family) {
        if (family == Family::inet) return to_v4(address);
        return family == Family::inet6 ? to_v6(address) : to_unix(address);
    }
    if (family == Family::inet6 && address.family() == Family::inet) return to_v6(address);
    return std::unexpected{Error{Errc::invalid_argument, "", mismatch(address, family)}};
}

Address from_sockaddr(const SocketAddress& address) {
    if (address.size < sizeof(sa_family_t)) return {};
    switch (address.storage.ss_family) {
        case AF_INET: return from_v4(loaded<sockaddr_in>(address));
        case AF_INET6: return from_v6(loaded<sockaddr_in6>(address));
        case AF_UNIX: return from_unix(loaded<sockaddr_un>(address), address.size);
        default: return {};
    }
}

SocketAddress unnamed(Family family) {
    SocketAddress address;
    address.storage.ss_family = static_cast<sa_family_t>(domain_of(family));
    address.size = sizeof(sa_family_t);
    return address;
}

int domain_of(Family family) {
    switch (family) {
        case Family::inet: return AF_INET;
        case Family::inet6: return AF_INET6;
        case Family::unix_: break;
    }
    return AF_UNIX;
}

int type_of(SocketType type) {
    switch (type) {
        case SocketType::stream: return SOCK_STREAM;
        case SocketType::datagram: return SOCK_DGRAM;
        case SocketType::seqpacket: return SOCK_SEQPACKET;
        case SocketType::raw: break;
    }
    return SOCK_RAW;
}

}  // namespace sockeye::kernel
