// Congestion avoidance as Reno has it (RFC 5681 §3.1): a segment more a window, half on a loss.
#pragma once

#include <cstdint>

#include "sockeye/time.hpp"

namespace sockeye::transport::tcp {

/// The same members as Cubic.
class NewReno {
public:
    explicit NewReno(std::uint32_t mss) : mss_{mss} {}

    std::uint32_t grown(std::uint32_t window, std::uint32_t octets, Instant, Duration) {
        counted_ += octets;
        if (counted_ < window) return window;
        counted_ -= window;
        return window + mss_;
    }

    std::uint32_t reduced(std::uint32_t, std::uint32_t flight) {
        counted_ = 0;
        return flight / 2;
    }

    void restart() { counted_ = 0; }

private:
    std::uint32_t mss_;
    std::uint32_t counted_ = 0;  // octets acknowledged towards the next growth
};

}  // namespace sockeye::transport::tcp
