#include "socket/stack/datagram_socket.hpp"

#include <algorithm>
#include <cstring>

#include "network/scope.hpp"

namespace sockeye::stack {

DatagramSocket::~DatagramSocket() {
    if (endpoint_ != nullptr) network_.udp().close(*endpoint_);
}

Result<void> DatagramSocket::open(const Address& local) {
    if (endpoint_ != nullptr) return {};
    Result<transport::UdpSocket*> opened = network_.udp().open(local);
    if (!opened) return std::unexpected{std::move(opened.error())};
    endpoint_ = *opened;
    endpoint_->user = static_cast<backend::Waitable*>(this);
    return {};
}

Result<void> DatagramSocket::bind(const Address& at) {
    if (endpoint_ != nullptr) return std::unexpected{Errc::invalid_argument};
    const Address local = StackNetwork::to_stack(at);
    if (Result<void> ours = network_.check_local(local); !ours) return ours;
    return open(local);
}

Result<void> DatagramSocket::connect(const Address& peer) {
    if (Result<void> done = open(Address{IpAddress::any(family_), 0}); !done) return done;
    scope_ = peer.scope();
    endpoint_->connect(StackNetwork::to_stack(peer));
    return {};
}

Result<Bytes> DatagramSocket::receive(std::size_t most) {
    const transport::Datagram* next = endpoint_ == nullptr ? nullptr : endpoint_->peek();
    if (next == nullptr) {
        if (auto why = take_error()) return std::unexpected{*why};
        return std::unexpected{Errc::would_block};
    }
    return Socket::receive(std::min(most, next->payload.size()));
}

Result<std::size_t> DatagramSocket::receive_into(std::span<std::byte> buffer) {
    Result<backend::ReceivedFrom> received = receive_from(buffer);
    if (!received) return std::unexpected{std::move(received.error())};
    return received->octets;
}

Result<backend::ReceivedFrom> DatagramSocket::receive_from(std::span<std::byte> buffer) {
    if (auto why = take_error()) return std::unexpected{*why};
    std::optional<transport::Datagram> datagram;
    if (endpoint_ != nullptr) datagram = endpoint_->receive();
    if (!datagram) return std::unexpected{Errc::would_block};
    const std::span<const std::byte> payload = datagram->payload.bytes();
    const std::size_t octets = std::min(payload.size(), buffer.size());
    std::copy_n(payload.begin(), octets, buffer.begin());
    network_.runner().payload_delivered();
    Address source = network_.to_program(family_, datagram->source, datagram->target.ip());
    if (network::is_link_local(source.ip()))
        source = Address{source.ip(), source.port(), datagram->interface};
    return backend::ReceivedFrom{octets, std::move(source), octets < payload.size()};
}

Result<std::size_t> DatagramSocket::send(std::span<const std::byte> bytes) {
    if (endpoint_ == nullptr || !endpoint_->peer()) return std::unexpected{Errc::not_connected};
    const Address& peer = *endpoint_->peer();
    return send_to(bytes, Address{peer.ip(), peer.port(), scope_});
}

/// Errc once, after an ICMP error about what was sent to the peer (RFC 1122 §4.1.3.3).
std::optional<Errc> DatagramSocket::take_error() {
    return endpoint_ == nullptr ? std::nullopt : endpoint_->take_error();
}

Result<std::size_t> DatagramSocket::send_to(std::span<const std::byte> bytes, const Address& peer) {
    if (Result<void> done = open(Address{IpAddress::any(family_), 0}); !done)
        return std::unexpected{std::move(done.error())};
    if (auto why = take_error()) return std::unexpected{*why};
    Result<IpAddress> source = network_.source_for(endpoint_->local(), peer);
    if (!source) return std::unexpected{std::move(source.error())};
    Result<network::IpPacket> packet =
        network_.udp().send(*endpoint_, *source, StackNetwork::to_stack(peer), bytes);
    if (!packet) return std::unexpected{std::move(packet.error())};
    packet->interface = peer.scope();
    if (Result<void> sent = network_.ip().send(std::move(*packet), network_.now()); !sent)
        return std::unexpected{std::move(sent.error())};
    network_.used();
    return bytes.size();
}

Result<Address> DatagramSocket::local_address() const {
    if (endpoint_ == nullptr) return Address{IpAddress::any(family_), 0};
    return network_.to_program(family_, endpoint_->local(), endpoint_->local().ip());
}

Result<Address> DatagramSocket::peer_address() const {
    if (endpoint_ == nullptr || !endpoint_->peer()) return std::unexpected{Errc::not_connected};
    const Address& peer = *endpoint_->peer();
    const Address seen = network_.to_program(family_, peer, {});
    return Address{seen.ip(), seen.port(), scope_};
}

std::string DatagramSocket::describe() const {
    return "udp " + (endpoint_ == nullptr ? Address{} : endpoint_->local()).to_string();
}

}  // namespace sockeye::stack
