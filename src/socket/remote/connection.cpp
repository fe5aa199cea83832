#include "socket/remote/connection.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "socket/kernel/epoll_loop.hpp"
#include "socket/kernel/errno.hpp"

namespace sockeye::remote {
namespace {

constexpr int messages_at_once = 64;  // before programs have their turn
constexpr Duration a_while = 100ms;   // between two looks at whether to stop, where no signal ends the wait

}  // namespace

Connection::Connection(kernel::Loop& loop, kernel::Descriptor descriptor, std::string lab)
    : loop_{loop}, descriptor_{std::move(descriptor)}, lab_{std::move(lab)} {
    if (Result<void> watched = loop_.watch(descriptor_.get(), *this, EPOLLIN); !watched)
        ended_ = std::move(watched.error());
}

Connection::~Connection() {
    if (!ended_) loop_.unwatch(descriptor_.get(), *this);
}

Error Connection::hung_up() const {
    return {Errc::ended_early, "", "the lab " + lab_ + " has ended"};
}

/// The first reason counts: what the host said before it hung up.
Error Connection::end(Error why) {
    if (ended_) return *ended_;
    ended_ = std::move(why);
    loop_.unwatch(descriptor_.get(), *this);
    descriptor_.close();
    if (listener_ != nullptr) listener_->ended();
    return *ended_;
}

// ---- octets

Result<void> Connection::wait_for(short events, Instant until) const {
    const Duration left = std::clamp<Duration>(until - loop_.now(), Duration::zero(), a_while);
    ::pollfd polled{.fd = descriptor_.get(), .events = events, .revents = 0};
    if (!loop_.is_told_to_stop()) (void)::poll(&polled, 1, kernel::EpollLoop::to_milliseconds(left));
    if (loop_.is_told_to_stop()) return std::unexpected{Error{Errc::cancelled, "call"}};
    return {};
}

Result<Connection::Progress> Connection::read(std::span<std::byte> buffer, Instant until) {
    for (std::size_t done = 0; done < buffer.size();) {
        const ssize_t got =
            ::recv(descriptor_.get(), buffer.data() + done, buffer.size() - done, MSG_DONTWAIT);
        if (got > 0) {
            done += static_cast<std::size_t>(got);
            continue;
        }
        if (got == 0) return std::unexpected{hung_up()};
        if (errno == EINTR) continue;
        if (errno != EAGAIN) return std::unexpected{hung_up()};
        if (loop_.now() >= until) return Progress::not_yet;
        if (const Result<void> waited = wait_for(POLLIN, until); !waited)
            return std::unexpected{waited.error()};
    }
    return Progress::done;
}

/// The host never stops taking requests: what it has to say meanwhile waits with it.
Result<void> Connection::write(std::span<const std::byte> frame, Instant until) {
    while (!frame.empty()) {
        const ssize_t sent =
            ::send(descriptor_.get(), frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) {
            frame = frame.subspan(static_cast<std::size_t>(sent));
            continue;
        }
        if (errno == EINTR) continue;
        if (errno != EAGAIN || loop_.now() >= until) return std::unexpected{hung_up()};
        if (const Result<void> waited = wait_for(POLLOUT, until); !waited) return waited;
    }
    return {};
}

// ---- messages

Result<void> Connection::send(const Request& request, Instant until) {
    sent_.clear();
    remote::write(sent_, request);
    return write(sent_, until);
}

Result<std::optional<Message>> Connection::next(Instant until) {
    const auto rubbish = [&] {
        return std::unexpected{Error{Errc::input_output, "", "the lab " + lab_ + " answers rubbish"}};
    };
    std::array<std::byte, head_size> head{};
    const Result<Progress> begun = read(head, until);
    if (!begun) return std::unexpected{begun.error()};
    if (*begun == Progress::not_yet) return std::nullopt;
    const std::optional<std::size_t> length = parse_head(head);
    if (!length) return rubbish();
    heard_.resize(*length);
    const Result<Progress> whole = read(heard_, loop_.now() + patience);
    if (!whole) return std::unexpected{whole.error()};
    std::optional<Message> message;
    if (*whole == Progress::done) message = parse_message(heard_);
    if (!message) return rubbish();
    return message;
}

void Connection::hear(const Message& message) {
    if (const auto* ready = std::get_if<Ready>(&message); ready != nullptr && listener_ != nullptr)
        listener_->ready(*ready);
    if (const auto* ended = std::get_if<Ended>(&message)) (void)end({Errc::ended_early, "", ended->why});
    if (std::holds_alternative<Answer>(message))
        (void)end({Errc::input_output, "", "the lab " + lab_ + " answers what nobody has asked"});
}

/// What the host says before it answers was said of earlier calls, whose waiters wait already. What it says
/// after that stays unread until the loop comes round: of this call nobody waits yet.
Result<Answer> Connection::exchange(const Request& request) {
    if (ended_) return std::unexpected{*ended_};
    const Instant until = loop_.now() + patience;
    if (const Result<void> sent = send(request, until); !sent) return std::unexpected{end(sent.error())};
    while (!ended_) {
        Result<std::optional<Message>> message = next(until);
        if (!message) return std::unexpected{end(message.error())};
        if (!*message)
            return std::unexpected{
                end({Errc::timed_out, "",
                     "the lab " + lab_ + " has not answered within " + to_string(patience)})};
        if (auto* answer = std::get_if<Answer>(&**message)) return std::move(*answer);
        hear(**message);
    }
    return std::unexpected{*ended_};
}

void Connection::tell(const Request& request) noexcept {
    if (ended_) return;
    if (const Result<void> sent = send(request, loop_.now() + patience); !sent) (void)end(sent.error());
}

void Connection::on_events(std::uint32_t) {
    for (int count = 0; count < messages_at_once && !ended_; ++count) {
        const Result<std::optional<Message>> message = next(loop_.now());
        if (!message) return (void)end(message.error());
        if (!*message) return;
        hear(**message);
    }
}

void Connection::on_watch_failed(const Error& error) {
    (void)end(error);
}

}  // namespace sockeye::remote
