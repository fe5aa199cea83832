#include "packetdrill/sockaddr.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace sockeye::packetdrill {

std::expected<Address, Outcome> read_sockaddr(Family family, const sockaddr* address, socklen_t length) {
    if (address == nullptr || length < sizeof(sa_family_t)) return std::unexpected{-EINVAL};
    const bool is_ipv6 = family == Family::inet6;
    if (address->sa_family != (is_ipv6 ? AF_INET6 : AF_INET)) return std::unexpected{-EAFNOSUPPORT};
    if (!is_ipv6) {
        sockaddr_in in{};
        if (length < sizeof in) return std::unexpected{-EINVAL};
        std::memcpy(&in, address, sizeof in);
        std::array<std::uint8_t, 4> octets{};
        std::memcpy(octets.data(), &in.sin_addr, octets.size());
        return Address{IpAddress{octets}, ntohs(in.sin_port)};
    }
    constexpr socklen_t without_scope = 24;  // RFC 2133, which Linux still takes
    sockaddr_in6 in6{};
    if (length < without_scope) return std::unexpected{-EINVAL};
    std::memcpy(&in6, address, std::min<std::size_t>(length, sizeof in6));
    std::array<std::uint8_t, 16> octets{};
    std::memcpy(octets.data(), &in6.sin6_addr, octets.size());
    return Address{IpAddress{octets}, ntohs(in6.sin6_port), in6.sin6_scope_id};
}

socklen_t write_sockaddr(const Address& address, sockaddr_storage& storage) {
    storage = {};
    const auto octets = address.ip().octets();
    if (address.family() == Family::inet) {
        sockaddr_in in{
            .sin_family = AF_INET, .sin_port = htons(address.port()), .sin_addr = {}, .sin_zero = {}};
        std::memcpy(&in.sin_addr, octets.data(), octets.size());
        std::memcpy(&storage, &in, sizeof in);
        return sizeof in;
    }
    sockaddr_in6 in6{.sin6_family = AF_INET6,
                     .sin6_port = htons(address.port()),
                     .sin6_flowinfo = 0,
                     .sin6_addr = {},
                     .sin6_scope_id = address.scope()};
    std::memcpy(&in6.sin6_addr, octets.data(), octets.size());
    std::memcpy(&storage, &in6, sizeof in6);
    return sizeof in6;
}

void copy_sockaddr(const sockaddr_storage& from, socklen_t octets, sockaddr* to, socklen_t* length) {
    if (to == nullptr || length == nullptr) return;
    std::memcpy(to, &from, std::min(*length, octets));
    *length = octets;
}

}  // namespace sockeye::packetdrill
