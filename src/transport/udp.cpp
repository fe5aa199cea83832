#include "transport/udp.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "wire/protocol.hpp"
#include "wire/udp.hpp"

namespace sockeye::transport {
namespace {

/// Octets that a UDP header's length field can still count behind an IP header: IPv4's total
/// length includes the IP header, IPv6's payload length does not.
std::size_t largest_payload(Family family) {
    constexpr std::size_t ipv4_header = 20;
    return 65535 - wire::UdpHeader::size - (family == Family::inet ? ipv4_header : 0);
}

std::size_t cost(const Datagram& datagram) {
    return datagram.payload.size() + wire::UdpHeader::size;
}

/// How exactly a socket names this pair of addresses, and the interface; 0: not at all.
int score(const UdpSocket& socket, const Address& source, const Address& target, std::uint32_t interface) {
    if (socket.interface() != 0 && interface != 0 && socket.interface() != interface) return 0;
    const IpAddress local = socket.local().ip();
    if (!local.is_unspecified() && local != target.ip()) return 0;
    if (local.is_unspecified() && local.family() == Family::inet && target.family() != Family::inet) return 0;
    if (socket.peer() && *socket.peer() != source) return 0;
    return 1 + (local.is_unspecified() ? 0 : 1) + (socket.peer() ? 2 : 0) + (socket.interface() != 0 ? 4 : 0);
}

}  // namespace

std::string_view to_string(Udp::Delivery delivery) {
    using enum Udp::Delivery;
    switch (delivery) {
        case delivered: return {};
        case queue_full: return "receive buffer full";
        case no_port: return nobody_listens;
        case malformed: return "malformed UDP";
        case bad_checksum: return "bad UDP checksum";
    }
    return {};
}

std::optional<Datagram> UdpSocket::receive() {
    if (queue_.empty()) return std::nullopt;
    Datagram datagram = std::move(queue_.front());
    queue_.pop_front();
    queued_ -= cost(datagram);
    return datagram;
}

Result<UdpSocket*> Udp::open(const Address& local, Reuse reuse) {
    auto claim = ports_.claim(local, reuse);
    if (!claim) return std::unexpected{claim.error()};
    auto& sockets = sockets_[claim->local().port()];
    sockets.push_back(std::make_unique<UdpSocket>(*std::move(claim)));
    return sockets.back().get();
}

std::vector<const UdpSocket*> Udp::list() const {
    std::vector<const UdpSocket*> all;
    for (const auto& [port, at_port] : sockets_)
        for (const auto& socket : at_port) all.push_back(socket.get());
    return all;
}

void Udp::close(UdpSocket& socket) {
    const auto found = sockets_.find(socket.local().port());
    assert(found != sockets_.end());
    std::erase_if(found->second, [&](const auto& owned) { return owned.get() == &socket; });
    if (found->second.empty()) sockets_.erase(found);
}

Result<network::IpPacket> Udp::send(const UdpSocket& socket, const IpAddress& source, const Address& target,
                                    std::span<const std::byte> payload) {
    if (payload.size() > largest_payload(target.family()))
        return std::unexpected{Error{Errc::message_too_large, "sendto"}};

    network::IpPacket packet{
        .header = {.source = source, .target = target.ip(), .protocol = wire::protocol::udp},
        .payload = Packet{payload}};
    const wire::UdpHeader header{.source_port = socket.local().port(), .target_port = target.port()};
    wire::prepend_udp(packet.payload, header, source, target.ip());
    return packet;
}

void Udp::notice(const network::IcmpNotice& notice) {
    if (!notice.is_hard() || notice.about.protocol != wire::protocol::udp) return;
    const auto header = wire::parse_quoted_udp(notice.quoted.bytes());
    if (!header) return;
    UdpSocket* socket = find(Address{notice.about.target, header->target_port},
                             Address{notice.about.source, header->source_port}, 0);
    if (socket == nullptr || !socket->peer()) return;
    socket->error_ = Errc::refused;
    changed_.push(*socket);
}

Udp::Delivery Udp::receive(const network::IpPacket& packet) {
    const network::IpHeader& header = packet.header;
    const Packet& bytes = packet.payload;
    const auto parsed = wire::parse_udp(bytes.bytes());
    if (!parsed) return Delivery::malformed;
    if (!wire::verify_udp_checksum(bytes.bytes(), header.source, header.target))
        return Delivery::bad_checksum;

    Datagram datagram{.source = Address{header.source, parsed->header.source_port},
                      .target = Address{header.target, parsed->header.target_port},
                      .interface = packet.interface,
                      .payload = bytes};
    datagram.payload.trim_front(wire::UdpHeader::size);
    datagram.payload.truncate(parsed->payload.size());  // what stands behind the datagram is not its own

    if (header.target.is_multicast() || packet.is_broadcast) return deliver_to_all(datagram);
    UdpSocket* socket = find(datagram.source, datagram.target, datagram.interface);
    return socket == nullptr ? Delivery::no_port : deliver(*socket, std::move(datagram));
}

Udp::Delivery Udp::deliver(UdpSocket& socket, Datagram datagram) {
    if (socket.queued_ + cost(datagram) > config_.receive_queue) {
        ++socket.dropped_;
        return Delivery::queue_full;
    }
    socket.queued_ += cost(datagram);
    socket.queue_.push_back(std::move(datagram));
    changed_.push(socket);
    return Delivery::delivered;
}

/// What is sent to a group reaches each socket that it fits (RFC 1122 §4.1.3.5), in the order in which
/// they were opened.
Udp::Delivery Udp::deliver_to_all(const Datagram& datagram) {
    const auto found = sockets_.find(datagram.target.port());
    Delivery delivery = Delivery::no_port;
    if (found == sockets_.end()) return delivery;
    for (const auto& socket : found->second)
        if (score(*socket, datagram.source, datagram.target, datagram.interface) > 0)
            delivery = deliver(*socket, datagram);
    return delivery;
}

UdpSocket* Udp::find(const Address& source, const Address& target, std::uint32_t interface) const {
    const auto found = sockets_.find(target.port());
    if (found == sockets_.end()) return nullptr;
    UdpSocket* best = nullptr;
    int best_score = 0;
    for (const auto& socket : found->second) {
        const int its_score = score(*socket, source, target, interface);
        if (its_score <= best_score) continue;
        best_score = its_score;
        best = socket.get();
    }
    return best;
}

}  // namespace sockeye::transport
