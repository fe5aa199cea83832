// A socket's connection: started at once, finished when the loop says that it is writable.
#include <sys/socket.h>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {
namespace {

/// connect(2) says ENOENT of a unix path where nobody ever listened.
Error connect_error(int error_number) {
    Error error = error_of(error_number);
    if (error_number == ENOENT) return {Errc::refused, "", std::string{error.detail()}};
    return error;
}

}  // namespace

Result<void> Socket::connect(const Address& peer) {
    Result<SocketAddress> to = to_sockaddr(peer, kind().family);
    if (!to) return std::unexpected{std::move(to.error())};
    peer_port_ = peer.port();
    if (rarely_->peer) rarely_.change().peer.reset();
    const auto ask = [&] { return ::connect(descriptor_.get(), to->get(), to->size); };
    int result = ask();
    // Within this machine the answer to the SYN is there before the call returns, though it says that one has
    // to wait. Asking again costs less than being told by the loop, and leaves a socket that was refused as
    // it was before, so that it may connect elsewhere.
    if (result < 0 && errno == EINPROGRESS && peer.ip().is_loopback()) result = ask();
    return result == 0 ? connected() : started_connecting(errno, peer);
}

Result<void> Socket::started_connecting(int error_number, const Address& peer) {
    switch (error_number) {
        case EISCONN:
            // The answer to asking again, after a would_block that nobody waited for.
            if (!connecting_) break;
            return connected();
        case EINTR:
        case EINPROGRESS:
        case EALREADY:
            connecting_ = true;
            writable_ = false;
            return std::unexpected{Error{Errc::would_block}};
        case EAGAIN:
            // A unix server's queue is full, and nothing tells when it no longer is.
            if (kind().family != Family::unix_) return std::unexpected{Error{Errc::resources_exhausted}};
            rarely_.change().peer = peer;
            writable_ = false;
            loop().retry_later(*this);
            return std::unexpected{Error{Errc::would_block}};
        default: connecting_ = false; break;
    }
    return std::unexpected{connect_error(error_number)};
}

Result<void> Socket::finish_connect() {
    if (rarely_->watch_error) return std::unexpected{*rarely_->watch_error};
    if (!writable_) return std::unexpected{Error{Errc::would_block}};
    if (rarely_->peer) {
        const Address peer = *rarely_->peer;
        return connect(peer);
    }
    int error_number = 0;
    socklen_t size = sizeof error_number;
    if (::getsockopt(descriptor_.get(), SOL_SOCKET, SO_ERROR, &error_number, &size) < 0) error_number = errno;
    if (error_number == 0) return settle();
    connecting_ = false;
    return std::unexpected{connect_error(error_number)};
}

/// The kernel has a connection that it made meanwhile count as one in the making until connect(2) is called
/// once more, and would let a later call succeed that is to hear EISCONN.
Result<void> Socket::settle() {
    SocketAddress peer;
    if (::getpeername(descriptor_.get(), peer.get(), &peer.size) == 0)
        (void)::connect(descriptor_.get(), peer.get(), peer.size);
    return connected();
}

/// Where nobody listens on a port of this machine, the kernel may choose that very port as the
/// local one, and the socket's SYN then meets itself (RFC 9293 §3.5, simultaneous open). Nobody
/// who did not bind the port himself means that: it is a refusal.
Result<void> Socket::connected() {
    connecting_ = false;
    if (!is_tcp() || bound_) return {};
    const Result<Address> local = local_address();
    if (!local || local->port() != peer_port_ || peer_address() != local) return {};
    const sockaddr nobody{.sa_family = AF_UNSPEC, .sa_data = {}};
    // Dissolves the connection (connect(2)); if that fails, closing the socket does it.
    (void)::connect(descriptor_.get(), &nobody, sizeof nobody);
    return std::unexpected{Error{Errc::refused}};
}

}  // namespace sockeye::kernel
