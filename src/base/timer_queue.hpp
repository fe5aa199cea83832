// Timers by their time, in things that carry their own place: a pairing heap (Fredman, Sedgewick, Sleator
// and Tarjan, 1986). No allocation; arming is O(1), and so is cancelling one that never was the earliest.
#pragma once

#include <cstdint>
#include <utility>

#include "sockeye/time.hpp"

namespace sockeye {

/// Does not own what stands in it. Equal times pass in the order in which they were armed, on every
/// machine.
template <class T>
class TimerQueue {
public:
    /// A thing's place in one queue, which must outlive it. Below it in the heap are others that are
    /// later: its first child, whose siblings are the rest.
    class Timer {
    public:
        Timer() = default;
        Timer(const Timer&) = delete;
        Timer& operator=(const Timer&) = delete;
        ~Timer() { cancel(); }

        bool is_armed() const { return queue_ != nullptr; }
        /// never(): it is not armed.
        Instant at() const { return is_armed() ? at_ : Instant::never(); }
        void cancel() {
            if (queue_ != nullptr) std::exchange(queue_, nullptr)->take_out(*this);
        }

    private:
        friend class TimerQueue;
        bool is_before(const Timer& other) const {
            return at_ != other.at_ ? at_ < other.at_ : order_ < other.order_;
        }

        TimerQueue* queue_ = nullptr;
        T* thing_ = nullptr;
        Instant at_;
        std::uint64_t order_ = 0;
        Timer* child_ = nullptr;
        Timer* sibling_ = nullptr;
        Timer* previous_ = nullptr;  // the sibling before it, or the parent of the first
    };

    TimerQueue() = default;
    TimerQueue(const TimerQueue&) = delete;
    TimerQueue& operator=(const TimerQueue&) = delete;

    /// Once more: at another time.
    void arm(T& thing, Timer& timer, Instant at) {
        timer.cancel();
        timer.queue_ = this;
        timer.thing_ = &thing;
        timer.at_ = at;
        timer.order_ = armed_++;
        root_ = join(root_, &timer);
    }

    /// never(): none is armed.
    Instant next_at() const { return root_ == nullptr ? Instant::never() : root_->at_; }

    /// The first whose time is not after `now`, which is no longer armed; nullptr: none.
    T* expire(Instant now) {
        if (root_ == nullptr || root_->at_ > now) return nullptr;
        T* const thing = root_->thing_;
        root_->cancel();
        return thing;
    }

private:
    /// One heap of two. The later root becomes the first child of the other.
    static Timer* join(Timer* a, Timer* b) {
        if (a == nullptr || b == nullptr) return a == nullptr ? b : a;
        if (b->is_before(*a)) std::swap(a, b);
        b->sibling_ = a->child_;
        if (a->child_ != nullptr) a->child_->previous_ = b;
        b->previous_ = a;
        a->child_ = b;
        return a;
    }

    /// One heap of siblings: first two by two, then all from the last one on, which keeps it shallow.
    static Timer* join_siblings(Timer* first) {
        Timer* pairs = nullptr;  // the last one first
        while (first != nullptr) {
            Timer* const a = first;
            Timer* const b = a->sibling_;
            first = b == nullptr ? nullptr : b->sibling_;
            Timer* const pair = join(a, b);
            pair->sibling_ = std::exchange(pairs, pair);
        }
        Timer* root = nullptr;
        while (pairs != nullptr) {
            Timer* const pair = pairs;
            pairs = std::exchange(pair->sibling_, nullptr);
            root = join(root, pair);
        }
        return root;
    }

    void take_out(Timer& timer) {
        if (&timer == root_) {
            root_ = join_siblings(std::exchange(timer.child_, nullptr));
            if (root_ != nullptr) root_->previous_ = nullptr;
            return;
        }
        const bool is_first = timer.previous_->child_ == &timer;
        (is_first ? timer.previous_->child_ : timer.previous_->sibling_) = timer.sibling_;
        if (timer.sibling_ != nullptr) timer.sibling_->previous_ = timer.previous_;
        timer.sibling_ = timer.previous_ = nullptr;
        root_ = join(root_, join_siblings(std::exchange(timer.child_, nullptr)));
    }

    Timer* root_ = nullptr;
    std::uint64_t armed_ = 0;
};

}  // namespace sockeye
