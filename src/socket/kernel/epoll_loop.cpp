#include "socket/kernel/epoll_loop.hpp"

#include <algorithm>
#include <climits>
#include <ctime>
#include <system_error>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/timespec.hpp"

namespace sockeye::kernel {
namespace {

Result<void> control(int epoll, int operation, int descriptor, Watched* watched, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = watched;
    if (::epoll_ctl(epoll, operation, descriptor, &event) < 0) return std::unexpected{error_of(errno)};
    return {};
}

}  // namespace

EpollLoop::EpollLoop(Precision precision)
    : epoll_{opened(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")}, precision_{precision} {
    if (!control(epoll_.get(), EPOLL_CTL_ADD, interruption(), nullptr, EPOLLIN | EPOLLET))
        throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
}

Result<void> EpollLoop::watch(int descriptor, Watched& watched, std::uint32_t events) {
    return control(epoll_.get(), EPOLL_CTL_ADD, descriptor, &watched, events);
}

Result<void> EpollLoop::rewatch(int descriptor, Watched& watched, std::uint32_t events) {
    return control(epoll_.get(), EPOLL_CTL_MOD, descriptor, &watched, events);
}

/// A copy of the descriptor in another process would keep it in the set.
void EpollLoop::unwatch(int descriptor, Watched&) noexcept {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

int EpollLoop::to_milliseconds(Duration timeout) {
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
    return static_cast<int>(std::min<std::int64_t>(rounded, INT_MAX));
}

Result<void> EpollLoop::wait(Instant until) {
    const int ready = wait_for_events(until);
    for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events_[static_cast<std::size_t>(i)];
        if (event.data.ptr != nullptr) static_cast<Watched*>(event.data.ptr)->on_events(event.events);
    }
    return {};
}

/// A signal ends the wait early; drive() then comes round again.
int EpollLoop::wait_for_events(Instant until) {
    const int size = static_cast<int>(events_.size());
    if (until == Instant{}) return ::epoll_wait(epoll_.get(), events_.data(), size, 0);
    if (until == Instant::never()) return ::epoll_wait(epoll_.get(), events_.data(), size, -1);
    const Duration timeout = std::max(until - now(), Duration::zero());
    if (precision_ == Precision::nanoseconds) return wait_precisely(timeout);
    return ::epoll_wait(epoll_.get(), events_.data(), size, to_milliseconds(timeout));
}

/// Linux before 5.11 has no epoll_pwait2, and some containers' filters forbid what they do not know.
int EpollLoop::wait_precisely(Duration timeout) {
    const int size = static_cast<int>(events_.size());
    const timespec time = to_timespec<timespec>(timeout);
    const int ready = ::epoll_pwait2(epoll_.get(), events_.data(), size, &time, nullptr);
    if (ready >= 0 || (errno != ENOSYS && errno != EPERM)) return ready;
    precision_ = Precision::milliseconds;
    return ::epoll_wait(epoll_.get(), events_.data(), size, to_milliseconds(timeout));
}

}  // namespace sockeye::kernel
