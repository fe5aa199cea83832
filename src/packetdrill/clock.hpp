// Virtual time: it stands still until somebody moves it.
#pragma once

#include <algorithm>

#include "socket/driver.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"

namespace sockeye::packetdrill {

/// The driver of a network in which no program runs: its sockets ask it for nothing but the time.
class Clock final : public backend::Driver {
public:
    Instant now() const override { return now_; }
    /// Never backwards.
    void move_to(Instant at) { now_ = std::max(now_, at); }

protected:
    Result<void> advance(Instant) override { return std::unexpected{Errc::stalled}; }
    void interrupt() noexcept override {}

private:
    Instant now_;
};

}  // namespace sockeye::packetdrill
