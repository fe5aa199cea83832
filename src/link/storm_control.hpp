// How much of what is flooded a switch takes from a port: the rest of each second is dropped.
#pragma once

#include <cstddef>
#include <vector>

#include "link/port.hpp"
#include "sockeye/time.hpp"

namespace sockeye::link {

/// Counts by whole seconds of virtual time, as hardware does by its measuring interval.
class StormControl {
public:
    /// @param frames_per_second  that arrive at one port; 0: no limit
    explicit StormControl(std::size_t frames_per_second = 0) : limit_{frames_per_second} {}

    /// Counts a frame that is about to be flooded. @returns false: it is too much
    bool admits(Port port, Instant now) {
        if (limit_ == 0) return true;
        if (port >= ports_.size()) ports_.resize(port + 1);
        Count& count = ports_[port];
        if (const auto second = now.since_zero() / 1s; second != count.second) count = {second, 0};
        if (count.frames >= limit_) return false;
        ++count.frames;
        return true;
    }

private:
    struct Count {
        Duration::rep second = 0;
        std::size_t frames = 0;
    };

    std::size_t limit_;
    std::vector<Count> ports_;
};

}  // namespace sockeye::link
