// What asks nobody, and what a network knows of itself.
#include "sockeye/names.hpp"

#include <algorithm>
#include <array>

#include "socket/backend.hpp"
#include "socket/name_service.hpp"

namespace sockeye {
namespace {

struct Protocol {
    std::string_view name;
    std::uint8_t number;
};

/// IANA "Assigned Internet Protocol Numbers", by the names of /etc/protocols.
constexpr std::array protocols{
    Protocol{"ip", 0},        Protocol{"icmp", 1},       Protocol{"igmp", 2},  Protocol{"ipencap", 4},
    Protocol{"tcp", 6},       Protocol{"egp", 8},        Protocol{"udp", 17},  Protocol{"dccp", 33},
    Protocol{"ipv6", 41},     Protocol{"gre", 47},       Protocol{"esp", 50},  Protocol{"ah", 51},
    Protocol{"icmp6", 58},    Protocol{"ipv6-icmp", 58}, Protocol{"ospf", 89}, Protocol{"sctp", 132},
    Protocol{"udplite", 136},
};

std::unexpected<Error> not_found(const char* during, std::string what) {
    return std::unexpected{Error{Errc::name_not_found, during, std::move(what)}};
}

}  // namespace

std::string gethostname(Network& network) {
    return network.backend().names().host_name();
}

Result<std::uint16_t> getservbyname(Network& network, std::string_view service, std::string_view protocol) {
    if (const auto port = network.backend().names().service_port(service, protocol)) return *port;
    return not_found("getservbyname", "no service " + std::string{service});
}

Result<std::string> getservbyport(Network& network, std::uint16_t port, std::string_view protocol) {
    if (auto name = network.backend().names().service_name(port, protocol)) return *std::move(name);
    return not_found("getservbyport", "no service at port " + std::to_string(port));
}

Result<std::uint8_t> getprotobyname(std::string_view name) {
    const auto* found = std::ranges::find(protocols, name, &Protocol::name);
    if (found != protocols.end()) return found->number;
    return not_found("getprotobyname", "no protocol " + std::string{name});
}

std::vector<InterfaceName> if_nameindex(Network& network) {
    return network.backend().names().interfaces();
}

Result<std::uint32_t> if_nametoindex(Network& network, std::string_view name) {
    for (const InterfaceName& interface : if_nameindex(network))
        if (interface.name == name) return interface.index;
    return not_found("if_nametoindex", "no interface " + std::string{name});
}

Result<std::string> if_indextoname(Network& network, std::uint32_t index) {
    for (InterfaceName& interface : if_nameindex(network))
        if (interface.index == index) return std::move(interface.name);
    return not_found("if_indextoname", "no interface " + std::to_string(index));
}

bool has_ipv6(Network& network) {
    return network.backend().open({Family::inet6, SocketType::datagram}).has_value();
}

void set_name_servers(Network& network, std::span<const Address> servers) {
    network.backend().names().set_servers({servers.begin(), servers.end()});
}

}  // namespace sockeye
