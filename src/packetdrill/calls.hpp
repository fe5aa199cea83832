// The calls of the driver's table, by family. Each gives what its namesake does: Outcome's negative errno
// becomes -1 and errno at the door (init.cpp).
#pragma once

#include "packetdrill/interface.hpp"
#include "packetdrill/machine.hpp"
#include "packetdrill/socket.hpp"

namespace sockeye::packetdrill {

/// The file behind `fd`, or nullptr.
inline std::shared_ptr<File> file_of(Machine& machine, int fd) {
    return machine.descriptors().find(fd);
}
/// @returns EBADF, or ENOTSOCK
Outcome find_socket(Machine& machine, int fd, std::shared_ptr<Socket>& socket);
/// Waits for what the call gives, unless the file or MSG_DONTWAIT says otherwise.
std::optional<Duration> patience(const File& file, int flags, std::optional<Duration> timeout);

// ---- sockets (calls_socket.cpp)

Outcome open_socket(Machine& machine, int domain, int type, int protocol);
Outcome bind(Machine& machine, int fd, const sockaddr* at, socklen_t length);
Outcome listen(Machine& machine, int fd, int backlog);
Outcome accept(Machine& machine, int fd, sockaddr* peer, socklen_t* length);
Outcome connect(Machine& machine, int fd, const sockaddr* peer, socklen_t length);
Outcome shutdown(Machine& machine, int fd, int how);
Outcome get_option(Machine& machine, int fd, OptionName option, void* value, socklen_t* length);
Outcome set_option(Machine& machine, int fd, OptionName option, const void* value, socklen_t length);

// ---- octets (calls_octets.cpp)

enum class From : std::uint8_t { any_file, a_socket };
Outcome receive(Machine& machine, int fd, Reception& reception, From from);
Outcome send(Machine& machine, int fd, Dispatch& dispatch, From from);
Outcome receive_message(Machine& machine, int fd, msghdr& message, int flags);
Outcome send_message(Machine& machine, int fd, const msghdr& message, int flags);
Outcome make_pipe(Machine& machine, int fds[2]);
Outcome splice(Machine& machine, int in, int out, std::size_t octets, unsigned flags);

// ---- descriptors and readiness (calls_files.cpp)

Outcome control_descriptor(Machine& machine, int fd, int command, long argument);
Outcome control_device(Machine& machine, int fd, unsigned long request, void* argument);
Outcome close(Machine& machine, int fd);
Outcome poll(Machine& machine, std::span<pollfd> fds, int timeout_ms);
Outcome create_epoll(Machine& machine, int size);
Outcome control_epoll(Machine& machine, int epoll, int operation, int fd, const epoll_event* event);
Outcome wait_for_epoll(Machine& machine, int epoll, std::span<epoll_event> events, int timeout_ms);

}  // namespace sockeye::packetdrill
