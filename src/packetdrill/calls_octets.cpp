#include <fcntl.h>

#include <algorithm>
#include <array>
#include <vector>

#include "packetdrill/calls.hpp"
#include "packetdrill/pipe.hpp"
#include "packetdrill/sockaddr.hpp"

namespace sockeye::packetdrill {
namespace {

/// @returns 0, EBADF or ENOTSOCK
Outcome find(Machine& machine, int fd, From from, std::shared_ptr<File>& file) {
    file = file_of(machine, fd);
    if (file == nullptr) return -EBADF;
    const bool is_socket = std::dynamic_pointer_cast<Socket>(file) != nullptr;
    return from == From::a_socket && !is_socket ? -ENOTSOCK : 0;
}

std::optional<Duration> timeout_of(const File& file, std::optional<Duration> Socket::* timeout) {
    const auto* const socket = dynamic_cast<const Socket*>(&file);
    return socket == nullptr ? std::nullopt : socket->*timeout;
}

}  // namespace

Outcome receive(Machine& machine, int fd, Reception& reception, From from) {
    std::shared_ptr<File> file;
    if (const Outcome bad = find(machine, fd, from, file); bad != 0) return bad;
    const auto so_far = [&] {
        return reception.received > 0 ? static_cast<Outcome>(reception.received) : would_wait;
    };
    const int flags = reception.flags | ((reception.flags & MSG_ERRQUEUE) != 0 ? MSG_DONTWAIT : 0);
    return machine.wait([&] { return file->receive(reception); },
                        patience(*file, flags, timeout_of(*file, &Socket::receive_timeout)), so_far);
}

Outcome send(Machine& machine, int fd, Dispatch& dispatch, From from) {
    std::shared_ptr<File> file;
    if (const Outcome bad = find(machine, fd, from, file); bad != 0) return bad;
    const auto so_far = [&] { return dispatch.sent > 0 ? static_cast<Outcome>(dispatch.sent) : would_wait; };
    return machine.wait([&] { return file->send(dispatch); },
                        patience(*file, dispatch.flags, timeout_of(*file, &Socket::send_timeout)), so_far);
}

Outcome receive_message(Machine& machine, int fd, msghdr& message, int flags) {
    Reception reception{.buffers = {message.msg_iov, message.msg_iovlen}, .flags = flags};
    const Outcome outcome = receive(machine, fd, reception, From::a_socket);
    if (outcome < 0) return outcome;
    copy_sockaddr(reception.from, reception.from_length, static_cast<sockaddr*>(message.msg_name),
                  &message.msg_namelen);
    message.msg_controllen = 0;
    message.msg_flags = reception.told;
    return outcome;
}

Outcome send_message(Machine& machine, int fd, const msghdr& message, int flags) {
    if (message.msg_controllen > 0) return -EINVAL;  // no ancillary data can be sent
    Dispatch dispatch{.buffers = {message.msg_iov, message.msg_iovlen},
                      .flags = flags,
                      .to = static_cast<const sockaddr*>(message.msg_name),
                      .to_length = message.msg_namelen};
    return send(machine, fd, dispatch, From::a_socket);
}

Outcome make_pipe(Machine& machine, int fds[2]) {
    PipeEnd::Pair pair = PipeEnd::make();
    const Outcome reader = machine.descriptors().add(std::move(pair.reader));
    if (reader < 0) return reader;
    const Outcome writer = machine.descriptors().add(std::move(pair.writer));
    if (writer < 0) {
        (void)machine.descriptors().remove(static_cast<int>(reader));
        return writer;
    }
    fds[0] = static_cast<int>(reader);
    fds[1] = static_cast<int>(writer);
    return 0;
}

namespace {

/// Moves what there is, of at most `octets`; one side is a pipe, which says how much that can be.
Outcome move(File& in, File& out, std::size_t octets) {
    std::size_t most = octets;
    if (const auto* pipe = dynamic_cast<const PipeEnd*>(&out)) most = std::min(most, pipe->room());
    if (dynamic_cast<const PipeEnd*>(&in) != nullptr && (out.readiness() & POLLOUT) == 0)
        return (out.readiness() & (POLLERR | POLLHUP)) != 0 ? -EPIPE : would_wait;
    if (most == 0) return octets == 0 ? 0 : would_wait;

    std::vector<std::byte> block(std::min(most, std::size_t{65536}));
    const iovec whole{.iov_base = block.data(), .iov_len = block.size()};
    Reception look{.buffers = {&whole, 1}, .flags = MSG_PEEK};
    const bool from_pipe = dynamic_cast<const PipeEnd*>(&in) != nullptr;
    const Outcome there =
        from_pipe ? std::min<Outcome>(in.readable(), static_cast<Outcome>(block.size())) : in.receive(look);
    if (there <= 0 && !(from_pipe && there == 0)) return there;
    Reception reception{.buffers = {&whole, 1}};
    const Outcome taken = in.receive(reception);
    if (taken <= 0) return taken;
    const iovec part{.iov_base = block.data(), .iov_len = static_cast<std::size_t>(taken)};
    Dispatch dispatch{.buffers = {&part, 1}};
    const Outcome sent = out.send(dispatch);
    return sent == would_wait ? static_cast<Outcome>(dispatch.sent) : sent;
}

}  // namespace

Outcome splice(Machine& machine, int in, int out, std::size_t octets, unsigned flags) {
    std::shared_ptr<File> from;
    std::shared_ptr<File> to;
    if (const Outcome bad = find(machine, in, From::any_file, from); bad != 0) return bad;
    if (const Outcome bad = find(machine, out, From::any_file, to); bad != 0) return bad;
    const auto is_pipe = [](const File& file) { return dynamic_cast<const PipeEnd*>(&file) != nullptr; };
    if (!is_pipe(*from) && !is_pipe(*to)) return -EINVAL;
    const bool waits = (flags & SPLICE_F_NONBLOCK) == 0 && !from->nonblocking && !to->nonblocking;
    return machine.wait([&] { return move(*from, *to, octets); },
                        waits ? std::nullopt : std::optional{Duration::zero()}, [] { return would_wait; });
}

}  // namespace sockeye::packetdrill
