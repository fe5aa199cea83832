// What is going to happen in a lab, in one order: by time, then by who was scheduled first.
#pragma once

#include <algorithm>
#include <cstdint>
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

/// A binary heap. Equal times come out in the order they went in, on every machine.
class EventQueue {
public:
    void push(Instant at, const Event& event) {
        heap_.push_back({at, scheduled_++, event});
        std::ranges::push_heap(heap_, later);
    }

    bool empty() const { return heap_.empty(); }
    /// never(): it is empty.
    Instant next_at() const { return heap_.empty() ? Instant::never() : heap_.front().at; }
    /// @pre !empty()
    const Event& next() const { return heap_.front().event; }
    /// @pre !empty()
    Event pop() {
        std::ranges::pop_heap(heap_, later);
        const Event event = heap_.back().event;
        heap_.pop_back();
        return event;
    }

private:
    struct Entry {
        Instant at;
        std::uint64_t sequence;
        Event event;
    };
    static bool later(const Entry& a, const Entry& b) {
        return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
    }

    std::vector<Entry> heap_;
    std::uint64_t scheduled_ = 0;
};

}  // namespace sockeye::lab
