#include "sockeye/socket.hpp"

#include <algorithm>

#include "socket/backend.hpp"

namespace sockeye {

using backend::Interest;
using backend::Request;

namespace {

backend::Socket& socket_of(Request& request) {
    return static_cast<backend::Socket&>(*request.target);
}

Error named(Error error, const char* during) {
    return std::move(error).with_during(during);
}

Result<Accepted> try_accept(Request& request) {
    Address peer;
    Result<std::unique_ptr<backend::Socket>> accepted = socket_of(request).accept(peer);
    if (!accepted) return std::unexpected{std::move(accepted.error())};
    return Accepted{Socket{*request.network, std::move(*accepted)}, peer};
}

/// Starts the connection the first time and asks how it ended after that.
Result<void> try_connect(Request& request) {
    Result<void> connected = std::exchange(request.started, true)
                                 ? socket_of(request).finish_connect()
                                 : socket_of(request).connect(request.address);
    if (connected || connected.error() == Errc::would_block) return connected;
    std::string detail = request.address.to_string();
    if (std::string_view more = connected.error().detail(); !more.empty()) detail.append(": ").append(more);
    return std::unexpected{std::move(connected.error()).with_detail(std::move(detail))};
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
    Result<backend::ReceivedFrom> received = socket_of(request).receive_from({bytes.data(), bytes.size()});
    if (!received) return std::unexpected{std::move(received.error())};
    bytes.truncate(received->octets);
    return Datagram{std::move(bytes), std::move(received->sender), received->truncated};
}

Result<std::size_t> try_sendto(Request& request) {
    return socket_of(request).send_to({request.data, request.size}, request.address);
}

Request with_buffer(Request&& request, const std::byte* data, std::size_t size) {
    // Sending only reads through it; one field serves both directions.
    request.data = const_cast<std::byte*>(data);
    request.size = size;
    return std::move(request);
}

Request with_address(Request&& request, Address&& address) {
    request.address = std::move(address);
    return std::move(request);
}

}  // namespace

Socket::Socket() noexcept = default;

Socket::Socket(Network& network, Family family, SocketType type)
    : network_{&network}, timeout_{network.getdefaulttimeout()} {
    auto opened = network.backend().open({family, type});
    if (opened)
        backend_ = std::move(*opened);
    else
        why_closed_ = opened.error().code();
}

Socket::Socket(Network& network, std::unique_ptr<backend::Socket> made)
    : network_{&network}, backend_{std::move(made)}, timeout_{network.getdefaulttimeout()} {}

Socket::Socket(Socket&& other) noexcept = default;
Socket& Socket::operator=(Socket&& other) noexcept = default;
Socket::~Socket() = default;

Request Socket::request(const char* during, Interest interest, Deadline deadline) const {
    Request request{during, network_};
    request.target = backend_.get();
    request.interest = interest;
    request.deadline = deadline;
    if (!deadline.is_set() && timeout_) {
        request.may_wait = *timeout_ > Duration::zero();
        if (request.may_wait) request.deadline = *timeout_;
    }
    if (!backend_) request.failure = std::make_unique<Error>(why_closed_);
    return request;
}

Op<Accepted> Socket::accept(Deadline deadline) {
    return {request("accept", Interest::read, deadline), &try_accept};
}

Op<void> Socket::connect(Address peer, Deadline deadline) {
    return {with_address(request("connect", Interest::write, deadline), std::move(peer)), &try_connect};
}

Op<Bytes> Socket::recv(std::size_t most, Deadline deadline) {
    return {with_buffer(request("recv", Interest::read, deadline), nullptr, most), &try_recv};
}

Op<std::size_t> Socket::recv_into(std::span<std::byte> buffer, Deadline deadline) {
    return {with_buffer(request("recv_into", Interest::read, deadline), buffer.data(), buffer.size()),
            &try_recv_into};
}

Op<std::size_t> Socket::send(BytesView bytes, Deadline deadline) {
    return {with_buffer(request("send", Interest::write, deadline), bytes.data(), bytes.size()), &try_send};
}

Op<void> Socket::sendall(BytesView bytes, Deadline deadline) {
    return {with_buffer(request("sendall", Interest::write, deadline), bytes.data(), bytes.size()),
            &try_sendall};
}

Op<Datagram> Socket::recvfrom(std::size_t most, Deadline deadline) {
    return {with_buffer(request("recvfrom", Interest::read, deadline), nullptr, most), &try_recvfrom};
}

Op<std::size_t> Socket::sendto(BytesView bytes, Address peer, Deadline deadline) {
    Request sendto = with_buffer(request("sendto", Interest::write, deadline), bytes.data(), bytes.size());
    return {with_address(std::move(sendto), std::move(peer)), &try_sendto};
}

namespace {

/// For calls that never wait: the closed socket's error, or the call's own under its name.
template <class Call>
auto plainly(backend::Socket* socket, Errc why_closed, const char* during, Call call)
    -> decltype(call(*socket)) {
    if (socket == nullptr) return std::unexpected{Error{why_closed, during}};
    auto result = call(*socket);
    if (!result) return std::unexpected{named(std::move(result.error()), during)};
    return result;
}

}  // namespace

Result<void> Socket::bind(const Address& at) {
    Result<void> bound = plainly(backend_.get(), why_closed_, "bind",
                                 [&](backend::Socket& socket) { return socket.bind(at); });
    if (bound || !bound.error().detail().empty()) return bound;
    return std::unexpected{std::move(bound.error()).with_detail(at.to_string())};
}

Result<void> Socket::listen(int backlog) {
    return plainly(backend_.get(), why_closed_, "listen",
                   [&](backend::Socket& socket) { return socket.listen(std::max(backlog, 0)); });
}

Result<void> Socket::shutdown(Shutdown direction) {
    return plainly(backend_.get(), why_closed_, "shutdown",
                   [&](backend::Socket& socket) { return socket.shutdown(direction); });
}

Result<Address> Socket::getsockname() const {
    return plainly(backend_.get(), why_closed_, "getsockname",
                   [](backend::Socket& socket) { return socket.local_address(); });
}

Result<Address> Socket::getpeername() const {
    return plainly(backend_.get(), why_closed_, "getpeername",
                   [](backend::Socket& socket) { return socket.peer_address(); });
}

void Socket::close() noexcept {
    backend_.reset();
    why_closed_ = Errc::closed;
}

int Socket::fileno() const {
    return backend_ ? backend_->fileno() : -1;
}

Result<Bytes> backend::Socket::receive(std::size_t most) {
    Bytes bytes{most};
    Result<std::size_t> received = receive_into({bytes.data(), bytes.size()});
    if (!received) return std::unexpected{std::move(received.error())};
    bytes.truncate(*received);
    return bytes;
}

}  // namespace sockeye
