#include "socket/kernel/socket.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/sockaddr.hpp"

namespace sockeye::kernel {

using backend::Interest;

namespace {

constexpr std::uint32_t edges = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP | EPOLLET;

/// What accept(2) may report of a connection that ended before it was accepted; the next may be
/// well. EOPNOTSUPP is in accept(2)'s list too, but is also what a socket says that can never accept.
bool is_about_one_connection(int error_number) {
    constexpr std::array numbers{ECONNABORTED, EPROTO, ENETDOWN,     ENOPROTOOPT,
                                 EHOSTDOWN,    ENONET, EHOSTUNREACH, ENETUNREACH};
    return std::ranges::find(numbers, error_number) != numbers.end();
}

bool is_shortage(int error_number) {
    return error_number == EMFILE || error_number == ENFILE || error_number == ENOBUFS ||
           error_number == ENOMEM;
}

template <class GetName>
Result<Address> named_by(GetName get_name, int descriptor) {
    SocketAddress address;
    if (get_name(descriptor, address.get(), &address.size) < 0) return std::unexpected{error_of(errno)};
    return from_sockaddr(address);
}

}  // namespace

Result<std::unique_ptr<Socket>> Socket::open(Loop& loop, backend::SocketKind kind) {
    Descriptor descriptor{
        ::socket(domain_of(kind.family), type_of(kind.type) | SOCK_NONBLOCK | SOCK_CLOEXEC, kind.protocol)};
    if (!descriptor.is_open()) return std::unexpected{error_of(errno)};
    return std::make_unique<Socket>(loop, std::move(descriptor), kind);
}

Socket::Socket(Loop& loop, Descriptor descriptor, backend::SocketKind kind)
    : backend::Socket{loop, kind}, descriptor_{std::move(descriptor)}, short_is_drained_{is_tcp()} {}

Socket::~Socket() {
    loop().stop_receiving(*this);
    const bool all_sent = loop().flush(*this);
    if (!inbox_.empty()) end_by_reset();
    if (watched_) loop().unwatch(descriptor_.get(), *this);
    if (all_sent)
        descriptor_.close();
    else
        loop().close_once_sent(*this, std::move(descriptor_));
    loop().descriptor_freed();
}

bool Socket::is_tcp() const {
    const auto& [family, type, protocol] = kind();
    return type == SocketType::stream && family != Family::unix_ &&
           (protocol == 0 || protocol == IPPROTO_TCP);
}

/// Nothing is believed of a socket whose edges nobody hears: before it is watched, and in plain
/// code that asks without waiting, where the loop does not run.
bool Socket::is_worth_trying(bool ready) const {
    return ready || !watched_ || !loop().is_driving();
}

void Socket::on_wait(Interest interest) {
    if (interest == Interest::write && is_sending()) return;  // whose end wakes it
    if (interest == Interest::read && may_let_receive() && loop().receive(descriptor_.get(), *this))
        receiving_ = true;
    else
        watch(interest);
}

void Socket::watch(Interest interest) {
    if (watched_) return;
    if (Result<void> done = loop().watch(descriptor_.get(), *this, edges); !done) {
        rarely_.change().watch_error = std::move(done.error());
        wake(interest);
        return;
    }
    watched_ = true;
}

void Socket::on_events(std::uint32_t events) {
    constexpr std::uint32_t ends = EPOLLHUP | EPOLLERR;
    // Of FIN, errors and urgent data there is one edge; after it a short read proves nothing.
    if (events & (EPOLLRDHUP | EPOLLPRI | ends)) short_is_drained_ = false;
    if (events & (EPOLLRDHUP | ends)) end_is_told_ = true;
    if (events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP | ends)) {
        readable_ = true;
        asks_again_ = false;
        wake(Interest::read);
    }
    if (events & (EPOLLOUT | ends)) {
        writable_ = true;
        wake(Interest::write);
    }
}

void Socket::on_watch_failed(const Error& error) {
    rarely_.change().watch_error = error;
    readable_ = writable_ = true;
    for (Interest interest : {Interest::read, Interest::write}) wake(interest);
}

/// After EAGAIN, `ready` waits for the next edge.
Error Socket::failed(int error_number, bool& ready) {
    if (error_number == EAGAIN) {
        ready = false;
        return rarely_->watch_error ? *rarely_->watch_error : Error{Errc::would_block};
    }
    if (error_number == EPIPE) {
        if (write_shut_) return Errc::closed;
        return broken_.value_or(Errc::reset);
    }
    if (const std::optional<Errc> how = broken_by(error_number)) broken_ = how;
    return error_of(error_number);
}

/// A connection that ends so says so once; afterwards the kernel tells of FIN and EPIPE.
std::optional<Errc> Socket::broken_by(int error_number) const {
    constexpr std::array ends{ECONNRESET, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH};
    if (kind().type != SocketType::stream || std::ranges::find(ends, error_number) == ends.end()) return {};
    return errc_of(error_number);
}

/// The queue is empty, or full: the call that would say EAGAIN is saved (epoll(7), question 9).
/// Not for unix sockets, whose reads also stop where somebody passed a descriptor.
void Socket::note_short_transfer(bool& ready) {
    if (short_is_drained_) ready = false;
}

Result<void> Socket::listen(int backlog) {
    if (::listen(descriptor_.get(), backlog) < 0) return std::unexpected{error_of(errno)};
    return {};
}

Result<std::unique_ptr<backend::Socket>> Socket::accept(Address& peer) {
    constexpr int attempts = 64;  // in a row, before the others have their turn
    if (!is_worth_trying(readable_)) return std::unexpected{Error{Errc::would_block}};
    for (int i = 0; i < attempts; ++i) {
        SocketAddress address;
        Descriptor accepted{uninterrupted([&] {
            return ::accept4(descriptor_.get(), address.get(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        })};
        if (accepted.is_open()) {
            peer = from_sockaddr(address);
            return std::make_unique<Socket>(loop(), std::move(accepted), kind());
        }
        if (is_shortage(errno)) {
            loop().report_shortage(errno);
            break;
        }
        if (!is_about_one_connection(errno)) return std::unexpected{failed(errno, readable_)};
    }
    readable_ = false;
    loop().retry_later(*this);
    return std::unexpected{Error{Errc::would_block}};
}

Result<Address> Socket::local_address() const {
    return named_by(::getsockname, descriptor_.get());
}

Result<Address> Socket::peer_address() const {
    return named_by(::getpeername, descriptor_.get());
}

std::string Socket::describe() const {
    std::string text = is_tcp()                              ? "tcp "
                       : kind().family == Family::unix_      ? ""
                       : kind().type == SocketType::datagram ? "udp "
                                                             : "ip ";
    text += local_address().value_or(Address{}).to_string();
    if (Result<Address> peer = peer_address()) text += " to " + peer->to_string();
    return text;
}

}  // namespace sockeye::kernel
