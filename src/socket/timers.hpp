// The deadlines of all who wait: a binary heap that knows where each waiter stands in it.
#pragma once

#include <cstdint>
#include <vector>

#include "sockeye/time.hpp"

namespace sockeye::backend {

struct Waiter;

/// Ordered by (deadline, order of arrival), so that equal deadlines pass in one order everywhere.
class Timers {
public:
    /// @pre the waiter is in no heap
    void add(Waiter& waiter, Instant at);
    /// Does nothing for a waiter without a timer.
    void remove(Waiter& waiter);

    Instant next() const { return heap_.empty() ? Instant::never() : heap_.front().at; }
    /// The first whose deadline is not after `now`, taken out; nullptr: none.
    Waiter* expire(Instant now);

private:
    struct Entry {
        Instant at;
        std::uint64_t order;
        Waiter* waiter;
        friend bool operator<(const Entry& a, const Entry& b) {
            return a.at != b.at ? a.at < b.at : a.order < b.order;
        }
    };

    void place(std::size_t index, const Entry& entry);
    void sift_up(std::size_t index, const Entry& entry);
    void sift_down(std::size_t index, const Entry& entry);

    std::vector<Entry> heap_;
    std::uint64_t arrivals_ = 0;
};

}  // namespace sockeye::backend
