#include "socket/stack/stack_network.hpp"

#include <algorithm>

#include "socket/stack/datagram_socket.hpp"
#include "socket/stack/stream_socket.hpp"
#include "wire/protocol.hpp"

namespace sockeye::stack {

StackNetwork::StackNetwork(backend::Driver& driver, Runner& runner, Options options)
    : backend::Network{driver},
      options_{std::move(options)},
      runner_{runner},
      random_{options_.random.fork("programs")},
      device_{"eth0", options_.mac, options_.mtu},
      ip_{{}, options_.random.fork("ip")},
      udp_{{}, options_.random.fork("udp")},
      tcp_{options_.tcp, options_.random.fork("tcp")} {
    ip_.add_interface(device_, options_.address);
    if (options_.gateway) ip_.add_default_route(*options_.gateway);
}

StackNetwork::~StackNetwork() = default;

WallTime StackNetwork::wall_now() const {
    constexpr std::chrono::sys_days zero{std::chrono::January / 1 / 2000};
    return WallTime{zero} + now().since_zero();
}

void StackNetwork::receive(Packet frame, Instant now) {
    if (!powered_) return;
    if (std::optional<network::IpPacket> packet = ip_.receive(device_, std::move(frame), now)) deliver(*packet, now);
    wake_sockets();
}

void StackNetwork::deliver(const network::IpPacket& packet, Instant now) {
    if (packet.header.protocol == wire::protocol::tcp) tcp_.receive(packet, now);
    if (packet.header.protocol == wire::protocol::udp) udp_.receive(packet);
}

/// What loops back to this host may be answered at once, so it goes round until nothing is left.
void StackNetwork::poll(Instant now) {
    if (!powered_) return;
    ip_.poll(now);
    bool again = true;
    while (std::exchange(again, false)) {
        while (std::optional<network::IpPacket> segment = tcp_.poll(now)) (void)ip_.send(std::move(*segment), now);
        while (std::optional<network::IpPacket> looped = ip_.take_looped()) {
            deliver(*looped, now);
            again = true;
        }
    }
    wake_sockets();
}

Instant StackNetwork::next_wakeup() const {
    return powered_ ? std::min(ip_.next_wakeup(), tcp_.next_wakeup()) : Instant::never();
}

void StackNetwork::wake_sockets() {
    const auto wake = [](transport::Endpoint* endpoint) {
        // A connection that nobody has accepted yet has no socket.
        if (auto* socket = static_cast<backend::Waitable*>(endpoint->user)) {
            socket->wake(backend::Interest::read);
            socket->wake(backend::Interest::write);
        }
    };
    while (transport::Endpoint* endpoint = tcp_.take_changed()) wake(endpoint);
    while (transport::Endpoint* endpoint = udp_.take_changed()) wake(endpoint);
}

Result<std::unique_ptr<backend::Socket>> StackNetwork::open(backend::SocketKind kind) {
    if (kind.family != Family::inet) return std::unexpected{Errc::unsupported};
    if (kind.type == SocketType::datagram) return std::make_unique<DatagramSocket>(*this);
    return std::make_unique<StreamSocket>(*this);
}

void StackNetwork::prepare_server(backend::Socket& socket, const Address&) {
    // UDP has no TIME-WAIT to bind over.
    if (auto* stream = dynamic_cast<StreamSocket*>(&socket)) stream->allow_reuse();
}

}  // namespace sockeye::stack
