// What a socket receives: by itself, or ahead of whoever asks by the loop, where that can.
//
// The loop receives only while somebody waits, and only for a socket whose descriptor nobody else
// was given. So no program sees a difference: the kernel's queue holds back a peer whose octets
// nobody reads, and closing with octets unread sends RST (RFC 2525 §2.17).
#include <sys/socket.h>

#include <algorithm>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {

using backend::Interest;

namespace {

/// Octets that one receive() makes room for, whatever was asked for.
constexpr std::size_t receive_limit = 256 * 1024;

/// Octets in one receive from which on a copy costs more than the system calls it saves.
constexpr std::size_t much = 4096;

std::unexpected<Error> would_block() {
    return std::unexpected{Error{Errc::would_block}};
}

}  // namespace

bool Socket::may_let_receive() const {
    return awaits_octets_ && is_tcp() && !receives_when_told_;
}

/// The loop receives nothing more, so that the kernel's queue holds what the inbox does not.
void Socket::take_over() {
    if (receiving_) {
        loop().stop_receiving(*this);
        receive_when_told();
    }
    receives_when_told_ = true;
}

std::size_t Socket::on_received(std::span<const std::byte> bytes) {
    inbox_.add(bytes);
    wake(Interest::read);
    return inbox_.unread();
}

/// The next receive asks the kernel, which tells FIN again, but an error only once.
void Socket::on_receiving_ended(int error_number) {
    receiving_ = false;
    readable_ = true;
    if (error_number != 0 && error_number != ECANCELED) {
        broken_ = broken_by(error_number);
        if (!broken_) receive_when_told();
    }
    wake(Interest::read);
}

/// Somebody may wait already.
void Socket::receive_when_told() {
    receives_when_told_ = true;
    watch(Interest::read);
}

/// Whether octets are there that the loop has received.
bool Socket::has_received() {
    if (receiving_ && !loop().is_driving()) loop().catch_up();
    return !inbox_.empty();
}

/// As the kernel closes what it has itself octets for that nobody has read.
void Socket::end_by_reset() const {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    (void)::setsockopt(descriptor_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/// recvmsg(2) names no sender on a connection.
Result<DatagramInfo> Socket::receive_from_peer(std::span<std::byte> buffer) {
    const Result<std::size_t> received = receive_into(buffer);
    if (!received) return std::unexpected{received.error()};
    return DatagramInfo{*received, from_sockaddr(unnamed(kind().family)), false};
}

/// A stream is received by calls from now on (ADR 0006).
void Socket::look_for_a_stream() {
    if (inbox_.unread() >= much) receives_when_told_ = true;
}

Result<std::size_t> Socket::receive_into(std::span<std::byte> buffer) {
    if (has_received()) {
        look_for_a_stream();
        return inbox_.take(buffer);
    }
    if (receiving_ || !is_worth_trying(readable_)) return would_block();
    awaits_octets_ = true;
    const ssize_t received =
        uninterrupted([&] { return ::recv(descriptor_.get(), buffer.data(), buffer.size(), 0); });
    if (received < 0) return std::unexpected{failed(errno, readable_)};
    const auto octets = static_cast<std::size_t>(received);
    if (octets == 0 && broken_) return std::unexpected{Error{*broken_}};
    if (octets > 0 && octets < buffer.size()) note_short_transfer(readable_);
    return octets;
}

Result<Bytes> Socket::receive(std::size_t most) {
    if (has_received()) {
        look_for_a_stream();
        return inbox_.take(most);
    }
    if (receiving_ || !is_worth_trying(readable_)) return would_block();
    return backend::Socket::receive(std::min(most, receive_limit));
}

Result<DatagramInfo> Socket::receive_from(std::span<std::byte> buffer) {
    if (is_tcp()) return receive_from_peer(buffer);
    if (!is_worth_trying(readable_)) return would_block();
    SocketAddress sender;
    iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
    msghdr message{};
    message.msg_name = sender.get();
    message.msg_namelen = sender.size;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    const ssize_t received = uninterrupted([&] { return ::recvmsg(descriptor_.get(), &message, 0); });
    if (received < 0) return std::unexpected{failed(errno, readable_)};
    sender.size = message.msg_namelen;
    if (sender.size == 0) sender = unnamed(kind().family);  // a unix socket that was never bound, or a stream
    return DatagramInfo{static_cast<std::size_t>(received), from_sockaddr(sender),
                        (message.msg_flags & MSG_TRUNC) != 0};
}

}  // namespace sockeye::kernel
