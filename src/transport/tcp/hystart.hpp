// HyStart++ (RFC 9406): a round trip that grows says that a queue fills, so slow start ends before it
// overflows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/sequence.hpp"
#include "sockeye/time.hpp"

namespace sockeye::transport::tcp {

/// Of one slow start. Rounds are windows of data: what was sent when one begins is acknowledged when it ends.
class HyStart {
public:
    enum class Pace : std::uint8_t {
        standard,
        conservative,  ///< CSS: perhaps it was only jitter, so the window grows more slowly until that is
                       ///< known
        over,          ///< it was not
    };

    /// An ACK has moved SND.UNA. @param rtt  of the newest segment that it covers, unless that left twice
    Pace acknowledged(Sequence una, Sequence nxt, std::optional<Duration> rtt) {
        if (!std::exchange(has_begun_, true)) round_end_ = nxt;
        if (rtt) measure(*rtt);
        if (una >= round_end_) end_round(nxt);
        return pace_;
    }

    Pace pace() const { return pace_; }

private:
    static constexpr int enough = 8;                   // N_RTT_SAMPLE
    static constexpr int conservative_rounds = 5;      // CSS_ROUNDS
    static constexpr Duration least_growth = 4ms;      // MIN_RTT_THRESH
    static constexpr Duration greatest_growth = 16ms;  // MAX_RTT_THRESH
    static constexpr int growth_divisor = 8;           // MIN_RTT_DIVISOR
    static constexpr Duration unknown = Duration::max();

    /// §4.2
    void measure(Duration rtt) {
        shortest_ = std::min(shortest_, rtt);
        if (samples_ < enough && ++samples_ < enough) return;
        if (pace_ == Pace::standard && last_shortest_ != unknown) {
            const Duration growth =
                std::clamp(last_shortest_ / growth_divisor, least_growth, greatest_growth);
            if (shortest_ < last_shortest_ + growth) return;
            pace_ = Pace::conservative;
            baseline_ = shortest_;
            rounds_ = 0;
        } else if (pace_ == Pace::conservative && shortest_ < baseline_) {
            pace_ = Pace::standard;
        }
    }

    void end_round(Sequence nxt) {
        round_end_ = nxt;
        last_shortest_ = shortest_;
        shortest_ = unknown;
        samples_ = 0;
        if (pace_ == Pace::conservative && ++rounds_ == conservative_rounds) pace_ = Pace::over;
    }

    Duration shortest_ = unknown;       // currentRoundMinRTT
    Duration last_shortest_ = unknown;  // lastRoundMinRTT
    Duration baseline_{};               // cssBaselineMinRtt
    Sequence round_end_;                // windowEnd
    bool has_begun_ = false;
    std::uint8_t samples_ = 0;  // of this round, as far as they are enough
    std::uint8_t rounds_ = 0;   // in CSS
    Pace pace_ = Pace::standard;
};

}  // namespace sockeye::transport::tcp
