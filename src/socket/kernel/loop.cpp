#include "socket/kernel/loop.hpp"

#include <sys/eventfd.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <system_error>
#include <utility>

#include "socket/kernel/epoll_loop.hpp"
#include "socket/kernel/ring_loop.hpp"

namespace sockeye::kernel {
namespace {

constexpr Duration retry_interval = 100ms;

}  // namespace

Descriptor opened(int number, const char* what) {
    if (number < 0) throw std::system_error{errno, std::generic_category(), what};
    return Descriptor{number};
}

std::unique_ptr<Loop> Loop::open(Backend backend) {
    if (backend == Backend::epoll) return std::make_unique<EpollLoop>();
    if (backend == Backend::io_uring) return std::make_unique<RingLoop>();
    try {
        return std::make_unique<RingLoop>();
    } catch (const std::system_error&) {
        return std::make_unique<EpollLoop>();
    }
}

Loop::Loop() : interruption_{opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd")} {}

Instant Loop::now() const {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return Instant{std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec}};
}

void Loop::retry_later(Watched& watched) {
    retries_.push(watched);
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

Result<void> Loop::advance(Instant until) {
    const Instant next = std::min(until, retry_at_);
    if (next != Instant{}) about_to_wait();
    Result<void> waited = spin_.is_on() && next != Instant{} ? spin_and_wait(next) : wait(next);
    if (retry_at_ != Instant::never() && retry_at_ <= now()) retry_now();
    return waited;
}

Result<void> Loop::spin_and_wait(Instant until) {
    const Instant began = now();
    Instant at = began;
    Result<void> done{};
    for (const Instant end = std::min(until, began + spin_.patience()); done && at < end; at = now()) {
        done = wait(Instant{});
        if (somebody_is_ready()) break;
    }
    if (done && !somebody_is_ready()) done = wait(until);
    spin_.waited(now() - began);
    return done;
}

void Loop::interrupt() noexcept {
    const std::uint64_t one = 1;
    // Fails only when 2^64 - 2 interruptions are unread, each of which has woken the loop.
    [[maybe_unused]] const ssize_t written = ::write(interruption_.get(), &one, sizeof one);
}

}  // namespace sockeye::kernel
