#include <netinet/in.h>

#include "packetdrill/calls.hpp"
#include "packetdrill/sockaddr.hpp"
#include "packetdrill/tcp_socket.hpp"
#include "packetdrill/udp_socket.hpp"

namespace sockeye::packetdrill {

Outcome find_socket(Machine& machine, int fd, std::shared_ptr<Socket>& socket) {
    const std::shared_ptr<File> file = file_of(machine, fd);
    if (file == nullptr) return -EBADF;
    socket = std::dynamic_pointer_cast<Socket>(file);
    return socket == nullptr ? -ENOTSOCK : 0;
}

std::optional<Duration> patience(const File& file, int flags, std::optional<Duration> timeout) {
    if (file.nonblocking || (flags & MSG_DONTWAIT) != 0) return Duration::zero();
    return timeout;
}

Outcome open_socket(Machine& machine, int domain, int type, int protocol) {
    if (domain != AF_INET && domain != AF_INET6) return -EAFNOSUPPORT;
    const Family family = domain == AF_INET6 ? Family::inet6 : Family::inet;
    const int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (kind != SOCK_STREAM && kind != SOCK_DGRAM) return -ESOCKTNOSUPPORT;
    const int usual = kind == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
    if (protocol != 0 && protocol != usual) return -EPROTONOSUPPORT;
    std::shared_ptr<Socket> socket;
    if (kind == SOCK_STREAM)
        socket = std::make_shared<TcpSocket>(machine, family);
    else
        socket = std::make_shared<UdpSocket>(machine, family);
    socket->nonblocking = (type & SOCK_NONBLOCK) != 0;
    return machine.descriptors().add(std::move(socket));
}

namespace {

template <class Body>
Outcome with_socket(Machine& machine, int fd, Body body) {
    std::shared_ptr<Socket> socket;
    if (const Outcome bad = find_socket(machine, fd, socket); bad != 0) return bad;
    return body(*socket);
}

}  // namespace

Outcome bind(Machine& machine, int fd, const sockaddr* at, socklen_t length) {
    return with_socket(machine, fd, [&](Socket& socket) -> Outcome {
        const auto address = read_sockaddr(socket.family(), at, length);
        return address ? socket.bind(*address) : address.error();
    });
}

Outcome listen(Machine& machine, int fd, int backlog) {
    return with_socket(machine, fd, [&](Socket& socket) { return socket.listen(backlog); });
}

Outcome shutdown(Machine& machine, int fd, int how) {
    return with_socket(machine, fd, [&](Socket& socket) { return socket.shutdown(how); });
}

Outcome accept(Machine& machine, int fd, sockaddr* peer, socklen_t* length) {
    std::shared_ptr<Socket> listener;
    if (const Outcome bad = find_socket(machine, fd, listener); bad != 0) return bad;
    const auto attempt = [&]() -> Outcome {
        std::shared_ptr<Socket> accepted;
        if (const Outcome outcome = listener->accept(accepted); outcome != 0) return outcome;
        sockaddr_storage storage{};
        if (const auto address = accepted->peer())
            copy_sockaddr(storage, write_sockaddr(*address, storage), peer, length);
        return machine.descriptors().add(std::move(accepted));
    };
    return machine.wait(attempt, patience(*listener, 0, listener->receive_timeout),
                        [] { return would_wait; });
}

Outcome connect(Machine& machine, int fd, const sockaddr* peer, socklen_t length) {
    std::shared_ptr<Socket> socket;
    if (const Outcome bad = find_socket(machine, fd, socket); bad != 0) return bad;
    if (peer != nullptr && length >= sizeof(sa_family_t) && peer->sa_family == AF_UNSPEC)
        return socket->disconnect();
    const auto address = read_sockaddr(socket->family(), peer, length);
    if (!address) return address.error();
    const Outcome begun = socket->connect(*address);
    const auto patient = patience(*socket, 0, socket->send_timeout);
    const bool goes_on = begun == would_wait || (begun == -EALREADY && patient != Duration::zero());
    if (!goes_on) return begun;
    return machine.wait([&] { return socket->finish_connect(); }, patient, [] { return -EINPROGRESS; });
}

Outcome get_option(Machine& machine, int fd, OptionName option, void* value, socklen_t* length) {
    if (value == nullptr || length == nullptr) return -EFAULT;
    return with_socket(machine, fd,
                       [&](Socket& socket) { return socket.get_option(option, value, *length); });
}

Outcome set_option(Machine& machine, int fd, OptionName option, const void* value, socklen_t length) {
    if (value == nullptr && length > 0) return -EFAULT;
    const std::span bytes{static_cast<const std::byte*>(value), length};
    return with_socket(machine, fd, [&](Socket& socket) { return socket.set_option(option, bytes); });
}

}  // namespace sockeye::packetdrill
