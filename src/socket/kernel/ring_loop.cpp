#include "socket/kernel/ring_loop.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include "socket/kernel/errno.hpp"

namespace sockeye::kernel {
namespace {

/// Of a request of whose end nobody needs to hear.
constexpr std::uint64_t nobody = std::numeric_limits<std::uint64_t>::max();

/// What epoll calls edge-triggered is how a poll that goes on works anyway.
constexpr std::uint32_t modes = EPOLLET | EPOLLONESHOT;

}  // namespace

RingLoop::RingLoop() {
    if (!watch(interruption(), interruption_, EPOLLIN | EPOLLET))
        throw std::system_error{ENOMEM, std::generic_category(), "io_uring"};
}

RingLoop::~RingLoop() {
    const Instant patience = now() + 1s;
    while (closing_ > 0 && now() < patience) (void)wait(patience);
}

void RingLoop::come_to_rest() noexcept {
    fetch(ring_->submit());
}

std::uint32_t RingLoop::new_poll() {
    if (free_.empty()) {
        polls_.emplace_back();
        free_.reserve(polls_.capacity());  // so that unwatch() allocates nothing
        return static_cast<std::uint32_t>(polls_.size() - 1);
    }
    const std::uint32_t index = free_.back();
    free_.pop_back();
    return index;
}

Result<void> RingLoop::watch(int descriptor, Watched& watched, std::uint32_t events) {
    assert(watched.poll_ == Watched::no_poll);
    const std::uint32_t index = new_poll();
    polls_[index] = {.watched = &watched, .descriptor = descriptor, .events = events, .in_flight = false};
    if (Result<void> armed = arm(index); !armed) {
        polls_[index] = {};
        free_.push_back(index);
        return armed;
    }
    watched.poll_ = index;
    return {};
}

Result<void> RingLoop::rewatch([[maybe_unused]] int descriptor, Watched& watched, std::uint32_t events) {
    Poll& poll = polls_[watched.poll_];
    assert(poll.descriptor == descriptor && poll.events == events);
    poll.events = events;
    return poll.in_flight ? Result<void>{} : arm(watched.poll_);
}

/// nullptr: there is no room for another request.
io_uring_sqe* RingLoop::new_entry() {
    if (io_uring_sqe* entry = ring_->entry()) return entry;
    fetch(ring_->submit());
    return ring_->entry();
}

void RingLoop::cancel(std::uint64_t user_data) {
    io_uring_sqe* entry = new_entry();
    if (entry == nullptr) return;
    ::io_uring_prep_cancel64(entry, user_data, 0);
    entry->user_data = nobody;
}

Result<void> RingLoop::arm(std::uint32_t index) {
    Poll& poll = polls_[index];
    io_uring_sqe* entry = new_entry();
    if (entry == nullptr) return std::unexpected{Error{Errc::resources_exhausted}};
    if (poll.events & EPOLLONESHOT)
        ::io_uring_prep_poll_add(entry, poll.descriptor, poll.events & ~modes);
    else
        ::io_uring_prep_poll_multishot(entry, poll.descriptor, poll.events & ~modes);
    entry->user_data = index;
    poll.in_flight = true;
    return {};
}

void RingLoop::unwatch(int, Watched& watched) noexcept {
    const std::uint32_t index = std::exchange(watched.poll_, Watched::no_poll);
    polls_[index].watched = nullptr;
    if (!polls_[index].in_flight) return free_.push_back(index);
    cancel(index);
    for (int i = 0; i < attempts && polls_[index].in_flight; ++i) fetch(ring_->submit());
}

Result<void> RingLoop::wait(Instant until) {
    if (until == Instant{})
        fetch(ring_->submit());
    else if (until == Instant::never())
        fetch(ring_->submit_and_wait(std::nullopt));
    else
        fetch(ring_->submit_and_wait(std::max(until - now(), Duration::zero())));
    return {};
}

/// @param result  of submitting or waiting; that a signal came, or that the time is over, shows by itself
void RingLoop::fetch(int result) {
    // No more than there are now: others have their turn before what comes meanwhile.
    for (unsigned left = ring_->completed(); left > 0; --left) completed(ring_->take());
    if (result == -EEXIST) move_to_this_thread();
}

void RingLoop::completed(const io_uring_cqe& completion) {
    if (completion.user_data == nobody) return;
    const auto index = static_cast<std::uint32_t>(completion.user_data);
    if ((completion.user_data & send_tag) != 0) return sent(index, completion.res);
    if ((completion.user_data & receive_tag) != 0) return received(index, completion);
    Poll& poll = polls_[index];
    if ((completion.flags & IORING_CQE_F_MORE) == 0) poll.in_flight = false;
    if (poll.watched == nullptr) {
        if (!poll.in_flight) free_.push_back(index);
        return;
    }
    if (completion.res >= 0)
        poll.watched->on_events(static_cast<std::uint32_t>(completion.res));
    else if (completion.res != -ECANCELED)  // which its thread's end also does
        return poll.watched->on_watch_failed(error_of(-completion.res));
    const bool wanted = completion.res < 0 || (poll.events & EPOLLONESHOT) == 0;
    if (!poll.in_flight && wanted) arm_again(index);
}

void RingLoop::arm_again(std::uint32_t index) {
    if (Result<void> armed = arm(index); !armed) polls_[index].watched->on_watch_failed(armed.error());
}

/// The requests of the old ring end with it; what they would have told, the new ones tell.
void RingLoop::move_to_this_thread() {
    note_queued_sends();
    ring_.emplace();
    for (std::uint32_t index = 0; index < polls_.size(); ++index) {
        if (!std::exchange(polls_[index].in_flight, false)) continue;
        if (polls_[index].watched != nullptr)
            arm_again(index);
        else
            free_.push_back(index);
    }
    move_receives();
    move_sends();
}

}  // namespace sockeye::kernel
