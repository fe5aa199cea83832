// What a socket sends: by itself, or, where that is little, by the loop with the turn's system call.
//
// The loop sends only for a connection that it receives for, whose descriptor nobody else was given, and
// while it runs: so what it takes is with the kernel before anybody has waited for anything.
#include <sys/socket.h>

#include <utility>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {

bool Socket::may_let_send(std::size_t octets) const {
    return receiving_ && octets < Loop::small && writable_ && !write_shut_ && rarely_->send_error == 0 &&
           loop().is_driving();
}

void Socket::on_sent(int error_number) {
    if (error_number != 0) rarely_.change().send_error = error_number;
    wake(backend::Interest::write);
}

/// What the loop took goes first.
/// @returns would_block while the kernel has no room for it; what became of it
Result<void> Socket::send_earlier() {
    if (is_sending() && !loop().flush(*this)) return std::unexpected{Error{Errc::would_block}};
    if (rarely_->send_error != 0)
        return std::unexpected{failed(std::exchange(rarely_.change().send_error, 0), writable_)};
    return {};
}

Result<std::size_t> Socket::send(std::span<const std::byte> bytes) {
    if (may_let_send(bytes.size()) && loop().send_soon(descriptor_.get(), *this, bytes)) return bytes.size();
    if (Result<void> clear = send_earlier(); !clear) return std::unexpected{std::move(clear.error())};
    if (!is_worth_trying(writable_)) return std::unexpected{Error{Errc::would_block}};
    const ssize_t sent =
        uninterrupted([&] { return ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
    if (sent < 0) return std::unexpected{failed(errno, writable_)};
    const auto octets = static_cast<std::size_t>(sent);
    if (octets < bytes.size()) note_short_transfer(writable_);
    return octets;
}

Result<std::size_t> Socket::send_to(std::span<const std::byte> bytes, const Address& peer) {
    if (Result<void> clear = send_earlier(); !clear) return std::unexpected{std::move(clear.error())};
    if (!is_worth_trying(writable_)) return std::unexpected{Error{Errc::would_block}};
    Result<SocketAddress> to = to_sockaddr(peer, kind().family);
    if (!to) return std::unexpected{std::move(to.error())};
    const ssize_t sent = uninterrupted([&] {
        return ::sendto(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL, to->get(), to->size);
    });
    if (sent < 0) return std::unexpected{failed(errno, writable_)};
    return static_cast<std::size_t>(sent);
}

Result<void> Socket::shutdown(Shutdown direction) {
    const bool later = direction != Shutdown::read && !loop().flush(*this);
    if (later) loop().shut_down_once_sent(*this);
    if (!later || direction == Shutdown::both) {
        const int how = direction == Shutdown::read || later ? SHUT_RD
                        : direction == Shutdown::write       ? SHUT_WR
                                                             : SHUT_RDWR;
        if (::shutdown(descriptor_.get(), how) < 0) return std::unexpected{error_of(errno)};
    }
    if (direction != Shutdown::read) write_shut_ = true;
    if (direction != Shutdown::write) read_shut_ = true;
    return {};
}

}  // namespace sockeye::kernel
