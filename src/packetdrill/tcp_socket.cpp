#include "packetdrill/tcp_socket.hpp"

#include <poll.h>

#include <algorithm>
#include <vector>

namespace sockeye::packetdrill {
namespace {

namespace tcp = transport::tcp;
using Kind = network::IcmpNotice::Kind;

/// What Linux makes of ICMP's codes.
Outcome outcome_of(Kind kind, Family family) {
    switch (kind) {
        case Kind::port_unreachable: return -ECONNREFUSED;
        case Kind::protocol_unreachable: return -ENOPROTOOPT;
        case Kind::network_unreachable: return -ENETUNREACH;
        case Kind::prohibited: return family == Family::inet6 ? -EACCES : -EHOSTUNREACH;
        default: return -EHOSTUNREACH;
    }
}

}  // namespace

TcpSocket::TcpSocket(Machine& machine, Family family)
    : Socket{machine, family}, socket_{std::make_unique<stack::StreamSocket>(machine.network(), family)} {}

TcpSocket::TcpSocket(Machine& machine, std::unique_ptr<stack::StreamSocket> socket)
    : Socket{machine, socket->kind().family}, socket_{std::move(socket)}, phase_{Phase::connected} {
    const Settings& settings = socket_->settings();
    keepalive_ = settings.keepalive.value_or(tcp::Keepalive{});
    linger_ = settings.linger;
}

// ---- states

bool TcpSocket::is_being_opened() const {
    const Connection* const c = connection();
    return c != nullptr && (c->state() == tcp::State::syn_sent || c->state() == tcp::State::syn_received);
}

bool TcpSocket::is_open() const {
    return connection() != nullptr && connection()->state() != tcp::State::closed;
}

Outcome TcpSocket::end_of(const Connection& c) const {
    const tcp::Tcb& tcb = c.status();
    const Errc why = *tcb.error;
    // Linux tells whoever has read the peer's FIN that its pipe is broken.
    const bool had_finished = tcb.fin_at && !tcb.fin_queued;
    if (why == Errc::reset && had_finished) return -EPIPE;
    const bool said_icmp = tcb.icmp_error && (why == Errc::unreachable || why == Errc::refused);
    return said_icmp ? outcome_of(*tcb.icmp_error, c.peer().family()) : packetdrill::outcome_of(why);
}

bool TcpSocket::has_error() const {
    const Connection* const c = connection();
    if (c == nullptr) return false;
    return c->has_error() || (tells_icmp_ && !told_soft_error_ && c->soft_error());
}

Outcome TcpSocket::take_error() {
    if (!has_error()) return 0;
    const Connection& c = *connection();
    if (!c.has_error()) {
        told_soft_error_ = true;
        return outcome_of(*c.status().icmp_error, c.peer().family());
    }
    const Outcome why = end_of(c);
    (void)socket_->take_error();
    return why;
}

/// A socket whose connection failed may try again.
void TcpSocket::begin_anew() {
    const Settings settings = socket_->settings();
    socket_ = std::make_unique<stack::StreamSocket>(machine().network(), family());
    socket_->change(settings);
    phase_ = Phase::fresh;
    read_shut_ = told_soft_error_ = false;
}

// ---- opening

Outcome TcpSocket::bind(const Address& at) {
    return packetdrill::outcome_of(socket_->bind(at));
}

Outcome TcpSocket::listen(int backlog) {
    if (socket_->listener() != nullptr) return 0;
    return packetdrill::outcome_of(socket_->listen(backlog));
}

Outcome TcpSocket::accept(std::shared_ptr<Socket>& accepted) {
    Address peer;
    auto connection = socket_->accept(peer);
    if (!connection) return packetdrill::outcome_of(connection.error().code());
    std::unique_ptr<stack::StreamSocket> stream{static_cast<stack::StreamSocket*>(connection->release())};
    accepted = std::make_shared<TcpSocket>(machine(), std::move(stream));
    return 0;
}

Outcome TcpSocket::connect(const Address& peer) {
    if (phase_ == Phase::connecting) {
        const Outcome outcome = finish_connect();
        return outcome == would_wait ? -EALREADY : outcome;
    }
    if (phase_ == Phase::connected || socket_->listener() != nullptr) return -EISCONN;
    const Result<void> begun = socket_->connect(peer);
    if (!begun && begun.error() != Errc::would_block) {
        const Errc why = begun.error().code();
        return why == Errc::address_in_use ? -EADDRNOTAVAIL : packetdrill::outcome_of(why);
    }
    phase_ = Phase::connecting;
    return would_wait;
}

Outcome TcpSocket::finish_connect() {
    if (is_being_opened()) return would_wait;
    if (const Outcome error = take_error(); error != 0) {
        begin_anew();
        return error;
    }
    if (!is_open()) {  // its error has been told already
        begin_anew();
        return -ECONNABORTED;
    }
    phase_ = Phase::connected;
    return 0;
}

Outcome TcpSocket::disconnect() {
    Settings settings = socket_->settings();
    const auto linger = std::exchange(settings.linger, Duration::zero());  // a RST, as for ABORT
    socket_->change(settings);
    begin_anew();
    settings.linger = linger;
    socket_->change(settings);
    return 0;
}

std::optional<Address> TcpSocket::peer() const {
    const Result<Address> peer = socket_->peer_address();
    return peer ? std::optional{*peer} : std::nullopt;
}

// ---- closing

Outcome TcpSocket::shutdown(int how) {
    if (how < SHUT_RD || how > SHUT_RDWR) return -EINVAL;
    if (socket_->listener() != nullptr) {
        if (how == SHUT_WR) return 0;
        begin_anew();
        return 0;
    }
    if (!is_open()) return -ENOTCONN;
    if (connection()->state() == tcp::State::syn_sent) {  // RFC 9293 §3.10.4: there is nothing to finish
        begin_anew();
        return 0;
    }
    if (how != SHUT_WR) read_shut_ = true;
    if (how == SHUT_RD) return 0;
    return packetdrill::outcome_of(socket_->shutdown(Shutdown::write));
}

/// SO_LINGER: the FIN leaves now, and close waits until the peer has it.
std::optional<Duration> TcpSocket::begin_close() {
    const bool lingers = linger_ && *linger_ > Duration::zero() && is_open() && !is_being_opened();
    if (!lingers || connection()->readable() > 0) return std::nullopt;
    (void)socket_->shutdown(Shutdown::write);
    return linger_;
}

Outcome TcpSocket::is_closing_done() {
    if (!is_open()) return 0;
    const tcp::Tcb& tcb = connection()->status();
    return tcb.is_fin_acked() ? 0 : would_wait;
}

// ---- what is ready

bool TcpSocket::has_writable_space() const {
    const Connection* const c = connection();
    const std::size_t limit = c->status().outgoing.limit();
    return 3 * c->send_space() >= limit;  // as Linux: no crumbs
}

short TcpSocket::readiness() {
    constexpr short in = POLLIN | POLLRDNORM;
    constexpr short out = POLLOUT | POLLWRNORM;
    if (const auto* listener = socket_->listener()) return listener->waiting() > 0 ? in : short{0};
    const Connection* const c = connection();
    if (c == nullptr) return POLLOUT | POLLWRNORM | POLLHUP;

    int bits = has_error() ? POLLERR : 0;
    const bool closed = c->state() == tcp::State::closed;
    const bool peer_finished = read_shut_ || closed || tcp::peer_has_finished(c->state());
    if (closed || (peer_finished && c->is_write_shut())) bits |= POLLHUP;
    if (peer_finished) bits |= in | POLLRDHUP;
    if (is_being_opened()) return static_cast<short>(bits);
    if (c->readable() >= static_cast<std::size_t>(low_water_)) bits |= in;
    if (closed || c->is_write_shut() || has_writable_space()) bits |= out;
    return static_cast<short>(bits);
}

std::pair<std::uint64_t, std::uint64_t> TcpSocket::activity() {
    if (const auto* listener = socket_->listener()) return {listener->waiting(), 0};
    const Connection* const c = connection();
    if (c == nullptr) return {0, 0};
    const tcp::Tcb& tcb = c->status();
    if (found_no_space_ && has_writable_space()) {
        found_no_space_ = false;
        ++room_again_;
    }
    const auto state = static_cast<std::uint64_t>(c->state()) << 32;
    return {state + tcb.rcv_nxt().raw(), (is_being_opened() ? 0 : 1) + room_again_ + (is_open() ? 0 : state)};
}

Outcome TcpSocket::readable() {
    if (socket_->listener() != nullptr) return -EINVAL;
    return connection() == nullptr ? 0 : static_cast<Outcome>(connection()->readable());
}

Outcome TcpSocket::unsent() {
    if (socket_->listener() != nullptr) return -EINVAL;
    if (!is_open() || is_being_opened()) return 0;
    const tcp::Tcb& tcb = connection()->status();
    return tcb.stream_end() - tcb.snd_una;
}

// ---- octets

std::size_t TcpSocket::peek(std::span<const iovec> buffers) const {
    std::vector<std::byte> octets(std::min(size_of(buffers), connection()->readable()));
    std::span<const std::byte> rest = octets;
    (void)connection()->peek(octets);
    return for_each_part(buffers, 0, [&](std::span<std::byte> part) {
        const std::size_t count = std::min(part.size(), rest.size());
        std::ranges::copy(rest.first(count), part.begin());
        rest = rest.subspan(count);
        return count;
    });
}

/// @returns octets that were there and wanted; they go nowhere where MSG_TRUNC says so (tcp(7))
std::size_t TcpSocket::take(const Reception& reception) {
    if ((reception.flags & MSG_PEEK) != 0) return peek(reception.buffers);
    const auto read = [&](std::span<std::byte> part) {
        return connection()->readable() == 0 ? 0 : socket_->receive_into(part).value_or(0);
    };
    if ((reception.flags & MSG_TRUNC) == 0) return for_each_part(reception.buffers, reception.received, read);
    std::vector<std::byte> nowhere(
        std::min(size_of(reception.buffers) - reception.received, connection()->readable()));
    return nowhere.empty() ? 0 : read(nowhere);
}

Outcome TcpSocket::receive(Reception& reception) {
    if ((reception.flags & MSG_OOB) != 0) return -EINVAL;          // nothing urgent is kept apart (RFC 6093)
    if ((reception.flags & MSG_ERRQUEUE) != 0) return would_wait;  // SO_ERROR tells
    const Connection* const c = connection();
    if (c == nullptr) return -ENOTCONN;
    const std::size_t wanted = size_of(reception.buffers);
    if (wanted == 0) return 0;
    if (c->readable() > 0) {
        const bool peeks = (reception.flags & MSG_PEEK) != 0;
        const std::size_t octets = take(reception);
        reception.received = peeks ? octets : reception.received + octets;
        const bool waits_for_all = (reception.flags & MSG_WAITALL) != 0 && reception.received < wanted;
        if (!waits_for_all) return static_cast<Outcome>(reception.received);
    }
    const auto so_far = static_cast<Outcome>(reception.received);
    if (so_far > 0 && (has_error() || c->is_eof() || read_shut_)) return so_far;
    if (const Outcome error = take_error(); error != 0) return error;
    if (c->is_eof() || read_shut_) return 0;
    return would_wait;
}

/// MSG_MORE is a cork for one call.
void TcpSocket::hold_back(int flags) {
    const tcp::Cork cork = corked_ || (flags & MSG_MORE) != 0 ? tcp::Cork::in : tcp::Cork::out;
    Settings settings = socket_->settings();
    if (settings.cork == cork) return;
    settings.cork = cork;
    socket_->change(settings);
}

Outcome TcpSocket::send(Dispatch& dispatch) {
    if ((dispatch.flags & (MSG_OOB | MSG_FASTOPEN)) != 0) return -EOPNOTSUPP;
    const auto so_far = static_cast<Outcome>(dispatch.sent);
    const Connection* const c = connection();
    if (c == nullptr) return -EPIPE;
    if (has_error()) return so_far > 0 ? so_far : take_error();
    if (!is_open() || c->is_write_shut()) return so_far > 0 ? so_far : -EPIPE;
    if (is_being_opened()) return would_wait;
    const std::size_t wanted = size_of(dispatch.buffers);
    if ((dispatch.flags & MSG_MORE) != 0) hold_back(dispatch.flags);
    dispatch.sent += for_each_part(dispatch.buffers, dispatch.sent, [&](std::span<std::byte> part) {
        return socket_->send(part).value_or(0);
    });
    if ((dispatch.flags & MSG_MORE) == 0) hold_back(dispatch.flags);
    if (dispatch.sent == wanted) return static_cast<Outcome>(dispatch.sent);
    found_no_space_ = true;
    return would_wait;
}

}  // namespace sockeye::packetdrill
