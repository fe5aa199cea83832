// How large the receive buffer ought to be (dynamic right-sizing: Fisk and Feng, 2001), in integers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "sockeye/time.hpp"

namespace sockeye::transport::tcp {

/// A user that reads a window's worth every round trip is held up by the window. So the buffer holds
/// twice what was read in any round trip, which leaves room for a sender that doubles its rate
/// (slow start, RFC 5681 §3.1).
class ReceiveTuning {
public:
    /// The user has read `octets`.
    void read(std::size_t octets) { read_ += octets; }

    /// Something arrived. @returns octets that the buffer should hold at least
    std::size_t wanted(Duration round_trip, Instant now) {
        if (now - period_at_ < round_trip) return wanted_;
        period_at_ = now;
        wanted_ = std::max(wanted_, 2 * std::exchange(read_, 0));
        return wanted_;
    }

private:
    Instant period_at_;
    std::size_t read_ = 0;  // in this period
    std::size_t wanted_ = 0;
};

}  // namespace sockeye::transport::tcp
