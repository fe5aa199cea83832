#include "socket/stack/stack_network.hpp"

#include <algorithm>

#include "socket/stack/datagram_socket.hpp"
#include "socket/stack/stream_socket.hpp"
#include "wire/protocol.hpp"

namespace sockeye::stack {
namespace {

constexpr std::size_t minimum_mtu = 576;  // RFC 791: what every host takes

}  // namespace

StackNetwork::StackNetwork(backend::Driver& driver, Runner& runner, Options options)
    : backend::Network{driver},
      name_{std::move(options.name)},
      runner_{runner},
      random_{options.random.fork("programs")},
      device_{"eth0", options.mac, options.mtu},
      udp_{{}, options.random.fork("udp")},
      tcp_{options.tcp, options.random.fork("tcp")} {
    ip_.add_interface(device_, {&options.address, 1});
    // Whoever built the topology has checked that the gateway is in the host's network.
    if (options.gateway) (void)ip_.add_route(Prefix{}, *options.gateway);
}

StackNetwork::~StackNetwork() = default;

WallTime StackNetwork::wall_now() const {
    constexpr std::chrono::sys_days zero{std::chrono::January / 1 / 2000};
    return WallTime{zero} + now().since_zero();
}

void StackNetwork::receive(Packet frame, Instant now) {
    if (!powered_) return;
    if (auto packet = ip_.receive(device_, std::move(frame), now)) deliver(*packet, now);
    wake_sockets();
}

void StackNetwork::deliver(const network::IpPacket& packet, Instant now) {
    // The way back decides how long our segments may be; there is one, since the way here was.
    if (packet.header.protocol == wire::protocol::tcp)
        tcp_.receive(packet, now, ip_.path_mtu(packet.header.source).value_or(minimum_mtu));
    if (packet.header.protocol == wire::protocol::udp) udp_.receive(packet);
}

/// What this host sends to itself may be answered at once, so it goes round until nothing is left.
void StackNetwork::poll(Instant now) {
    if (!powered_) return;
    bool again = true;
    while (std::exchange(again, false)) {
        while (auto segment = tcp_.poll(now)) transmit(std::move(*segment), now);
        while (auto looped = ip_.poll(now)) {
            deliver(*looped, now);
            again = true;
        }
        while (auto lost = ip_.take_unreachable()) tcp_.unreachable(*lost);
    }
    wake_sockets();
}

/// A segment that cannot leave now is as good as lost: TCP sends it again, or gives up.
void StackNetwork::transmit(network::IpPacket segment, Instant now) {
    if (Result<void> sent = ip_.send(segment, now); !sent) tcp_.unreachable(segment);
}

Instant StackNetwork::next_wakeup() const {
    return powered_ ? std::min(ip_.next_wakeup(), tcp_.next_wakeup()) : Instant::never();
}

void StackNetwork::wake_sockets() {
    const auto wake = [](const transport::Endpoint* endpoint) {
        // A connection that nobody has accepted yet has no socket.
        if (auto* socket = static_cast<backend::Waitable*>(endpoint->user)) {
            socket->wake(backend::Interest::read);
            socket->wake(backend::Interest::write);
        }
    };
    while (transport::Endpoint* endpoint = tcp_.take_changed()) wake(endpoint);
    while (transport::Endpoint* endpoint = udp_.take_changed()) wake(endpoint);
}

Result<void> StackNetwork::check_local(const Address& at) const {
    if (at.family() != Family::inet) return std::unexpected{Errc::unsupported};
    if (ip_.is_local(at.ip())) return {};
    return std::unexpected{
        Error{Errc::address_not_available, "bind", at.to_string() + " is not " + name_ + "'s"}};
}

Result<IpAddress> StackNetwork::source_for(const Address& local, const Address& peer) const {
    if (!local.ip().is_unspecified()) return local.ip();
    return ip_.source_for(peer.ip());
}

Result<std::unique_ptr<backend::Socket>> StackNetwork::open(backend::SocketKind kind) {
    if (kind.family != Family::inet) return std::unexpected{Errc::unsupported};
    if (kind.type == SocketType::datagram) return std::make_unique<DatagramSocket>(*this);
    return std::make_unique<StreamSocket>(*this);
}

}  // namespace sockeye::stack
