// How long to wait for an acknowledgment (RFC 6298): integer nanoseconds, so the same on every machine.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/sequence.hpp"
#include "sockeye/time.hpp"
#include "transport/tcp/config.hpp"

namespace sockeye::transport::tcp {

/// The retransmission timeout and what it is computed from. The timer itself is the Tcb's.
class Retransmission {
public:
    explicit Retransmission(const Config& config) : config_{&config}, rto_{config.initial_rto} {}

    /// RTO, doubled as often as it ran out (RFC 6298 §5.5), at most the maximum (§2.5).
    Duration timeout() const {
        const Duration maximum = config_->maximum_rto;
        Duration timeout = std::min(rto_, maximum);
        for (int i = 0; i < backoff_ && timeout < maximum; ++i) timeout = std::min(timeout * 2, maximum);
        return timeout;
    }

    /// One segment is timed at a time. @param end  the acknowledgment that will cover it
    void start_timing(Sequence end, Instant now) {
        if (is_timing()) return;
        timed_end_ = end;
        timed_from_ = now;
    }

    /// Takes a sample if `ack` covers the timed segment; a sample ends the backing off (§5, last note).
    /// What was sent more than once cannot be timed, but its timestamp tells which one was answered.
    /// @param echoed  how old that timestamp is, in its coarse ticks (RFC 7323 §4.1)
    void acknowledged(Sequence ack, Instant now, std::optional<Duration> echoed = std::nullopt) {
        if (is_timing() && ack >= timed_end_) {
            sample(now - timed_from_);
            stop_timing();
        } else if (!is_timing() && backoff_ > 0 && echoed) {
            sample(*echoed);
        }
    }

    /// The timer ran out: back off; what was timed is ambiguous from here on (Karn, §3).
    void expired() {
        ++backoff_;
        stop_timing();
    }

    /// What was timed goes out a second time.
    void stop_timing() { timed_from_ = Instant::never(); }

    /// A zero window's probes backed off, and the window has opened: nothing was lost.
    void forget_backoff() { backoff_ = 0; }

    /// §5.7: where the SYN had to be sent again, data start with 3 s.
    void handshake_was_lossy() {
        backoff_ = 0;
        if (srtt_) return;  // and yet timestamps gave a sample
        rto_ = std::max<Duration>(rto_, 3s);
    }

    std::optional<Duration> smoothed() const { return srtt_; }
    Duration variation() const { return rttvar_; }

private:
    bool is_timing() const { return timed_from_ != Instant::never(); }

    /// §2.2 and §2.3; the clock's granularity G is 1 ns.
    void sample(Duration r) {
        if (!srtt_) {
            srtt_ = r;
            rttvar_ = r / 2;
        } else {
            const Duration error = *srtt_ > r ? *srtt_ - r : r - *srtt_;
            rttvar_ += (error - rttvar_) / 4;
            *srtt_ += (r - *srtt_) / 8;
        }
        rto_ = std::clamp(*srtt_ + std::max<Duration>(1ns, 4 * rttvar_), config_->minimum_rto,
                          config_->maximum_rto);
        backoff_ = 0;
    }

    const Config* config_;
    Duration rto_;
    std::optional<Duration> srtt_;
    Duration rttvar_{};
    int backoff_ = 0;
    Sequence timed_end_;                     // the acknowledgment that covers what is timed
    Instant timed_from_ = Instant::never();  // when that was sent; never(): nothing is timed
};

}  // namespace sockeye::transport::tcp
