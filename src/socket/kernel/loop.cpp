#include "socket/kernel/loop.hpp"

#include <sys/eventfd.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <system_error>
#include <utility>

#include "socket/kernel/errno.hpp"

namespace sockeye::kernel {
namespace {

constexpr Duration retry_interval = 100ms;

Descriptor opened(int number, const char* what) {
    if (number < 0) throw std::system_error{errno, std::generic_category(), what};
    return Descriptor{number};
}

Result<void> control(int epoll, int operation, int descriptor, Watched* watched, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = watched;
    if (::epoll_ctl(epoll, operation, descriptor, &event) < 0) return std::unexpected{error_of(errno)};
    return {};
}

timespec to_timespec(Duration duration) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
    return {.tv_sec = seconds.count(), .tv_nsec = (duration - seconds).count()};
}

}  // namespace

/// The eventfd is edge-triggered, so that each write wakes the loop and nobody has to read it.
Loop::Loop(Precision precision)
    : epoll_{opened(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      interruption_{opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")},
      precision_{precision} {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.ptr = nullptr;
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, interruption_.get(), &event) < 0)
        throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
}

Instant Loop::now() const {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return Instant{std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec}};
}

Result<void> Loop::watch(int descriptor, Watched& watched, std::uint32_t events) {
    return control(epoll_.get(), EPOLL_CTL_ADD, descriptor, &watched, events);
}

Result<void> Loop::rewatch(int descriptor, Watched& watched, std::uint32_t events) {
    return control(epoll_.get(), EPOLL_CTL_MOD, descriptor, &watched, events);
}

void Loop::unwatch(int descriptor) noexcept {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
}

void Loop::retry_later(Watched& watched) {
    retries_.push(watched, watched.retry_);
    if (retry_at_ == Instant::never()) retry_at_ = now() + retry_interval;
}

void Loop::descriptor_freed() {
    if (!retries_.empty()) retry_now();
}

void Loop::retry_now() {
    retry_at_ = Instant::never();
    while (Watched* watched = retries_.pop()) watched->on_events(EPOLLIN | EPOLLOUT);
}

void Loop::report_shortage(int error_number) {
    if (std::exchange(shortage_reported_, true)) return;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    std::fprintf(stderr,
                 "sockeye: accept: %s; connections wait until a descriptor is free "
                 "(this process may have %llu: see ulimit -n)\n",
                 ::strerrordesc_np(error_number), static_cast<unsigned long long>(limit.rlim_cur));
}

int Loop::to_milliseconds(Duration timeout) {
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(timeout).count();
    return static_cast<int>(std::min<std::int64_t>(rounded, INT_MAX));
}

Result<void> Loop::advance(Instant until) {
    const int ready = wait(std::min(until, retry_at_));
    for (int i = 0; i < ready; ++i) {
        const epoll_event& event = events_[static_cast<std::size_t>(i)];
        if (event.data.ptr != nullptr) static_cast<Watched*>(event.data.ptr)->on_events(event.events);
    }
    if (retry_at_ != Instant::never() && retry_at_ <= now()) retry_now();
    return {};
}

/// A signal ends the wait early; drive() then comes round again.
int Loop::wait(Instant until) {
    const int size = static_cast<int>(events_.size());
    if (until == Instant{}) return ::epoll_wait(epoll_.get(), events_.data(), size, 0);
    if (until == Instant::never()) return ::epoll_wait(epoll_.get(), events_.data(), size, -1);
    const Duration timeout = std::max(until - now(), Duration::zero());
    if (precision_ == Precision::nanoseconds) return wait_precisely(timeout);
    return ::epoll_wait(epoll_.get(), events_.data(), size, to_milliseconds(timeout));
}

/// Linux before 5.11 has no epoll_pwait2, and some containers' filters forbid what they do not know.
int Loop::wait_precisely(Duration timeout) {
    const int size = static_cast<int>(events_.size());
    const timespec time = to_timespec(timeout);
    const int ready = ::epoll_pwait2(epoll_.get(), events_.data(), size, &time, nullptr);
    if (ready >= 0 || (errno != ENOSYS && errno != EPERM)) return ready;
    precision_ = Precision::milliseconds;
    return ::epoll_wait(epoll_.get(), events_.data(), size, to_milliseconds(timeout));
}

void Loop::interrupt() noexcept {
    const std::uint64_t one = 1;
    // Fails only when 2^64 - 2 interruptions are unread, each of which has woken the loop.
    [[maybe_unused]] const ssize_t written = ::write(interruption_.get(), &one, sizeof one);
}

}  // namespace sockeye::kernel
