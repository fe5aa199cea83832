// RingLoop's receiving: a request that goes on receiving into the ring's buffers while somebody
// waits, so that a message costs no system call of its own.
#include <cassert>
#include <cerrno>
#include <utility>

#include "socket/kernel/ring_loop.hpp"

namespace sockeye::kernel {
namespace {

/// Octets that nobody has read, of one connection; more is left to the kernel's queue, which
/// holds the peer back.
constexpr std::size_t unread_limit = 64 * 1024;

/// What says nothing of the connection: that it was cancelled, that buffers were short for a moment,
/// or, after octets, that completions were.
bool may_begin_again(int result) {
    return result > 0 || result == -ECANCELED || result == -ENOBUFS;
}

}  // namespace

bool RingLoop::receive(int descriptor, Served& receiver) {
    if (receiver.receiving_ != Served::no_request) {
        idle_.leave(receiver);
        receives_[receiver.receiving_].wanted = true;
        return true;
    }
    if (!can_receive_ || !ring_->buffers().usable()) return false;
    if (free_receives_.empty()) {
        receives_.emplace_back();
        free_receives_.reserve(receives_.capacity());
        free_receives_.push_back(static_cast<std::uint32_t>(receives_.size() - 1));
    }
    const std::uint32_t index = free_receives_.back();
    receives_[index] = {.receiver = &receiver, .descriptor = descriptor};
    if (!arm_receive(index)) return false;
    free_receives_.pop_back();
    receiver.receiving_ = index;
    return true;
}

bool RingLoop::arm_receive(std::uint32_t index) {
    Receive& receive = receives_[index];
    io_uring_sqe* entry = new_entry();
    if (entry == nullptr) return false;
    ::io_uring_prep_recv_multishot(entry, receive.descriptor, nullptr, 0, 0);
    entry->ioprio |= IORING_RECVSEND_POLL_FIRST;  // somebody has just been told that it would block
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = RingBuffers::group;
    entry->user_data = receive_tag | index;
    receive.state = Receive::State::in_flight;
    receive.wanted = true;
    return true;
}

void RingLoop::stop_soon(std::uint32_t index) {
    Receive& receive = receives_[index];
    if (receive.state == Receive::State::stopping) return;
    cancel(receive_tag | index);
    receive.state = Receive::State::stopping;
    receive.wanted = false;
}

void RingLoop::stop_receiving(Served& receiver) noexcept {
    if (receiver.receiving_ == Served::no_request) return;
    Receive& receive = receives_[receiver.receiving_];
    stop_soon(receiver.receiving_);
    receive.wanted = false;
    for (int i = 0; i < attempts && receiver.receiving_ != Served::no_request; ++i) fetch(ring_->submit());
    if (receiver.receiving_ == Served::no_request) return;
    receive.receiver = nullptr;
    receiver.receiving_ = Served::no_request;
    idle_.leave(receiver);
}

void RingLoop::stop_idle_receivers() {
    while (Watched* idle = idle_.pop()) stop_soon(static_cast<Served*>(idle)->receiving_);
}

void RingLoop::catch_up() {
    int left = attempts;
    do fetch(ring_->submit());
    while (ring_->has_work() && --left > 0);
}

void RingLoop::received(std::uint32_t index, const io_uring_cqe& completion) {
    Receive& receive = receives_[index];
    if ((completion.flags & IORING_CQE_F_BUFFER) != 0) {
        Bytes received = ring_->buffers().take(completion);
        if (!received.empty() && receive.receiver != nullptr) hand_over(index, std::move(received));
    }
    if ((completion.flags & IORING_CQE_F_MORE) != 0) return;
    const bool again = receive.receiver != nullptr && receive.wanted && may_begin_again(completion.res);
    if (again && arm_receive(index)) return;
    end_receive(index, again ? -ENOMEM : completion.res);
}

void RingLoop::hand_over(std::uint32_t index, Bytes received) {
    Served& receiver = *receives_[index].receiver;
    const std::size_t unread = receiver.on_received(std::move(received));
    // Whoever waited has got something. Unless somebody waits again before the loop sleeps, it ends.
    idle_.push(receiver);
    if (unread >= unread_limit) stop_soon(index);
}

void RingLoop::end_receive(std::uint32_t index, int result) {
    Served* receiver = std::exchange(receives_[index], {}).receiver;
    free_receives_.push_back(index);
    if (result == -EINVAL) can_receive_ = false;  // Linux before 6.0 does not go on receiving
    if (receiver == nullptr) return;
    receiver->receiving_ = Served::no_request;
    idle_.leave(*receiver);
    receiver->on_receiving_ended(may_begin_again(result) ? ECANCELED : -result);
}

void RingLoop::move_receives() {
    for (std::uint32_t index = 0; index < receives_.size(); ++index) {
        Receive& receive = receives_[index];
        if (receive.state == Receive::State::none) continue;
        if (receive.receiver == nullptr || !receive.wanted)
            end_receive(index, -ECANCELED);
        else if (!arm_receive(index))
            end_receive(index, -ENOMEM);
    }
}

}  // namespace sockeye::kernel
