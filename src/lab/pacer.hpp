// Who holds a lab's clock back, so that a person can watch: in real time, faster or slower.
#pragma once

#include <cstdint>

#include "sockeye/time.hpp"

namespace sockeye::lab {

/// A lab without one runs as fast as it can. Nothing in the lab can tell whether it has one.
class Pacer {
public:
    enum class Held : std::uint8_t { long_enough, interrupted };

    virtual ~Pacer() = default;
    /// The lab's clock is about to move: returns when it may.
    virtual Held hold(Instant from, Instant to) = 0;
    /// Any thread: a hold() that goes on, or else the next, ends at once.
    virtual void interrupt() noexcept = 0;
};

}  // namespace sockeye::lab
