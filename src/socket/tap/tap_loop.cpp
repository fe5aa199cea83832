#include "socket/tap/tap_loop.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace sockeye::tap {
namespace {

constexpr int frames_at_once = 64;              // before programs have their turn
constexpr std::size_t longest_frame = 1 << 16;  // what a TAP device carries at most, header included

}  // namespace

TapLoop::TapLoop(TapDevice tap) : tap_{std::move(tap)}, frame_(longest_frame) {}

TapLoop::~TapLoop() {
    unwatch(tap_.descriptor(), *this);
}

Result<void> TapLoop::attach(stack::StackNetwork& stack, link::Device& card) {
    stack_ = &stack;
    card_ = &card;
    return watch(tap_.descriptor(), *this, EPOLLIN);
}

void TapLoop::detach() {
    stack_ = nullptr;
    card_ = nullptr;
}

/// While nobody drives, nobody else would send it soon. What is made of segments later, in one batch,
/// datagrams are already.
void TapLoop::has_work(stack::StackNetwork& stack) {
    if (card_ == nullptr) return;
    if (!is_driving()) stack.poll(now());
    // Where that fails, so will the loop when it runs, and says so.
    (void)put_out();
}

void TapLoop::address_conflict(const network::AddressConflict& conflict) {
    if (std::ranges::find(contested_, conflict.address) != contested_.end()) return;
    contested_.push_back(conflict.address);
    std::fprintf(stderr, "sockeye: %s: %s is the address of %s too: one of the two needs another\n",
                 tap_.name().c_str(), conflict.address.to_string().c_str(),
                 conflict.other.to_string().c_str());
}

Result<void> TapLoop::wait(Instant until) {
    if (stack_ == nullptr) return EpollLoop::wait(until);
    stack_->poll(now());
    if (Result<void> sent = put_out(); !sent) return sent;
    if (Result<void> waited = EpollLoop::wait(std::min(until, stack_->next_wakeup())); !waited) return waited;
    return std::exchange(readable_, false) ? take_in() : Result<void>{};
}

/// The last segments of a run leave with it.
void TapLoop::come_to_rest() noexcept {
    if (stack_ == nullptr) return;
    stack_->poll(now());
    (void)put_out();  // what a device refuses, the next turn tells
}

/// What is left after a batch, the next wait() finds at once.
Result<void> TapLoop::take_in() {
    const Instant at = now();
    for (int frames = 0; frames < frames_at_once; ++frames) {
        const Result<std::size_t> octets = tap_.read(frame_);
        if (!octets && octets.error() == Errc::would_block) return {};
        if (!octets) return std::unexpected{octets.error()};
        stack_->receive(*card_, Packet{std::span{frame_}.first(*octets)}, at);
    }
    return {};
}

Result<void> TapLoop::put_out() {
    while (const std::optional<Packet> frame = card_->take())
        if (Result<void> sent = tap_.write(frame->bytes()); !sent) return sent;
    return {};
}

void TapLoop::finish(Instant until) {
    while (stack_ != nullptr && stack_->tcp().lingering() > 0 && now() < until)
        if (!wait(until)) return;
}

}  // namespace sockeye::tap
