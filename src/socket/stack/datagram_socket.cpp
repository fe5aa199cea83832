#include "socket/stack/datagram_socket.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "network/scope.hpp"

namespace sockeye::stack {
namespace {

Result<std::uint8_t> octet(int value) {
    if (value < 0 || value > 255) return std::unexpected{Errc::invalid_argument};
    return static_cast<std::uint8_t>(value);
}

}  // namespace

DatagramSocket::~DatagramSocket() {
    if (endpoint_ != nullptr) network_.udp().close(*endpoint_);
}

Result<void> DatagramSocket::open(const Address& local) {
    if (endpoint_ != nullptr) return {};
    Result<transport::UdpSocket*> opened =
        network_.udp().open(local, reuse_ ? transport::Reuse::allowed : transport::Reuse::refused);
    if (!opened) return std::unexpected{std::move(opened.error())};
    endpoint_ = *opened;
    endpoint_->user = static_cast<backend::Waitable*>(this);
    endpoint_->bind_to_interface(device_);
    return {};
}

Result<void> DatagramSocket::bind(const Address& at) {
    if (endpoint_ != nullptr) return std::unexpected{Errc::invalid_argument};
    const Address local = StackNetwork::to_stack(at);
    if (Result<void> ours = network_.check_local(local); !ours) return ours;
    return open(local);
}

Result<void> DatagramSocket::connect(const Address& peer) {
    if (Result<void> done = open(Address{IpAddress::any(kind().family), 0}); !done) return done;
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
    Result<DatagramInfo> received = receive_from(buffer);
    if (!received) return std::unexpected{std::move(received.error())};
    return received->octets;
}

/// Who sent it, as the program sees addresses.
Address DatagramSocket::sender_of(const transport::Datagram& datagram) const {
    const Address source = network_.to_program(kind().family, datagram.source, datagram.target.ip());
    if (!network::is_link_local(source.ip())) return source;
    return Address{source.ip(), source.port(), datagram.interface};
}

Result<DatagramInfo> DatagramSocket::receive_from(std::span<std::byte> buffer) {
    if (auto why = take_error()) return std::unexpected{*why};
    std::optional<transport::Datagram> datagram;
    if (endpoint_ != nullptr) datagram = endpoint_->receive();
    if (!datagram) return std::unexpected{Errc::would_block};
    const std::span<const std::byte> payload = datagram->payload.bytes();
    const std::size_t octets = std::min(payload.size(), buffer.size());
    std::copy_n(payload.begin(), octets, buffer.begin());
    network_.runner().payload_delivered();
    return DatagramInfo{octets, sender_of(*datagram), octets < payload.size()};
}

Result<std::size_t> DatagramSocket::send(std::span<const std::byte> bytes) {
    if (endpoint_ == nullptr || !endpoint_->peer()) return std::unexpected{Errc::not_connected};
    return send_to(bytes, peer_with_scope());
}

/// @pre it is connected
Address DatagramSocket::peer_with_scope() const {
    const Address& peer = *endpoint_->peer();
    return {peer.ip(), peer.port(), scope_};
}

/// Errc once, after an ICMP error about what was sent to the peer (RFC 1122 §4.1.3.3).
std::optional<Errc> DatagramSocket::take_error() {
    return endpoint_ == nullptr ? std::nullopt : endpoint_->take_error();
}

Result<std::size_t> DatagramSocket::send_to(std::span<const std::byte> bytes, const Address& peer) {
    return transmit(bytes, peer, {hop_limit_, traffic_class_, std::nullopt, device_});
}

bool DatagramSocket::is_broadcast(const IpAddress& ip) const {
    return std::ranges::any_of(network_.ip().interfaces(),
                               [&](const auto& interface) { return interface.is_broadcast(ip); });
}

/// What leaves by a certain interface names it, where it needs to be named, and has to have its route there.
Result<Address> DatagramSocket::by_interface(const Address& peer, std::uint32_t interface) const {
    if (interface == 0) return peer;
    const IpAddress target = StackNetwork::to_stack(peer).ip();
    if (!target.is_broadcast() && !target.is_multicast() && !network::is_link_local(target)) {
        const Result<std::uint32_t> routed = network_.ip().interface_to(target);
        if (!routed || *routed != interface) return std::unexpected{Errc::unreachable};
    }
    return Address{peer.ip(), peer.port(), interface};
}

Result<std::size_t> DatagramSocket::transmit(std::span<const std::byte> bytes, const Address& to,
                                             const Departure& departure) {
    const Result<Address> named = by_interface(to, departure.interface);
    if (!named) return std::unexpected{named.error()};
    const Address& peer = *named;
    if (!may_broadcast_ && is_broadcast(StackNetwork::to_stack(peer).ip()))
        return std::unexpected{Error{Errc::permission_denied, "", "broadcasting needs option::so_broadcast"}};
    if (Result<void> done = open(Address{IpAddress::any(kind().family), 0}); !done)
        return std::unexpected{std::move(done.error())};
    if (auto why = take_error()) return std::unexpected{*why};
    Result<IpAddress> source = departure.source ? Result<IpAddress>{*departure.source}
                                                : network_.source_for(endpoint_->local(), peer);
    if (!source) return std::unexpected{std::move(source.error())};
    Result<network::IpPacket> packet =
        network_.udp().send(*endpoint_, *source, StackNetwork::to_stack(peer), bytes);
    if (!packet) return std::unexpected{std::move(packet.error())};
    packet->interface = peer.scope();
    packet->header.hop_limit = departure.hop_limit;
    packet->header.traffic_class = departure.traffic_class;
    if (Result<void> sent = network_.ip().send(std::move(*packet), network_.now()); !sent)
        return std::unexpected{std::move(sent.error())};
    network_.used();
    return bytes.size();
}

Result<MessageInfo> DatagramSocket::receive_message(const backend::Receive& receive) {
    if (receive.flags != MsgFlag::none && receive.flags != MsgFlag::peek) return unsupported();
    if (auto why = take_error()) return std::unexpected{*why};
    const transport::Datagram* datagram = endpoint_ == nullptr ? nullptr : endpoint_->peek();
    if (datagram == nullptr) return std::unexpected{Errc::would_block};

    std::span<const std::byte> rest = datagram->payload.bytes();
    MessageInfo info{.octets = 0, .sender = sender_of(*datagram), .ancillary = {}};
    for (std::span<std::byte> buffer : receive.buffers) {
        const std::size_t octets = std::min(rest.size(), buffer.size());
        std::copy_n(rest.data(), octets, buffer.data());
        rest = rest.subspan(octets);
        info.octets += octets;
    }
    info.truncated = !rest.empty();
    if (tells_target_ && receive.ancillary_space > 0)
        info.ancillary.packet_info = PacketInfo{datagram->target.ip(), datagram->interface};
    info.ancillary_truncated = tells_target_ && receive.ancillary_space == 0;
    if (receive.flags != MsgFlag::peek) {
        (void)endpoint_->receive();  // copied already
        network_.runner().payload_delivered();
    }
    return info;
}

Result<std::size_t> DatagramSocket::send_message(const OutgoingMessage& message, MsgFlag flags) {
    const bool has_others = !message.descriptors.empty() || message.credentials || !message.others.empty();
    if (flags != MsgFlag::none || has_others) return unsupported();
    if (!message.to && (endpoint_ == nullptr || !endpoint_->peer()))
        return std::unexpected{Errc::not_connected};

    std::vector<std::byte> whole;
    for (const BytesView& part : message.parts())
        whole.insert(whole.end(), part.span().begin(), part.span().end());
    const Result<std::uint8_t> hop_limit = octet(message.hop_limit.value_or(hop_limit_));
    const Result<std::uint8_t> traffic_class = octet(message.traffic_class.value_or(traffic_class_));
    if (!hop_limit || !traffic_class) return std::unexpected{Errc::invalid_argument};
    Departure departure{*hop_limit, *traffic_class, std::nullopt, device_};
    if (message.packet_info) {
        if (!network_.ip().is_local(message.packet_info->address))
            return std::unexpected{Errc::address_not_available};
        if (message.packet_info->interface != 0) departure.interface = message.packet_info->interface;
        if (!message.packet_info->address.is_unspecified()) departure.source = message.packet_info->address;
    }
    return transmit(whole, message.to ? *message.to : peer_with_scope(), departure);
}

Result<std::size_t> DatagramSocket::available() {
    const transport::Datagram* datagram = endpoint_ == nullptr ? nullptr : endpoint_->peek();
    return datagram == nullptr ? 0 : datagram->payload.size();
}

Result<Address> DatagramSocket::local_address() const {
    if (endpoint_ == nullptr) return Address{IpAddress::any(kind().family), 0};
    return network_.to_program(kind().family, endpoint_->local(), endpoint_->local().ip());
}

Result<Address> DatagramSocket::peer_address() const {
    if (endpoint_ == nullptr || !endpoint_->peer()) return std::unexpected{Errc::not_connected};
    const Address& peer = *endpoint_->peer();
    const Address seen = network_.to_program(kind().family, peer, {});
    return Address{seen.ip(), seen.port(), scope_};
}

std::string DatagramSocket::describe() const {
    return "udp " + (endpoint_ == nullptr ? Address{} : endpoint_->local()).to_string();
}

}  // namespace sockeye::stack
