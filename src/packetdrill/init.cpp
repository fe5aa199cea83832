// The door itself: the one symbol, and the table's entries, which turn a negative errno into -1 and errno.
#include <fcntl.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>

#include "packetdrill/calls.hpp"
#include "packetdrill/flags.hpp"

namespace sockeye::packetdrill {
namespace {

Outcome tell(Outcome outcome) {
    if (outcome >= 0) return outcome;
    errno = static_cast<int>(-outcome);
    return -1;
}

/// A call whose parameters are those of its namesake. Without a machine, since the flags were wrong, each
/// says EINVAL.
template <class Return, class... Parameters>
struct Entry {
    template <Outcome (*Call)(Machine&, Parameters...)>
    static Outcome visit(Machine& machine, Parameters... parameters) {
        const Machine::Visit inside{machine};
        return Call(machine, parameters...);
    }
    template <Outcome (*Call)(Machine&, Parameters...)>
    static Return call(void* userdata, Parameters... parameters) {
        auto* const machine = static_cast<Machine*>(userdata);
        const Outcome outcome = machine == nullptr ? -EINVAL : visit<Call>(*machine, parameters...);
        return static_cast<Return>(tell(outcome));
    }
};

Outcome receive_octets(Machine& machine, int fd, iovec buffer, int flags, From from) {
    Reception reception{.buffers = {&buffer, 1}, .flags = flags};
    return receive(machine, fd, reception, from);
}
Outcome send_octets(Machine& machine, int fd, const void* buffer, std::size_t octets, int flags, From from) {
    const iovec whole{.iov_base = const_cast<void*>(buffer), .iov_len = octets};  // it is read alone
    Dispatch dispatch{.buffers = {&whole, 1}, .flags = flags};
    return send(machine, fd, dispatch, from);
}

// ---- entries that have to put their parameters in order first

Outcome do_read(Machine& machine, int fd, void* buffer, std::size_t octets) {
    return receive_octets(machine, fd, {buffer, octets}, 0, From::any_file);
}
Outcome do_readv(Machine& machine, int fd, const iovec* buffers, int count) {
    if (count < 0) return -EINVAL;
    Reception reception{.buffers = {buffers, static_cast<std::size_t>(count)}};
    return receive(machine, fd, reception, From::any_file);
}
Outcome do_recv(Machine& machine, int fd, void* buffer, std::size_t octets, int flags) {
    return receive_octets(machine, fd, {buffer, octets}, flags, From::a_socket);
}
Outcome do_recvfrom(Machine& machine, int fd, void* buffer, std::size_t octets, int flags, sockaddr* from,
                    socklen_t* length) {
    msghdr message{};
    iovec whole{.iov_base = buffer, .iov_len = octets};
    message.msg_iov = &whole;
    message.msg_iovlen = 1;
    message.msg_name = from;
    message.msg_namelen = length == nullptr ? 0 : *length;
    const Outcome outcome = receive_message(machine, fd, message, flags);
    if (outcome >= 0 && length != nullptr) *length = message.msg_namelen;
    return outcome;
}
Outcome do_recvmsg(Machine& machine, int fd, msghdr* message, int flags) {
    return message == nullptr ? -EFAULT : receive_message(machine, fd, *message, flags);
}
Outcome do_write(Machine& machine, int fd, const void* buffer, std::size_t octets) {
    return send_octets(machine, fd, buffer, octets, 0, From::any_file);
}
Outcome do_writev(Machine& machine, int fd, const iovec* buffers, int count) {
    if (count < 0) return -EINVAL;
    Dispatch dispatch{.buffers = {buffers, static_cast<std::size_t>(count)}};
    return send(machine, fd, dispatch, From::any_file);
}
Outcome do_send(Machine& machine, int fd, const void* buffer, std::size_t octets, int flags) {
    return send_octets(machine, fd, buffer, octets, flags, From::a_socket);
}
Outcome do_sendto(Machine& machine, int fd, const void* buffer, std::size_t octets, int flags,
                  const sockaddr* to, socklen_t length) {
    const iovec whole{.iov_base = const_cast<void*>(buffer), .iov_len = octets};
    Dispatch dispatch{.buffers = {&whole, 1}, .flags = flags, .to = to, .to_length = length};
    return send(machine, fd, dispatch, From::a_socket);
}
Outcome do_sendmsg(Machine& machine, int fd, const msghdr* message, int flags) {
    return message == nullptr ? -EFAULT : send_message(machine, fd, *message, flags);
}
Outcome do_getsockopt(Machine& machine, int fd, int level, int name, void* value, socklen_t* length) {
    return get_option(machine, fd, {level, name}, value, length);
}
Outcome do_setsockopt(Machine& machine, int fd, int level, int name, const void* value, socklen_t length) {
    return set_option(machine, fd, {level, name}, value, length);
}
Outcome do_poll(Machine& machine, pollfd* fds, nfds_t count, int timeout_ms) {
    return poll(machine, {fds, count}, timeout_ms);
}
Outcome do_epoll_ctl(Machine& machine, int epoll, int operation, int fd, epoll_event* event) {
    return control_epoll(machine, epoll, operation, fd, event);
}
Outcome do_epoll_wait(Machine& machine, int epoll, epoll_event* events, int most, int timeout_ms) {
    if (most <= 0) return -EINVAL;
    return wait_for_epoll(machine, epoll, {events, static_cast<std::size_t>(most)}, timeout_ms);
}
/// The driver hands over offsets always; those of a pipe or a socket can only be none.
Outcome do_splice(Machine& machine, int in, loff_t* in_at, int out, loff_t* out_at, std::size_t octets,
                  unsigned flags) {
    const auto is_none = [](const loff_t* at) { return at == nullptr || *at == 0; };
    if (!is_none(in_at) || !is_none(out_at)) return -ESPIPE;
    return splice(machine, in, out, octets, flags);
}

// ---- the network and the clock

Outcome do_netdev_send(Machine& machine, const void* packet, std::size_t octets) {
    machine.arrive({static_cast<const std::byte*>(packet), octets});
    return 0;
}

long long microseconds(WallTime at) {
    return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

int netdev_receive(void* userdata, void* packet, std::size_t* octets, long long* at) {
    const std::size_t room = *octets;
    *octets = 0;
    auto* const machine = static_cast<Machine*>(userdata);
    if (machine == nullptr) return 0;
    const Machine::Visit visit{*machine};
    const auto departure = machine->depart();
    if (!departure) return 0;
    const auto bytes = departure->packet.bytes();
    if (bytes.size() > room) return static_cast<int>(tell(-EMSGSIZE));
    std::memcpy(packet, bytes.data(), bytes.size());
    *octets = bytes.size();
    *at = microseconds(machine->wall_at(departure->at));
    return 0;
}

Outcome do_usleep(Machine& machine, useconds_t duration) {
    machine.sleep(std::chrono::microseconds{duration});
    return 0;
}

Outcome do_gettimeofday(Machine& machine, timeval* now, struct timezone* zone) {
    const long long us = microseconds(machine.read_clock());
    if (now != nullptr) *now = {.tv_sec = us / 1'000'000, .tv_usec = us % 1'000'000};
    if (zone != nullptr) *zone = {};
    return 0;
}

// ---- entries with a parameter that depends

int entry_fcntl(void* userdata, int fd, int command, ...) {
    std::va_list rest;
    va_start(rest, command);
    const long argument = command == F_SETFL || command == F_SETFD ? va_arg(rest, int) : 0;
    va_end(rest);
    return Entry<int, int, int, long>::call<control_descriptor>(userdata, fd, command, argument);
}

int entry_ioctl(void* userdata, int fd, unsigned long request, ...) {
    std::va_list rest;
    va_start(rest, request);
    void* const argument = va_arg(rest, void*);
    va_end(rest);
    return Entry<int, int, unsigned long, void*>::call<control_device>(userdata, fd, request, argument);
}

void destroy(void* userdata) {
    delete static_cast<Machine*>(userdata);
}

}  // namespace

/// @returns nullptr, and has told why
std::unique_ptr<Machine> make_machine(const char* text) {
    const auto fail = [](const std::string& why) {
        std::fprintf(stderr, "libsockeye-packetdrill: --so_flags: %s\n", why.c_str());
        return nullptr;
    };
    const auto flags = parse_flags(text == nullptr ? "" : text);
    if (!flags) return fail(flags.error());
    auto machine = std::make_unique<Machine>(*flags);
    if (const auto problem = machine->settle_in(*flags)) return fail(*problem);
    return machine;
}

}  // namespace sockeye::packetdrill

extern "C" [[gnu::visibility("default")]] void packetdrill_interface_init(
    const char* flags, sockeye::packetdrill::Interface* out) {
    using namespace sockeye::packetdrill;
    *out = {
        .userdata = make_machine(flags).release(),
        .free = destroy,
        .socket = Entry<int, int, int, int>::call<open_socket>,
        .bind = Entry<int, int, const sockaddr*, socklen_t>::call<bind>,
        .listen = Entry<int, int, int>::call<listen>,
        .accept = Entry<int, int, sockaddr*, socklen_t*>::call<accept>,
        .connect = Entry<int, int, const sockaddr*, socklen_t>::call<connect>,
        .read = Entry<ssize_t, int, void*, std::size_t>::call<do_read>,
        .readv = Entry<ssize_t, int, const iovec*, int>::call<do_readv>,
        .recv = Entry<ssize_t, int, void*, std::size_t, int>::call<do_recv>,
        .recvfrom = Entry<ssize_t, int, void*, std::size_t, int, sockaddr*, socklen_t*>::call<do_recvfrom>,
        .recvmsg = Entry<ssize_t, int, msghdr*, int>::call<do_recvmsg>,
        .write = Entry<ssize_t, int, const void*, std::size_t>::call<do_write>,
        .writev = Entry<ssize_t, int, const iovec*, int>::call<do_writev>,
        .send = Entry<ssize_t, int, const void*, std::size_t, int>::call<do_send>,
        .sendto =
            Entry<ssize_t, int, const void*, std::size_t, int, const sockaddr*, socklen_t>::call<do_sendto>,
        .sendmsg = Entry<ssize_t, int, const msghdr*, int>::call<do_sendmsg>,
        .fcntl = entry_fcntl,
        .ioctl = entry_ioctl,
        .close = Entry<int, int>::call<close>,
        .shutdown = Entry<int, int, int>::call<shutdown>,
        .getsockopt = Entry<int, int, int, int, void*, socklen_t*>::call<do_getsockopt>,
        .setsockopt = Entry<int, int, int, int, const void*, socklen_t>::call<do_setsockopt>,
        .poll = Entry<int, pollfd*, nfds_t, int>::call<do_poll>,
        .netdev_send = Entry<int, const void*, std::size_t>::call<do_netdev_send>,
        .netdev_receive = netdev_receive,
        .usleep = Entry<int, useconds_t>::call<do_usleep>,
        .gettimeofday = Entry<int, timeval*, struct timezone*>::call<do_gettimeofday>,
        .epoll_create = Entry<int, int>::call<create_epoll>,
        .epoll_ctl = Entry<int, int, int, int, epoll_event*>::call<do_epoll_ctl>,
        .epoll_wait = Entry<int, int, epoll_event*, int, int>::call<do_epoll_wait>,
        .pipe = Entry<int, int*>::call<make_pipe>,
        .splice = Entry<ssize_t, int, loff_t*, int, loff_t*, std::size_t, unsigned>::call<do_splice>};
}
