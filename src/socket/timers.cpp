#include "socket/timers.hpp"

#include "socket/waiting.hpp"

namespace sockeye::backend {

void Timers::add(Waiter& waiter, Instant at) {
    heap_.emplace_back();
    sift_up(heap_.size() - 1, {at, arrivals_++, &waiter});
}

void Timers::remove(Waiter& waiter) {
    const std::size_t hole = waiter.timer;
    if (hole == Waiter::no_timer) return;
    waiter.timer = Waiter::no_timer;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (hole == heap_.size()) return;
    sift_down(hole, last);
    if (heap_[hole].waiter == last.waiter) sift_up(hole, last);
}

Waiter* Timers::expire(Instant now) {
    if (next() > now || heap_.empty()) return nullptr;
    Waiter* first = heap_.front().waiter;
    remove(*first);
    return first;
}

void Timers::place(std::size_t index, const Entry& entry) {
    heap_[index] = entry;
    entry.waiter->timer = index;
}

void Timers::sift_up(std::size_t index, const Entry& entry) {
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (!(entry < heap_[parent])) break;
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, entry);
}

void Timers::sift_down(std::size_t index, const Entry& entry) {
    while (true) {
        std::size_t child = 2 * index + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
        if (!(heap_[child] < entry)) break;
        place(index, heap_[child]);
        index = child;
    }
    place(index, entry);
}

}  // namespace sockeye::backend
