// What a socket receives: by itself, or ahead of whoever asks by the loop, where that can.
//
// The loop receives only while somebody waits, and only for a socket whose descriptor nobody else
// was given. So no program sees a difference: the kernel's queue holds back a peer whose octets
// nobody reads, and closing with octets unread sends RST (RFC 2525 §2.17).
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {

using backend::Interest;

namespace {

/// Octets that one receive() makes room for, whatever was asked for.
constexpr std::size_t receive_limit = 256 * 1024;

/// Octets of a program's buffer, from which on a stream is received into it by calls.
constexpr std::size_t large_buffer = 64 * 1024;

std::unexpected<Error> would_block() {
    return std::unexpected{Error{Errc::would_block}};
}

/// What a receive got, and how much it left in the queue, FIN counted as one, where the kernel says so.
struct Received {
    ssize_t octets;  ///< negative: errno has why
    std::optional<std::size_t> rest;
};

Received receive(int descriptor, std::span<std::byte> buffer) {
    return {uninterrupted([&] { return ::recv(descriptor, buffer.data(), buffer.size(), 0); }), {}};
}

/// @pre TCP_INQ is set
Received receive_with_rest(int descriptor, std::span<std::byte> buffer) {
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int))> control;
    iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    Received received{uninterrupted([&] { return ::recvmsg(descriptor, &message, 0); }), {}};
    const cmsghdr* told = received.octets < 0 ? nullptr : CMSG_FIRSTHDR(&message);
    if (told == nullptr || told->cmsg_level != SOL_TCP || told->cmsg_type != TCP_CM_INQ) return received;
    int rest = 0;
    std::memcpy(&rest, CMSG_DATA(told), sizeof rest);
    received.rest = static_cast<std::size_t>(rest);
    return received;
}

}  // namespace

/// A call in vain costs as much as a call, so it happens once: a receive that fills its buffer says nothing
/// of what is left, nor does a short one where urgent data may have stopped it.
void Socket::be_told_the_rest(bool wanted) {
    const int on = wanted ? 1 : 0;
    is_told_the_rest_ = ::setsockopt(descriptor_.get(), IPPROTO_TCP, TCP_INQ, &on, sizeof on) == 0 && wanted;
}

/// Others who receive ancillary data should find none that they did not ask for.
bool Socket::may_be_told_the_rest() const {
    return is_tcp() && !others_receive_ && !is_told_the_rest_ && !end_is_told_;
}

bool Socket::may_let_receive() const {
    return awaits_octets_ && is_tcp() && !receives_when_told_;
}

/// The loop receives nothing more, so that the kernel's queue holds what the inbox does not.
void Socket::take_over() {
    note_others();
    if (is_told_the_rest_) be_told_the_rest(false);
    if (receiving_) {
        loop().stop_receiving(*this);
        receive_when_told();
    }
    receives_when_told_ = true;
}

std::size_t Socket::on_received(Bytes bytes) {
    inbox_.add(std::move(bytes));
    wake(Interest::read);
    return inbox_.unread();
}

/// Of FIN and of an error the loop is told once.
void Socket::on_receiving_ended(int error_number) {
    receiving_ = false;
    readable_ = true;
    has_finished_ = error_number == 0 && !read_shut_;
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

/// A stream is received by calls from now on where that costs less: where the loop has small buffers, and
/// where the program's is so large that few calls fill it, each without another copy (ADR 0036).
void Socket::look_for_a_stream(std::size_t room) {
    const std::size_t unread = inbox_.unread();
    if (unread >= loop().much_at_once() || (room >= large_buffer && unread >= large_buffer / 2))
        receives_when_told_ = true;
}

/// Also of a socket that nobody watches yet it is believed that it is drained: whoever waits now is told by
/// the watch that begins what has come meanwhile. Whoever does not wait comes again, and finds nobody
/// waiting.
bool Socket::is_worth_receiving() {
    if (readable_ || !loop().is_driving()) return true;
    if (watched_ || !may_be_drained_) return !watched_;
    may_be_drained_ = false;
    return false;
}

Result<std::size_t> Socket::receive_into(std::span<std::byte> buffer) {
    if (has_received()) {
        look_for_a_stream(buffer.size());
        return inbox_.take(buffer);
    }
    if (has_finished_) return std::size_t{0};
    if (receiving_ || !is_worth_receiving()) return would_block();
    awaits_octets_ = true;
    const auto [received, rest] = is_told_the_rest_ ? receive_with_rest(descriptor_.get(), buffer)
                                                    : kernel::receive(descriptor_.get(), buffer);
    if (received < 0) {
        Error error = failed(errno, readable_);
        if (asks_again_ && error == Errc::would_block && may_be_told_the_rest()) be_told_the_rest(true);
        return std::unexpected{std::move(error)};
    }
    const auto octets = static_cast<std::size_t>(received);
    if (octets == 0 && broken_) return std::unexpected{Error{*broken_}};
    if (octets > 0) note_received(octets, buffer.size(), rest);
    return octets;
}

/// The call that would say EAGAIN is saved where it is known that it would.
void Socket::note_received(std::size_t octets, std::size_t asked, std::optional<std::size_t> rest) {
    if (rest == 0 && !end_is_told_)
        readable_ = false;
    else if (octets < asked)
        note_short_transfer(readable_);
    asks_again_ = readable_;
    may_be_drained_ = !readable_;
}

Result<Bytes> Socket::receive(std::size_t most) {
    if (has_received()) {
        look_for_a_stream(0);
        return inbox_.take(most);
    }
    if (has_finished_) return Bytes{};
    if (receiving_ || !is_worth_receiving()) return would_block();
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
