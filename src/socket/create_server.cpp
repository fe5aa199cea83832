// create_server, create_datagram_server: bound sockets for whoever serves.
#include "socket/backend.hpp"
#include "sockeye/names.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

using backend::Sharing;

/// "0.0.0.0" is every interface of whichever family was asked for.
Result<Address> of_family(const Address& at, std::optional<Family> family) {
    if (!family || *family == at.family()) return at;
    if (at.family() != Family::unix_ && *family != Family::unix_ && at.ip().is_unspecified())
        return Address{IpAddress::any(*family), at.port()};
    return std::unexpected{Error{Errc::invalid_argument, "bind", at.to_string() + " is of another family"}};
}

Result<Socket> bound(Network& network, const Address& at, SocketType type, const Sharing& sharing) {
    auto opened = network.backend().open({at.family(), type});
    if (!opened) return std::unexpected{std::move(opened.error()).with_during("socket")};
    if (Result<void> ready = (*opened)->prepare_server(at, sharing); !ready)
        return std::unexpected{std::move(ready.error()).with_during("bind")};
    Socket socket{network, std::move(*opened)};
    if (Result<void> done = socket.bind(at); !done) return std::unexpected{std::move(done.error())};
    return socket;
}

/// On a network without IPv6, both families are IPv4.
Result<Socket> open_server(Network& network, const Address& where, SocketType type,
                           std::optional<Family> family, const Sharing& sharing) {
    const Result<Address> at = of_family(where, family);
    if (!at) return std::unexpected{at.error()};
    Result<Socket> server = bound(network, *at, type, sharing);
    const bool both =
        at->family() == Family::inet6 && at->ip().is_unspecified() && sharing.with_ipv4 && !family;
    if (server || !both || server.error() != Error{Errc::unsupported}) return server;
    return bound(network, Address{IpAddress::any(Family::inet), at->port()}, type, sharing);
}

}  // namespace

Result<Socket> create_server(Network& network, const Address& at, ServerOptions options) {
    Result<Socket> server = open_server(network, at, SocketType::stream, options.family,
                                        {options.reuse_port, options.dualstack_ipv6});
    if (!server) return server;
    if (Result<void> done = server->listen(options.backlog); !done)
        return std::unexpected{std::move(done.error())};
    return server;
}

Result<Socket> create_datagram_server(Network& network, const Address& at, DatagramServerOptions options) {
    return open_server(network, at, SocketType::datagram, options.family,
                       {options.reuse_port, options.dualstack_ipv6});
}

bool has_dualstack_ipv6(Network& network) {
    auto opened = network.backend().open({Family::inet6, SocketType::stream});
    return opened && (*opened)->prepare_server(Address{IpAddress::any(Family::inet6), 0}, {});
}

}  // namespace sockeye
