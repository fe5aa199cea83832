#include "socket/stack/datagram_socket.hpp"

#include <algorithm>
#include <cstring>

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
    if (Result<void> ours = network_.check_local(at); !ours) return ours;
    return open(at);
}

Result<void> DatagramSocket::connect(const Address& peer) {
    if (Result<void> done = open({}); !done) return done;
    endpoint_->connect(peer);
    return {};
}

Result<Bytes> DatagramSocket::receive(std::size_t most) {
    if (endpoint_ == nullptr || endpoint_->peek() == nullptr) return std::unexpected{Errc::would_block};
    return Socket::receive(std::min(most, endpoint_->peek()->payload.size()));
}

Result<std::size_t> DatagramSocket::receive_into(std::span<std::byte> buffer) {
    Result<backend::ReceivedFrom> received = receive_from(buffer);
    if (!received) return std::unexpected{std::move(received.error())};
    return received->octets;
}

Result<backend::ReceivedFrom> DatagramSocket::receive_from(std::span<std::byte> buffer) {
    std::optional<transport::Datagram> datagram;
    if (endpoint_ != nullptr) datagram = endpoint_->receive();
    if (!datagram) return std::unexpected{Errc::would_block};
    const std::span<const std::byte> payload = datagram->payload.bytes();
    const std::size_t octets = std::min(payload.size(), buffer.size());
    std::copy_n(payload.begin(), octets, buffer.begin());
    network_.runner().payload_delivered();
    return backend::ReceivedFrom{octets, datagram->source, octets < payload.size()};
}

Result<std::size_t> DatagramSocket::send(std::span<const std::byte> bytes) {
    if (endpoint_ == nullptr || !endpoint_->peer()) return std::unexpected{Errc::not_connected};
    return send_to(bytes, *endpoint_->peer());
}

Result<std::size_t> DatagramSocket::send_to(std::span<const std::byte> bytes, const Address& peer) {
    if (Result<void> done = open({}); !done) return std::unexpected{std::move(done.error())};
    Result<IpAddress> source = network_.source_for(endpoint_->local(), peer);
    if (!source) return std::unexpected{std::move(source.error())};
    Result<network::IpPacket> packet = network_.udp().send(*endpoint_, *source, peer, bytes);
    if (!packet) return std::unexpected{std::move(packet.error())};
    if (Result<void> sent = network_.ip().send(std::move(*packet), network_.now()); !sent)
        return std::unexpected{std::move(sent.error())};
    network_.used();
    return bytes.size();
}

Result<Address> DatagramSocket::local_address() const {
    return endpoint_ == nullptr ? Address{} : endpoint_->local();
}

Result<Address> DatagramSocket::peer_address() const {
    if (endpoint_ == nullptr || !endpoint_->peer()) return std::unexpected{Errc::not_connected};
    return *endpoint_->peer();
}

std::string DatagramSocket::describe() const {
    return "udp " + (endpoint_ == nullptr ? Address{} : endpoint_->local()).to_string();
}

}  // namespace sockeye::stack
