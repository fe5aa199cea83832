// RingLoop's sending: small messages go with the turn's one system call, those of one connection together.
//
// What it took, the program has been told is sent, as it is told of what fills the kernel's queue. So it
// leaves in order and before FIN, whatever becomes of the socket meanwhile.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "socket/kernel/ring_loop.hpp"

namespace sockeye::kernel {

bool RingLoop::send_soon(int descriptor, Served& sender, std::span<const std::byte> bytes) {
    if (sender.is_sending()) return append(sends_[sender.sending_], bytes);
    if (bytes.size() > small || bytes.empty()) return false;
    if (free_sends_.empty()) {
        if (sends_.size() == most_sends) return false;
        sends_.push_back({.block = std::make_unique_for_overwrite<Send::Block>()});
        free_sends_.reserve(sends_.capacity());
        free_sends_.push_back(static_cast<std::uint32_t>(sends_.size() - 1));
    }
    const std::uint32_t index = free_sends_.back();
    Send& send = sends_[index];
    send.descriptor = descriptor;
    send.size = bytes.size();
    std::copy_n(bytes.data(), bytes.size(), send.block->data());
    if (!submit_send(index)) {
        send.size = 0;
        return false;
    }
    send.sender = &sender;
    free_sends_.pop_back();
    sender.sending_ = index;
    return true;
}

bool RingLoop::append(Send& send, std::span<const std::byte> bytes) {
    if (!ring_->is_queued(send.place) || bytes.size() > small - send.size) return false;
    std::copy_n(bytes.data(), bytes.size(), send.block->data() + send.size);
    send.size += bytes.size();
    send.entry->len = static_cast<unsigned>(send.size);
    return true;
}

/// The kernel waits for room by itself, and says one word at the end.
bool RingLoop::submit_send(std::uint32_t index) {
    io_uring_sqe* entry = new_entry();
    if (entry == nullptr) return false;
    Send& send = sends_[index];
    ::io_uring_prep_send(entry, send.descriptor, send.block->data(), send.size, MSG_NOSIGNAL | MSG_WAITALL);
    entry->user_data = send_tag | index;
    send.entry = entry;
    send.place = ring_->last_place();
    return true;
}

bool RingLoop::flush(Served& sender) noexcept {
    if (sender.is_sending()) fetch(ring_->submit());
    while (sender.is_sending() && ring_->completed() > 0) fetch(0);
    return !sender.is_sending();
}

void RingLoop::shut_down_once_sent(Served& sender) noexcept {
    sends_[sender.sending_].then = Send::Then::shut_down;
}

void RingLoop::close_once_sent(Served& sender, Descriptor descriptor) noexcept {
    Send& send = sends_[std::exchange(sender.sending_, Served::no_request)];
    send.sender = nullptr;
    send.descriptor = descriptor.release();
    send.then = Send::Then::close;
    ++closing_;
}

void RingLoop::sent(std::uint32_t index, int result) {
    Send& send = sends_[index];
    if (result == -ECANCELED) result = 0;  // the end of the thread that asked; nothing has gone
    if (result < 0) return end_send(index, -result);
    const auto octets = static_cast<std::size_t>(result);
    if (octets >= send.size) return end_send(index, 0);
    // What stopped it shows with the rest.
    send.size -= octets;
    std::memmove(send.block->data(), send.block->data() + octets, send.size);
    if (!submit_send(index)) end_send(index, ENOBUFS);
}

void RingLoop::end_send(std::uint32_t index, int error_number) {
    Send& send = sends_[index];
    const Send::Then then = std::exchange(send.then, Send::Then::nothing);
    if (then == Send::Then::shut_down) ::shutdown(send.descriptor, SHUT_WR);
    if (then == Send::Then::close) {
        const Descriptor last{send.descriptor};
        --closing_;
    }
    send.size = 0;
    free_sends_.push_back(index);
    if (Served* sender = std::exchange(send.sender, nullptr)) {
        sender->sending_ = Served::no_request;
        sender->on_sent(error_number);
    }
}

/// Before the old ring goes.
void RingLoop::note_queued_sends() {
    for (Send& send : sends_)
        if (!ring_->is_queued(send.place)) send.entry = nullptr;
}

/// What was queued is queued again. How much of the rest has gone nobody can tell any more.
void RingLoop::move_sends() {
    for (std::uint32_t index = 0; index < sends_.size(); ++index) {
        Send& send = sends_[index];
        if (send.size == 0) continue;
        if (send.entry == nullptr || !submit_send(index)) end_send(index, ECONNRESET);
    }
}

}  // namespace sockeye::kernel
