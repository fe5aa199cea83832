// Calls with flags, several buffers or ancillary data. They take the backend's one call for all of
// that; the plain calls, which are far more frequent, have shorter ways.
#include "sockeye/message.hpp"

#include <algorithm>
#include <array>

#include "socket/calls.hpp"

namespace sockeye {

using backend::Call;
using backend::Extra;
using backend::extra_of;
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
    const bool is_closed = request.target == nullptr;
    if (!is_closed && (without(flags, allowed) != MsgFlag::none || never_ends))
        request.set_failure(Errc::invalid_argument);
    return std::move(request);
}

/// Room for what is received, which the request keeps between its attempts.
Request with_block(Request&& request, std::size_t octets) {
    Extra& extra = extra_of(request);
    extra.block = Bytes{octets};
    request.data = extra.block.data();
    request.set_size(octets);
    return std::move(request);
}

Request with_message(Request&& request, OutgoingMessage&& message) {
    extra_of(request).message = std::make_unique<OutgoingMessage>(std::move(message));
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

constexpr Call<Bytes> recv_call{"recv", Interest::read, &try_recv};
constexpr Call<std::size_t> recv_into_call{"recv_into", Interest::read, &try_recv_into};
constexpr Call<Datagram> recvfrom_call{"recvfrom", Interest::read, &try_recvfrom};
constexpr Call<DatagramInfo> recvfrom_into_call{"recvfrom_into", Interest::read, &try_recvfrom_into};
constexpr Call<std::size_t> send_call{"send", Interest::write, &send_flagged};
constexpr Call<void> sendall_call{"sendall", Interest::write, &try_sendall};
constexpr Call<std::size_t> sendto_call{"sendto", Interest::write, &try_sendmsg};
constexpr Call<std::size_t> sendmsg_call{"sendmsg", Interest::write, &try_sendmsg};
constexpr Call<Message> recvmsg_call{"recvmsg", Interest::read, &try_recvmsg};
constexpr Call<MessageInfo> recvmsg_into_call{"recvmsg_into", Interest::read, &try_recvmsg_into};

}  // namespace

Op<Bytes> Socket::recv(std::size_t most, MsgFlag flags, Deadline deadline) {
    return {recv_call, with_block(with_flags(request(deadline), flags, for_octets), most)};
}

Op<std::size_t> Socket::recv_into(std::span<std::byte> buffer, MsgFlag flags, Deadline deadline) {
    return {recv_into_call,
            with_buffer(with_flags(request(deadline), flags, for_octets), buffer.data(), buffer.size())};
}

Op<Datagram> Socket::recvfrom(std::size_t most, MsgFlag flags, Deadline deadline) {
    return {recvfrom_call, with_block(with_flags(request(deadline), flags, for_messages), most)};
}

Op<DatagramInfo> Socket::recvfrom_into(std::span<std::byte> buffer, MsgFlag flags, Deadline deadline) {
    return {recvfrom_into_call,
            with_buffer(with_flags(request(deadline), flags, for_messages), buffer.data(), buffer.size())};
}

Op<std::size_t> Socket::send(BytesView bytes, MsgFlag flags, Deadline deadline) {
    return {send_call,
            with_buffer(with_flags(request(deadline), flags, for_sending), bytes.data(), bytes.size())};
}

Op<void> Socket::sendall(BytesView bytes, MsgFlag flags, Deadline deadline) {
    return {sendall_call,
            with_buffer(with_flags(request(deadline), flags, for_sending), bytes.data(), bytes.size())};
}

Op<std::size_t> Socket::sendto(BytesView bytes, MsgFlag flags, Address peer, Deadline deadline) {
    OutgoingMessage message{bytes};
    message.to = std::move(peer);
    return {sendto_call, with_message(with_flags(request(deadline), flags, for_sending), std::move(message))};
}

Op<std::size_t> Socket::sendmsg(OutgoingMessage message, MsgFlag flags, Deadline deadline) {
    return {sendmsg_call,
            with_message(with_flags(request(deadline), flags, for_sending), std::move(message))};
}

Op<Message> Socket::recvmsg(std::size_t most, std::size_t ancillary_space, MsgFlag flags, Deadline deadline) {
    Request recvmsg = with_flags(request(deadline), flags, for_messages);
    extra_of(recvmsg).ancillary_space = ancillary_space;
    return {recvmsg_call, with_block(std::move(recvmsg), most)};
}

Op<MessageInfo> Socket::recvmsg_into(std::span<const std::span<std::byte>> buffers,
                                     std::size_t ancillary_space, MsgFlag flags, Deadline deadline) {
    Request recvmsg_into = with_flags(request(deadline), flags, for_messages);
    extra_of(recvmsg_into).ancillary_space = ancillary_space;
    extra_of(recvmsg_into).buffers = buffers;
    return {recvmsg_into_call, std::move(recvmsg_into)};
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
