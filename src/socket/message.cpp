// Calls with flags, several buffers or ancillary data. They take the backend's one call for all of
// that; the plain calls, which are far more frequent, have shorter ways.
#include "sockeye/message.hpp"

#include <algorithm>
#include <array>

#include "socket/calls.hpp"

namespace sockeye {

using backend::Extra;
using backend::Interest;
using backend::plainly;
using backend::Request;
using backend::socket_of;
using backend::with_address;
using backend::with_buffer;

namespace {

constexpr MsgFlag for_messages = MsgFlag::peek | MsgFlag::dontwait | MsgFlag::oob;
constexpr MsgFlag for_octets = for_messages | MsgFlag::waitall;
constexpr MsgFlag for_sending = MsgFlag::dontwait | MsgFlag::more | MsgFlag::oob | MsgFlag::dontroute;

constexpr MsgFlag without(MsgFlag flags, MsgFlag these) {
    return static_cast<MsgFlag>(static_cast<int>(flags) & ~static_cast<int>(these));
}

Request with_flags(Request&& request, MsgFlag flags, MsgFlag allowed) {
    request.flags = without(flags, MsgFlag::dontwait);
    if (has(flags, MsgFlag::dontwait)) request.may_wait = false;
    // What is looked at stays, so that looking never gets further; urgent is one octet.
    const bool never_ends =
        has(flags, MsgFlag::waitall) && without(flags, MsgFlag::waitall | MsgFlag::dontwait) != MsgFlag::none;
    if (!request.failure && (without(flags, allowed) != MsgFlag::none || never_ends))
        request.failure = std::make_unique<Error>(Errc::invalid_argument);
    return std::move(request);
}

Extra& extra_of(Request& request) {
    if (!request.extra) request.extra = std::make_unique<Extra>();
    return *request.extra;
}

/// Room for what is received, which the request keeps between its attempts.
Request with_block(Request&& request, std::size_t octets) {
    Extra& extra = extra_of(request);
    extra.block = Bytes{octets};
    request.data = extra.block.data();
    request.size = octets;
    return std::move(request);
}

/// waitall on a stream: goes on until the buffer is full, or there is no more.
Result<std::size_t> fill(Request& request) {
    while (request.done < request.size) {
        Result<std::size_t> received =
            socket_of(request).receive_into({request.data + request.done, request.size - request.done});
        if (!received) return received;
        if (*received == 0) break;
        request.done += *received;
    }
    return request.done;
}

Result<MessageInfo> receive_flagged(Request& request) {
    const std::array buffer{std::span{request.data, request.size}};
    return socket_of(request).receive_message({buffer, without(request.flags, MsgFlag::waitall)});
}

Result<std::size_t> try_recv_into(Request& request) {
    // A datagram comes as a whole.
    if (has(request.flags, MsgFlag::waitall) && socket_of(request).kind().type == SocketType::stream)
        return fill(request);
    Result<MessageInfo> received = receive_flagged(request);
    if (!received) return std::unexpected{std::move(received.error())};
    return received->octets;
}

Result<Bytes> try_recv(Request& request) {
    Result<std::size_t> received = try_recv_into(request);
    if (!received) return std::unexpected{std::move(received.error())};
    request.extra->block.truncate(*received);
    return std::move(request.extra->block);
}

Result<DatagramInfo> try_recvfrom_into(Request& request) {
    Result<MessageInfo> received = receive_flagged(request);
    if (!received) return std::unexpected{std::move(received.error())};
    return DatagramInfo{received->octets, std::move(received->sender), received->truncated};
}

Result<Datagram> try_recvfrom(Request& request) {
    Result<DatagramInfo> received = try_recvfrom_into(request);
    if (!received) return std::unexpected{std::move(received.error())};
    request.extra->block.truncate(received->octets);
    return Datagram{std::move(request.extra->block), std::move(received->sender), received->truncated};
}

Result<std::size_t> send_flagged(Request& request) {
    const std::span<const std::byte> rest{request.data + request.done, request.size - request.done};
    return socket_of(request).send_message(OutgoingMessage{BytesView{rest}}, request.flags);
}

Result<void> try_sendall(Request& request) {
    while (request.done < request.size) {
        Result<std::size_t> sent = send_flagged(request);
        if (!sent) return std::unexpected{std::move(sent.error())};
        request.done += *sent;
    }
    return {};
}

Result<std::size_t> try_sendmsg(Request& request) {
    return socket_of(request).send_message(*request.extra->message, request.flags);
}

Result<MessageInfo> try_recvmsg_into(Request& request) {
    const Extra& extra = *request.extra;
    return socket_of(request).receive_message({extra.buffers, request.flags, extra.ancillary_space});
}

Result<Message> try_recvmsg(Request& request) {
    const std::array buffer{std::span{request.data, request.size}};
    request.extra->buffers = buffer;
    Result<MessageInfo> received = try_recvmsg_into(request);
    if (!received) return std::unexpected{std::move(received.error())};
    request.extra->block.truncate(received->octets);
    return Message{std::move(*received), std::move(request.extra->block)};
}

}  // namespace

Op<Bytes> Socket::recv(std::size_t most, MsgFlag flags, Deadline deadline) {
    Request recv = with_flags(request("recv", Interest::read, deadline), flags, for_octets);
    return {with_block(std::move(recv), most), &try_recv};
}

Op<std::size_t> Socket::recv_into(std::span<std::byte> buffer, MsgFlag flags, Deadline deadline) {
    Request recv_into = with_flags(request("recv_into", Interest::read, deadline), flags, for_octets);
    return {with_buffer(std::move(recv_into), buffer.data(), buffer.size()), &try_recv_into};
}

Op<Datagram> Socket::recvfrom(std::size_t most, MsgFlag flags, Deadline deadline) {
    Request recvfrom = with_flags(request("recvfrom", Interest::read, deadline), flags, for_messages);
    return {with_block(std::move(recvfrom), most), &try_recvfrom};
}

Op<DatagramInfo> Socket::recvfrom_into(std::span<std::byte> buffer, MsgFlag flags, Deadline deadline) {
    Request recvfrom_into =
        with_flags(request("recvfrom_into", Interest::read, deadline), flags, for_messages);
    return {with_buffer(std::move(recvfrom_into), buffer.data(), buffer.size()), &try_recvfrom_into};
}

Op<std::size_t> Socket::send(BytesView bytes, MsgFlag flags, Deadline deadline) {
    Request send = with_flags(request("send", Interest::write, deadline), flags, for_sending);
    return {with_buffer(std::move(send), bytes.data(), bytes.size()), &send_flagged};
}

Op<void> Socket::sendall(BytesView bytes, MsgFlag flags, Deadline deadline) {
    Request sendall = with_flags(request("sendall", Interest::write, deadline), flags, for_sending);
    return {with_buffer(std::move(sendall), bytes.data(), bytes.size()), &try_sendall};
}

Op<std::size_t> Socket::sendto(BytesView bytes, MsgFlag flags, Address peer, Deadline deadline) {
    Request sendto = with_flags(request("sendto", Interest::write, deadline), flags, for_sending);
    OutgoingMessage& message = extra_of(sendto).message.emplace(bytes);
    message.to = std::move(peer);
    return {std::move(sendto), &try_sendmsg};
}

Op<std::size_t> Socket::sendmsg(OutgoingMessage message, MsgFlag flags, Deadline deadline) {
    Request sendmsg = with_flags(request("sendmsg", Interest::write, deadline), flags, for_sending);
    extra_of(sendmsg).message.emplace(std::move(message));
    return {std::move(sendmsg), &try_sendmsg};
}

Op<Message> Socket::recvmsg(std::size_t most, std::size_t ancillary_space, MsgFlag flags, Deadline deadline) {
    Request recvmsg = with_flags(request("recvmsg", Interest::read, deadline), flags, for_messages);
    extra_of(recvmsg).ancillary_space = ancillary_space;
    return {with_block(std::move(recvmsg), most), &try_recvmsg};
}

Op<MessageInfo> Socket::recvmsg_into(std::span<const std::span<std::byte>> buffers,
                                     std::size_t ancillary_space, MsgFlag flags, Deadline deadline) {
    Request recvmsg = with_flags(request("recvmsg_into", Interest::read, deadline), flags, for_messages);
    extra_of(recvmsg).ancillary_space = ancillary_space;
    extra_of(recvmsg).buffers = buffers;
    return {std::move(recvmsg), &try_recvmsg_into};
}

Op<std::size_t> send_fds(Socket& socket, BytesView bytes, std::span<const int> descriptors,
                         Deadline deadline) {
    OutgoingMessage message{bytes};
    message.descriptors.assign(descriptors.begin(), descriptors.end());
    return socket.sendmsg(std::move(message), MsgFlag::none, deadline);
}

Op<Message> recv_fds(Socket& socket, std::size_t most, std::size_t most_descriptors, Deadline deadline) {
    return socket.recvmsg(most, cmsg_space(most_descriptors * sizeof(int)), MsgFlag::none, deadline);
}

Result<SocketPair> socketpair(Network& network, SocketType type) {
    Result<backend::SocketPair> pair = network.backend().open_pair(type);
    if (!pair) return std::unexpected{backend::named(std::move(pair.error()), "socketpair")};
    return SocketPair{Socket{network, std::move(pair->first)}, Socket{network, std::move(pair->second)}};
}

Result<Socket> adopt(Network& network, OwnedDescriptor descriptor) {
    auto adopted = network.backend().adopt(std::move(descriptor));
    if (!adopted) return std::unexpected{backend::named(std::move(adopted.error()), "adopt")};
    return Socket{network, std::move(*adopted)};
}

}  // namespace sockeye
