#include "packetdrill/udp_socket.hpp"

#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <vector>

#include "packetdrill/option_value.hpp"
#include "packetdrill/sockaddr.hpp"

namespace sockeye::packetdrill {

Outcome UdpSocket::bind(const Address& at) {
    return outcome_of(socket_->bind(at));
}

Outcome UdpSocket::connect(const Address& peer) {
    return outcome_of(socket_->connect(peer));
}

Outcome UdpSocket::disconnect() {
    socket_ = std::make_unique<stack::DatagramSocket>(machine().network(), family());
    return 0;
}

Outcome UdpSocket::shutdown(int) {
    return peer() ? 0 : -ENOTCONN;
}

std::optional<Address> UdpSocket::peer() const {
    const Result<Address> peer = socket_->peer_address();
    return peer ? std::optional{*peer} : std::nullopt;
}

std::uint64_t UdpSocket::arrived() {
    std::byte octet{};
    const std::span<std::byte> one{&octet, 1};
    const auto seen = socket_->receive_message({.buffers = {&one, 1}, .flags = MsgFlag::peek});
    if (!seen && seen.error() != Errc::would_block) error_ = seen.error().code();
    return seen ? 1 : 0;
}

short UdpSocket::readiness() {
    const bool in = arrived() > 0;
    int bits = POLLOUT | POLLWRNORM;
    if (in) bits |= POLLIN | POLLRDNORM;
    if (error_) bits |= POLLERR;
    return static_cast<short>(bits);
}

Outcome UdpSocket::readable() {
    return static_cast<Outcome>(socket_->available().value_or(0));
}

Outcome UdpSocket::receive(Reception& reception) {
    if (error_) return outcome_of(*std::exchange(error_, std::nullopt));
    const auto waiting = static_cast<std::size_t>(readable());
    std::vector<std::span<std::byte>> buffers;
    for (const iovec& buffer : reception.buffers)
        buffers.emplace_back(static_cast<std::byte*>(buffer.iov_base), buffer.iov_len);
    const MsgFlag flags = (reception.flags & MSG_PEEK) != 0 ? MsgFlag::peek : MsgFlag::none;
    const auto received = socket_->receive_message({.buffers = buffers, .flags = flags});
    if (!received) return outcome_of(received.error().code());
    ++received_;
    reception.from_length = write_sockaddr(received->sender, reception.from);
    if (received->truncated) reception.told |= MSG_TRUNC;
    return static_cast<Outcome>((reception.flags & MSG_TRUNC) != 0 ? waiting : received->octets);
}

Outcome UdpSocket::send(Dispatch& dispatch) {
    std::vector<std::byte> datagram;
    datagram.reserve(size_of(dispatch.buffers));
    (void)for_each_part(dispatch.buffers, 0, [&](std::span<std::byte> part) {
        datagram.insert(datagram.end(), part.begin(), part.end());
        return part.size();
    });
    Result<std::size_t> sent = std::unexpected{Errc::not_connected};
    if (dispatch.to != nullptr) {
        const auto to = read_sockaddr(family(), dispatch.to, dispatch.to_length);
        if (!to) return to.error();
        sent = socket_->send_to(datagram, *to);
    } else {
        sent = socket_->send(datagram);
    }
    if (sent) return static_cast<Outcome>(*sent);
    return sent.error() == Errc::not_connected ? -EDESTADDRREQ : outcome_of(sent.error().code());
}

Outcome UdpSocket::get_option(OptionName option, void* value, socklen_t& room) {
    const auto number = [&](Outcome told) { return write_value(static_cast<int>(told), value, room); };
    if (option.level == SOL_SOCKET) {
        if (option.name == SO_ERROR) {
            (void)arrived();
            const auto why = std::exchange(error_, std::nullopt);
            return number(why ? -outcome_of(*why) : 0);
        }
        if (option.name == SO_TYPE) return number(SOCK_DGRAM);
        if (option.name == SO_PROTOCOL) return number(IPPROTO_UDP);
        if (option.name == SO_DOMAIN) return number(family() == Family::inet6 ? AF_INET6 : AF_INET);
        if (option.name == SO_RCVTIMEO) return write_value(write_timeout(receive_timeout), value, room);
    }
    const bool is_ipv6 = option.level == SOL_IPV6;
    if (option.level != SOL_IP && !is_ipv6) return -ENOPROTOOPT;
    if (option.name == (is_ipv6 ? IPV6_TCLASS : IP_TOS))
        return number(socket_->get_option(option::ip_tos).value_or(0));
    if (option.name == (is_ipv6 ? IPV6_UNICAST_HOPS : IP_TTL))
        return number(socket_->get_option(option::ip_ttl).value_or(0));
    return -ENOPROTOOPT;
}

Outcome UdpSocket::set_option(OptionName option, std::span<const std::byte> value) {
    if (option.level == SOL_SOCKET && option.name == SO_RCVTIMEO) {
        const auto timeout = read_value<timeval>(value);
        if (!timeout) return -EINVAL;
        receive_timeout = read_timeout(*timeout);
        return 0;
    }
    const std::optional<int> number = read_value<int>(value);
    if (!number) return -EINVAL;
    if (option.level == SOL_SOCKET && option.name == SO_REUSEADDR)
        return outcome_of(socket_->set_option(option::so_reuseaddr, *number != 0));
    if (option.level == SOL_SOCKET && option.name == SO_BROADCAST)
        return outcome_of(socket_->set_option(option::so_broadcast, *number != 0));
    const bool is_ipv6 = option.level == SOL_IPV6;
    if (option.level != SOL_IP && !is_ipv6) return -ENOPROTOOPT;
    if (option.name == (is_ipv6 ? IPV6_TCLASS : IP_TOS))
        return outcome_of(socket_->set_option(option::ip_tos, *number));
    if (option.name == (is_ipv6 ? IPV6_UNICAST_HOPS : IP_TTL))
        return outcome_of(socket_->set_option(option::ip_ttl, *number));
    return -ENOPROTOOPT;
}

}  // namespace sockeye::packetdrill
