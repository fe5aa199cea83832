#include "socket/stack/echo_socket.hpp"

#include <algorithm>

#include "network/icmp_message.hpp"

namespace sockeye::stack {

using network::IcmpMessage;

EchoSocket::EchoSocket(StackNetwork& network, std::uint8_t hop_limit)
    : Socket{network.driver()}, network_{network}, hop_limit_{hop_limit}, identifier_{network.add(*this)} {}

EchoSocket::~EchoSocket() {
    network_.remove(*this);
}

bool EchoSocket::is_ours(const network::IpPacket& packet) const {
    auto message = network::read_icmp(packet);
    if (!message) return false;
    if (message->kind == IcmpMessage::Kind::echo_reply) return message->identifier == identifier_;
    // The echo that an error quotes may be cut, so that its checksum says nothing.
    constexpr std::size_t identifier_at = 4;
    const auto about = network::read_quoted_ip(message->payload);
    if (message->kind != IcmpMessage::Kind::error || !about || !network::is_icmp(about->header)) return false;
    const auto quoted = about->payload.bytes();
    return quoted.size() >= identifier_at + 2 &&
           (std::to_integer<unsigned>(quoted[identifier_at]) << 8 |
            std::to_integer<unsigned>(quoted[identifier_at + 1])) == identifier_;
}

void EchoSocket::hear(const network::IpPacket& packet) {
    constexpr std::size_t limit = 64;
    if (received_.size() >= limit || !is_ours(packet)) return;
    received_.push_back(packet);
    wake(backend::Interest::read);
}

Result<DatagramInfo> EchoSocket::receive_from(std::span<std::byte> buffer) {
    if (received_.empty()) return std::unexpected{Errc::would_block};
    const network::IpPacket packet = std::move(received_.front());
    received_.pop_front();
    const auto message = packet.payload.bytes();
    const std::size_t octets = std::min(message.size(), buffer.size());
    std::copy_n(message.data(), octets, buffer.data());
    network_.runner().payload_delivered();
    return DatagramInfo{octets, Address{packet.header.source, 0}, octets < message.size()};
}

Result<std::size_t> EchoSocket::receive_into(std::span<std::byte> buffer) {
    Result<DatagramInfo> received = receive_from(buffer);
    if (!received) return std::unexpected{std::move(received.error())};
    return received->octets;
}

Result<std::size_t> EchoSocket::send_to(std::span<const std::byte> bytes, const Address& peer) {
    const IpAddress target = StackNetwork::to_stack(peer).ip();
    Result<IpAddress> source = network_.source_for(Address{IpAddress::any(target.family()), 0}, peer);
    if (!source) return std::unexpected{std::move(source.error())};
    const IcmpMessage echo{.kind = IcmpMessage::Kind::echo_request,
                           .identifier = identifier_,
                           .sequence = ++sequence_,
                           .payload = bytes};
    network::IpPacket packet{.header = {.source = *source,
                                        .target = target,
                                        .protocol = network::icmp_protocol(target.family()),
                                        .hop_limit = hop_limit_},
                             .payload = network::write_echo(echo, *source, target),
                             .interface = peer.scope()};
    if (Result<void> sent = network_.ip().send(std::move(packet), network_.now()); !sent)
        return std::unexpected{std::move(sent.error())};
    network_.used();
    return bytes.size();
}

}  // namespace sockeye::stack
