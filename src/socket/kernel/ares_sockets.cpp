#include "socket/kernel/ares_sockets.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstddef>

namespace sockeye::kernel {
namespace {

ares_socket_t open_socket(int domain, int type, int protocol, void*) {
    return ::socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

int close_socket(ares_socket_t descriptor, void*) {
    return ::close(descriptor);
}

int connect_socket(ares_socket_t descriptor, const sockaddr* peer, ares_socklen_t size, void*) {
    return ::connect(descriptor, peer, size);
}

ares_ssize_t receive(ares_socket_t descriptor, void* buffer, std::size_t size, int flags, sockaddr* peer,
                     ares_socklen_t* peer_size, void*) {
    return ::recvfrom(descriptor, buffer, size, flags, peer, peer_size);
}

ares_ssize_t send(ares_socket_t descriptor, const iovec* parts, int count, void*) {
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(parts);  // sendmsg(2) only reads it
    message.msg_iovlen = static_cast<std::size_t>(count);
    return ::sendmsg(descriptor, &message, MSG_NOSIGNAL);
}

}  // namespace

const ares_socket_functions ares_sockets{.asocket = open_socket,
                                         .aclose = close_socket,
                                         .aconnect = connect_socket,
                                         .arecvfrom = receive,
                                         .asendv = send};

}  // namespace sockeye::kernel
