// Names: Python's functions that ask a network for hosts, services and interfaces.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {

/// What getaddrinfo is to look for.
struct AddressHints {
    std::optional<Family> family{};    ///< inet or inet6; nullopt: both, where the network has both
    std::optional<SocketType> type{};  ///< nullopt: an entry for each
    bool passive = false;              ///< "" means every interface, for bind, and not loopback, for connect
    bool numeric_host = false;         ///< a name is name_not_found; nobody is asked
    bool canonical_name = false;       ///< fills it in
    bool v4_mapped = false;  ///< with family inet6: where there is none, ::ffff:192.0.2.1 for 192.0.2.1
};

struct AddressInfo {
    Address address;
    SocketType type = SocketType::stream;
    std::string canonical_name;  ///< of the first, where it was asked for

    friend bool operator==(const AddressInfo&, const AddressInfo&) = default;
};

/// A host as those tell it who know it.
struct HostEntry {
    std::string name;  ///< the one behind every alias
    std::vector<std::string> aliases;
    std::vector<IpAddress> addresses;

    friend bool operator==(const HostEntry&, const HostEntry&) = default;
};

/// The addresses of `host`, the best first (RFC 6724). Numeric hosts and localhost (always
/// loopback, RFC 6761 §6.3) ask nobody; on the kernel /etc/hosts comes before name servers.
/// @returns name_not_found (the detail says why), timed_out: the deadline, or no server answers
Op<std::vector<AddressInfo>> getaddrinfo(Network& network, std::string_view host, std::uint16_t port,
                                         AddressHints hints = {}, Deadline deadline = {});
/// @param service  a service's name, such as "http", a number, or "": port 0
Op<std::vector<AddressInfo>> getaddrinfo(Network& network, std::string_view host, std::string_view service,
                                         AddressHints hints = {}, Deadline deadline = {});

struct NameHints {
    bool numeric_host = false;             ///< do not ask for the name
    bool numeric_service = false;          ///< the port's number
    bool name_required = false;            ///< without a name: name_not_found, and not the address as text
    SocketType type = SocketType::stream;  ///< whose service it is
};

struct NameInfo {
    std::string host;
    std::string service;

    friend bool operator==(const NameInfo&, const NameInfo&) = default;
};

/// The names of an address and its port (PTR, RFC 1035 §3.5).
Op<NameInfo> getnameinfo(Network& network, Address address, NameHints hints = {}, Deadline deadline = {});

/// The first IPv4 address.
Op<IpAddress> gethostbyname(Network& network, std::string_view host, Deadline deadline = {});
/// Every IPv4 address, and the names on the way to them.
Op<HostEntry> gethostbyname_ex(Network& network, std::string_view host, Deadline deadline = {});
/// The names of a numeric address.
Op<HostEntry> gethostbyaddr(Network& network, std::string_view address, Deadline deadline = {});
/// The name with a dot in it that `host` (by default this one) is known by; else `host` itself.
Op<std::string> getfqdn(Network& network, std::string_view host = {}, Deadline deadline = {});

/// This host's own name; in a lab, what it was added as.
std::string gethostname(Network& network);

/// @param protocol  "tcp" or "udp"; "": either
/// @returns name_not_found
Result<std::uint16_t> getservbyname(Network& network, std::string_view service,
                                    std::string_view protocol = {});
Result<std::string> getservbyport(Network& network, std::uint16_t port, std::string_view protocol = {});
/// The number in the IP header (IANA): 6 for "tcp".
Result<std::uint8_t> getprotobyname(std::string_view name);

struct InterfaceName {
    std::uint32_t index;
    std::string name;

    friend bool operator==(const InterfaceName&, const InterfaceName&) = default;
};

std::vector<InterfaceName> if_nameindex(Network& network);
/// @returns name_not_found
Result<std::uint32_t> if_nametoindex(Network& network, std::string_view name);
Result<std::string> if_indextoname(Network& network, std::uint32_t index);

/// Whether sockets of that family can be made.
bool has_ipv6(Network& network);
/// Whether one socket can serve both families.
bool has_dualstack_ipv6(Network& network);

/// Asks these name servers from now on, instead of those that the network knows by itself (on
/// the kernel /etc/resolv.conf's; in a lab none). None: those again.
void set_name_servers(Network& network, std::span<const Address> servers);

}  // namespace sockeye
