#include "sockeye/socket.hpp"

#include <algorithm>

#include "socket/calls.hpp"

namespace sockeye {

using backend::Call;
using backend::Interest;
using backend::plainly;
using backend::Request;
using backend::socket_of;
using backend::with_address;
using backend::with_buffer;

namespace {

Result<Accepted> try_accept(Request& request) {
    Address peer;
    Result<std::unique_ptr<backend::Socket>> accepted = socket_of(request).accept(peer);
    if (!accepted) return std::unexpected{std::move(accepted.error())};
    return Accepted{Socket{*request.network, std::move(*accepted)}, peer};
}

/// Starts the connection the first time and asks how it ended after that.
Result<void> try_connect(Request& request) {
    const Address& peer = request.extra->address;
    Result<void> connected =
        request.started ? socket_of(request).finish_connect() : socket_of(request).connect(peer);
    request.started = true;
    if (connected || connected.error() == Errc::would_block) return connected;
    std::string detail = peer.to_string();
    if (std::string_view more = connected.error().detail(); !more.empty()) detail.append(": ").append(more);
    return std::unexpected{std::move(connected.error()).with_detail(std::move(detail))};
}

/// However the attempt ends, that is a value.
Result<std::optional<Errc>> try_connect_ex(Request& request) {
    Result<void> connected = try_connect(request);
    if (connected) return std::nullopt;
    if (connected.error() == Errc::would_block && request.may_wait)
        return std::unexpected{std::move(connected.error())};
    return connected.error().code();
}

Result<Bytes> try_recv(Request& request) {
    return socket_of(request).receive(request.size);
}

Result<std::size_t> try_recv_into(Request& request) {
    return socket_of(request).receive_into({request.data, request.size});
}

Result<std::size_t> try_send(Request& request) {
    return socket_of(request).send({request.data, request.size});
}

Result<void> try_sendall(Request& request) {
    while (request.done < request.size) {
        Result<std::size_t> sent =
            socket_of(request).send({request.data + request.done, request.size - request.done});
        if (!sent) return std::unexpected{std::move(sent.error())};
        request.done += *sent;
    }
    return {};
}

Result<Datagram> try_recvfrom(Request& request) {
    Bytes bytes{request.size};
    Result<DatagramInfo> received = socket_of(request).receive_from({bytes.data(), bytes.size()});
    if (!received) return std::unexpected{std::move(received.error())};
    bytes.truncate(received->octets);
    return Datagram{std::move(bytes), std::move(received->sender), received->truncated};
}

Result<DatagramInfo> try_recvfrom_into(Request& request) {
    return socket_of(request).receive_from({request.data, request.size});
}

Result<std::size_t> try_sendto(Request& request) {
    return socket_of(request).send_to({request.data, request.size}, request.extra->address);
}

constexpr Call<Accepted> accept_call{"accept", Interest::read, &try_accept};
constexpr Call<void> connect_call{"connect", Interest::write, &try_connect};
constexpr Call<std::optional<Errc>> connect_ex_call{"connect_ex", Interest::write, &try_connect_ex};
constexpr Call<Bytes> recv_call{"recv", Interest::read, &try_recv};
constexpr Call<std::size_t> recv_into_call{"recv_into", Interest::read, &try_recv_into};
constexpr Call<std::size_t> send_call{"send", Interest::write, &try_send};
constexpr Call<void> sendall_call{"sendall", Interest::write, &try_sendall};
constexpr Call<Datagram> recvfrom_call{"recvfrom", Interest::read, &try_recvfrom};
constexpr Call<DatagramInfo> recvfrom_into_call{"recvfrom_into", Interest::read, &try_recvfrom_into};
constexpr Call<std::size_t> sendto_call{"sendto", Interest::write, &try_sendto};

}  // namespace

Socket::Socket(Network& network, std::unique_ptr<backend::Socket> made)
    : SocketBase{network, std::move(made)} {}

Op<Accepted> Socket::accept(Deadline deadline) {
    Request accept = request(deadline);
    accept.network = network_;
    return {accept_call, std::move(accept)};
}

Op<void> Socket::connect(Address peer, Deadline deadline) {
    return {connect_call, with_address(request(deadline), std::move(peer))};
}

Op<std::optional<Errc>> Socket::connect_ex(Address peer, Deadline deadline) {
    return {connect_ex_call, with_address(request(deadline), std::move(peer))};
}

Op<Bytes> Socket::recv(std::size_t most, Deadline deadline) {
    return {recv_call, with_buffer(request(deadline), nullptr, most)};
}

Op<std::size_t> Socket::recv_into(std::span<std::byte> buffer, Deadline deadline) {
    return {recv_into_call, with_buffer(request(deadline), buffer.data(), buffer.size())};
}

Op<std::size_t> Socket::send(BytesView bytes, Deadline deadline) {
    return {send_call, with_buffer(request(deadline), bytes.data(), bytes.size())};
}

Op<void> Socket::sendall(BytesView bytes, Deadline deadline) {
    return {sendall_call, with_buffer(request(deadline), bytes.data(), bytes.size())};
}

Op<Datagram> Socket::recvfrom(std::size_t most, Deadline deadline) {
    return {recvfrom_call, with_buffer(request(deadline), nullptr, most)};
}

Op<DatagramInfo> Socket::recvfrom_into(std::span<std::byte> buffer, Deadline deadline) {
    return {recvfrom_into_call, with_buffer(request(deadline), buffer.data(), buffer.size())};
}

Op<std::size_t> Socket::sendto(BytesView bytes, Address peer, Deadline deadline) {
    return {sendto_call,
            with_address(with_buffer(request(deadline), bytes.data(), bytes.size()), std::move(peer))};
}

Result<Socket> Socket::dup() const {
    return plainly(*this, "dup", [&](backend::Socket& socket) -> Result<Socket> {
        auto copy = socket.duplicate();
        if (!copy) return std::unexpected{std::move(copy.error())};
        Socket made{*network_, std::move(*copy)};
        made.settimeout(gettimeout());
        return made;
    });
}

Result<Bytes> backend::Socket::receive(std::size_t most) {
    Bytes bytes{most};
    Result<std::size_t> received = receive_into({bytes.data(), bytes.size()});
    if (!received) return std::unexpected{std::move(received.error())};
    bytes.truncate(*received);
    return bytes;
}

}  // namespace sockeye
