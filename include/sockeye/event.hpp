// Event: how the tasks of one network wait for each other (Python's asyncio.Event).
#pragma once

#include <memory>

#include "sockeye/network.hpp"
#include "sockeye/op.hpp"

namespace sockeye {

namespace backend {
class EventFlag;
}

/// A flag, clear at first. One thread, that of its network; must be destroyed before it. Whoever
/// still waits for an event that is destroyed is told Errc::closed.
class Event {
public:
    explicit Event(Network& network);
    Event(Event&&) noexcept;
    Event& operator=(Event&&) noexcept;
    ~Event();

    /// Ends once the flag is set; at once if it is. A flag that was cleared again before the
    /// waiting task had its turn keeps it waiting: look at what you wait for in a loop.
    Op<void> wait(Deadline deadline = {});

    /// Wakes all who wait, in the order in which they came.
    void set();
    void clear();
    bool is_set() const;

private:
    std::unique_ptr<backend::EventFlag> flag_;
};

}  // namespace sockeye
