// What a packet-script driver and a stack agree on: the one symbol and the table that it fills. The driver
// is packetdrill or whatever loads a shared object as it does; the layout is its binary interface.
#pragma once

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>

namespace sockeye::packetdrill {

/// Members in the driver's order. Each call takes `userdata` first and is otherwise shaped like the
/// POSIX call of its name: -1 and errno where it fails.
struct Interface {
    void* userdata;
    void (*free)(void*);

    int (*socket)(void*, int domain, int type, int protocol);
    int (*bind)(void*, int fd, const sockaddr* at, socklen_t length);
    int (*listen)(void*, int fd, int backlog);
    int (*accept)(void*, int fd, sockaddr* peer, socklen_t* length);
    int (*connect)(void*, int fd, const sockaddr* peer, socklen_t length);

    ssize_t (*read)(void*, int fd, void* buffer, std::size_t octets);
    ssize_t (*readv)(void*, int fd, const iovec* buffers, int count);
    ssize_t (*recv)(void*, int fd, void* buffer, std::size_t octets, int flags);
    ssize_t (*recvfrom)(void*, int fd, void* buffer, std::size_t octets, int flags, sockaddr* from,
                        socklen_t* length);
    ssize_t (*recvmsg)(void*, int fd, msghdr* message, int flags);

    ssize_t (*write)(void*, int fd, const void* buffer, std::size_t octets);
    ssize_t (*writev)(void*, int fd, const iovec* buffers, int count);
    ssize_t (*send)(void*, int fd, const void* buffer, std::size_t octets, int flags);
    ssize_t (*sendto)(void*, int fd, const void* buffer, std::size_t octets, int flags, const sockaddr* to,
                      socklen_t length);
    ssize_t (*sendmsg)(void*, int fd, const msghdr* message, int flags);

    int (*fcntl)(void*, int fd, int command, ...);
    int (*ioctl)(void*, int fd, unsigned long request, ...);
    int (*close)(void*, int fd);
    int (*shutdown)(void*, int fd, int how);
    int (*getsockopt)(void*, int fd, int level, int name, void* value, socklen_t* length);
    int (*setsockopt)(void*, int fd, int level, int name, const void* value, socklen_t length);
    int (*poll)(void*, pollfd* fds, nfds_t count, int timeout_ms);

    /// An IP packet arrives; it has been dealt with when this returns.
    int (*netdev_send)(void*, const void* packet, std::size_t octets);
    /// The next IP packet that leaves, and when it did. @param octets  of room in, of packet out; 0: no
    /// timer is armed that could ever send one
    int (*netdev_receive)(void*, void* packet, std::size_t* octets, long long* microseconds);
    int (*usleep)(void*, useconds_t microseconds);
    int (*gettimeofday)(void*, timeval* now, struct timezone* zone);

    int (*epoll_create)(void*, int size);
    int (*epoll_ctl)(void*, int epoll, int operation, int fd, epoll_event* event);
    int (*epoll_wait)(void*, int epoll, epoll_event* events, int most, int timeout_ms);
    int (*pipe)(void*, int fds[2]);
    ssize_t (*splice)(void*, int in, loff_t* in_offset, int out, loff_t* out_offset, std::size_t octets,
                      unsigned flags);
};
static_assert(sizeof(Interface) == 33 * sizeof(void*));

}  // namespace sockeye::packetdrill

/// Called once, before all else. @param flags  "name=value,name=value"; nullptr: none
extern "C" void packetdrill_interface_init(const char* flags, sockeye::packetdrill::Interface* out);
