// The other side of a kernel's socket, in plain POSIX: what a test talks to must not be ours.
// Blocking; every call that fails ends the test by an exception.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/sockaddr.hpp"

namespace sockeye::test::posix {

using kernel::Descriptor;

inline int checked(ssize_t result, const char* what) {
    if (result < 0) throw std::system_error{errno, std::generic_category(), what};
    return static_cast<int>(result);
}

inline Descriptor open(Family family, int type) {
    return Descriptor{checked(::socket(kernel::domain_of(family), type | SOCK_CLOEXEC, 0), "socket")};
}

inline Address name_of(const Descriptor& socket) {
    kernel::SocketAddress address;
    checked(::getsockname(socket.get(), address.get(), &address.size), "getsockname");
    return kernel::from_sockaddr(address);
}

inline Descriptor bound(const Address& at, int type) {
    Descriptor socket = open(at.family(), type);
    const kernel::SocketAddress address = kernel::to_sockaddr(at, at.family()).value();
    checked(::bind(socket.get(), address.get(), address.size), "bind");
    return socket;
}

inline Descriptor listening(const Address& at, int backlog = 16) {
    Descriptor socket = bound(at, SOCK_STREAM);
    checked(::listen(socket.get(), backlog), "listen");
    return socket;
}

inline Descriptor connected(const Address& peer, int type = SOCK_STREAM) {
    Descriptor socket = open(peer.family(), type);
    const kernel::SocketAddress address = kernel::to_sockaddr(peer, peer.family()).value();
    checked(::connect(socket.get(), address.get(), address.size), "connect");
    return socket;
}

inline Descriptor accepted(const Descriptor& server) {
    return Descriptor{checked(::accept4(server.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept")};
}

inline void send(const Descriptor& socket, std::string_view text) {
    checked(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL), "send");
}

/// Passes a copy of `descriptor` along (unix(7), SCM_RIGHTS).
inline void send_with_descriptor(const Descriptor& socket, std::string_view text, int descriptor) {
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof descriptor)] = {};
    iovec part{.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof descriptor);
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    checked(::sendmsg(socket.get(), &message, MSG_NOSIGNAL), "sendmsg");
}

/// One receive: what is there, up to `most`; empty: the end.
inline std::string receive(const Descriptor& socket, std::size_t most = 65536) {
    std::string text(most, '\0');
    text.resize(static_cast<std::size_t>(checked(::recv(socket.get(), text.data(), most, 0), "recv")));
    return text;
}

/// Makes the next close send RST.
inline void reset_on_close(const Descriptor& socket) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    checked(::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), "setsockopt");
}

/// How many descriptors this process has open.
inline std::ptrdiff_t open_descriptors() {
    // The iteration itself holds one.
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {}) - 1;
}

}  // namespace sockeye::test::posix
