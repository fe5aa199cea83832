// sendmsg(2) and recvmsg(2) with all that they can do.
#include <sys/socket.h>

#include <array>
#include <vector>

#include "socket/kernel/control.hpp"
#include "socket/kernel/errno.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {
namespace {

struct FlagNumber {
    MsgFlag flag;
    int number;
};

constexpr std::array flag_numbers{
    FlagNumber{MsgFlag::peek, MSG_PEEK},
    FlagNumber{MsgFlag::more, MSG_MORE},
    FlagNumber{MsgFlag::oob, MSG_OOB},
    FlagNumber{MsgFlag::dontroute, MSG_DONTROUTE},
};

int number_of(MsgFlag flags) {
    int number = 0;
    for (const FlagNumber& each : flag_numbers)
        if (has(flags, each.flag)) number |= each.number;
    return number;
}

iovec part_of(std::span<std::byte> buffer) {
    return {.iov_base = buffer.data(), .iov_len = buffer.size()};
}

iovec part_of(const BytesView& bytes) {
    // Sending only reads through it.
    return {.iov_base = const_cast<std::byte*>(bytes.data()), .iov_len = bytes.size()};
}

template <class Buffers>
std::vector<iovec> parts_of(const Buffers& buffers) {
    std::vector<iovec> parts;
    parts.reserve(buffers.size());
    for (const auto& each : buffers) parts.push_back(part_of(each));
    return parts;
}

}  // namespace

/// Octets that the loop received ahead; no ancillary data comes with those of a TCP socket.
MessageInfo Socket::receive_from_inbox(const backend::Receive& receive) {
    MessageInfo info;
    info.sender = from_sockaddr(unnamed(kind().family));
    const bool stays = has(receive.flags, MsgFlag::peek);
    for (std::span<std::byte> buffer : receive.buffers) {
        info.octets += stays ? inbox_.peek(buffer) : inbox_.take(buffer);
        if (stays) break;  // one buffer's worth: fewer than was asked for is always right
    }
    return info;
}

Result<MessageInfo> Socket::receive_message(const backend::Receive& receive) {
    take_over();
    const bool urgent = has(receive.flags, MsgFlag::oob);
    if (!inbox_.empty() && !urgent) return receive_from_inbox(receive);
    if (!urgent && !is_worth_trying(readable_)) return std::unexpected{Error{Errc::would_block}};

    SocketAddress sender;
    std::vector<iovec> parts = parts_of(receive.buffers);
    std::vector<std::byte> control(receive.ancillary_space);
    msghdr message{};
    message.msg_name = sender.get();
    message.msg_namelen = sender.size;
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const int flags = number_of(receive.flags) | MSG_CMSG_CLOEXEC;
    const ssize_t received = uninterrupted([&] { return ::recvmsg(descriptor_.get(), &message, flags); });
    bool urgent_ready = true;  // which says nothing of the others
    if (received < 0) return std::unexpected{failed(errno, urgent ? urgent_ready : readable_)};
    if (received == 0 && broken_ && kind().type == SocketType::stream)
        return std::unexpected{Error{*broken_}};

    sender.size = message.msg_namelen;
    if (sender.size == 0) sender = unnamed(kind().family);
    return MessageInfo{.octets = static_cast<std::size_t>(received),
                       .sender = from_sockaddr(sender),
                       .ancillary = from_control(std::span{control}.first(message.msg_controllen)),
                       .truncated = (message.msg_flags & MSG_TRUNC) != 0,
                       .ancillary_truncated = (message.msg_flags & MSG_CTRUNC) != 0,
                       .end_of_record = (message.msg_flags & MSG_EOR) != 0,
                       .out_of_band = (message.msg_flags & MSG_OOB) != 0};
}

Result<std::size_t> Socket::send_message(const OutgoingMessage& outgoing, MsgFlag flags) {
    if (Result<void> clear = send_earlier(); !clear) return std::unexpected{std::move(clear.error())};
    if (!is_worth_trying(writable_)) return std::unexpected{Error{Errc::would_block}};
    std::vector<iovec> parts = parts_of(outgoing.parts());
    std::vector<std::byte> control = to_control(outgoing, kind().family);
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    SocketAddress to;
    if (outgoing.to) {
        Result<SocketAddress> known = to_sockaddr(*outgoing.to, kind().family);
        if (!known) return std::unexpected{std::move(known.error())};
        to = *known;
        message.msg_name = to.get();
        message.msg_namelen = to.size;
    }
    const ssize_t sent = uninterrupted(
        [&] { return ::sendmsg(descriptor_.get(), &message, number_of(flags) | MSG_NOSIGNAL); });
    if (sent < 0) return std::unexpected{failed(errno, writable_)};
    return static_cast<std::size_t>(sent);
}

}  // namespace sockeye::kernel
