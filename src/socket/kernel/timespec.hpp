// A Duration as the system's struct timespec, or __kernel_timespec, which io_uring takes.
#pragma once

#include "sockeye/time.hpp"

namespace sockeye::kernel {

/// @pre duration is not negative
template <class Timespec>
Timespec to_timespec(Duration duration) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(duration);
    Timespec time{};
    time.tv_sec = seconds.count();
    time.tv_nsec = (duration - seconds).count();
    return time;
}

}  // namespace sockeye::kernel
