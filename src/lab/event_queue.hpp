// What is going to happen in a lab, in one order: by time, then by who was scheduled first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "link/cable.hpp"
#include "sockeye/time.hpp"

namespace sockeye::lab {

/// Small and plain: what it is about stands elsewhere, under a number.
struct Event {
    enum class Kind : std::uint8_t {
        arrival,  ///< frame `number` reaches the end of cable `index`
        alarm,    ///< node `index` wanted to be polled, if `number` is its latest wish
        action,   ///< the lab's owner wanted action `number` to run
    };

    Kind kind{};
    link::End from{};  ///< of an arrival: where it was sent
    std::uint32_t index = 0;
    std::uint64_t number = 0;
};

/// A binary heap of trains: events of one instant that were scheduled one right after the other, as all
/// that a switch makes of one frame. So a flood costs the heap one place. Equal times come out in the
/// order they went in, on every machine.
class EventQueue {
public:
    void push(Instant at, const Event& event) {
        const std::uint32_t car = store(event);
        if (open_end_ != none && open_at_ == at) {
            cars_[open_end_].next = car;
        } else {
            heap_.push_back({at, trains_++, car});
            std::ranges::push_heap(heap_, later);
        }
        open_end_ = car;
        open_at_ = at;
    }

    bool empty() const { return heap_.empty(); }
    /// never(): it is empty.
    Instant next_at() const { return heap_.empty() ? Instant::never() : heap_.front().at; }
    /// @pre !empty()
    const Event& next() const { return cars_[heap_.front().first].event; }
    /// @pre !empty()
    Event pop() {
        const std::uint32_t car = heap_.front().first;
        const Car out = cars_[car];
        if (car == open_end_) open_end_ = none;
        cars_[car].next = free_;
        free_ = car;
        if (out.next != none) {
            heap_.front().first = out.next;
        } else {
            std::ranges::pop_heap(heap_, later);
            heap_.pop_back();
        }
        return out.event;
    }

private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    struct Train {
        Instant at;
        std::uint64_t sequence;
        std::uint32_t first;
    };
    struct Car {
        Event event;
        std::uint32_t next = none;
    };
    static bool later(const Train& a, const Train& b) {
        return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
    }

    std::uint32_t store(const Event& event) {
        if (free_ == none) {
            cars_.push_back({event, none});
            return static_cast<std::uint32_t>(cars_.size() - 1);
        }
        const std::uint32_t car = free_;
        free_ = cars_[car].next;
        cars_[car] = {event, none};
        return car;
    }

    std::vector<Train> heap_;
    std::vector<Car> cars_;
    std::uint32_t free_ = none;      // the first car that is in no train; the others follow it
    std::uint32_t open_end_ = none;  // the last car of the train that was added to last
    Instant open_at_;
    std::uint64_t trains_ = 0;  // scheduled so far
};

}  // namespace sockeye::lab
