// How much the network may hold of a connection: slow start and congestion avoidance (RFC 5681).
#pragma once

#include <algorithm>
#include <cstdint>

namespace sockeye::transport::tcp {

/// Reno's window without fast recovery. What else may stand in its place has the same members:
/// the connection tells it what happened and asks for the window.
class Congestion {
public:
    Congestion() = default;
    /// @param mss  SMSS in octets
    explicit Congestion(std::uint32_t mss) : mss_{mss}, window_{initial_window(mss)} {}

    /// cwnd in octets.
    std::uint32_t window() const { return window_; }
    /// ssthresh in octets.
    std::uint32_t slow_start_threshold() const { return threshold_; }

    /// An ACK acknowledged `octets` that were outstanding.
    void acknowledged(std::uint32_t octets) {
        if (window_ < threshold_) {
            window_ = grown(std::min(octets, mss_));  // §3.1 (2)
            return;
        }
        counted_ += octets;  // §3.1: one SMSS a window of acknowledged octets
        if (counted_ < window_) return;
        counted_ -= window_;
        window_ = grown(mss_);
    }

    /// The retransmission timer ran out for the first time on this data (§3.1 (4)).
    /// @param flight  octets sent and not acknowledged
    void timed_out(std::uint32_t flight) {
        threshold_ = std::max(flight / 2, 2 * mss_);
        window_ = mss_;
        counted_ = 0;
    }

    /// The SYN had to be sent again: start with one segment (§3.1).
    void handshake_was_lossy() { window_ = mss_; }

    /// Nothing was sent for longer than the retransmission timeout (§4.1).
    void restart_after_idle() { window_ = std::min(window_, initial_window(mss_)); }

private:
    /// RFC 6928 §2
    static constexpr std::uint32_t initial_window(std::uint32_t mss) {
        return std::min(10 * mss, std::max<std::uint32_t>(2 * mss, 14600));
    }

    /// No further than any window can reach (RFC 7323 §2.3).
    std::uint32_t grown(std::uint32_t by) const { return std::min(window_ + by, std::uint32_t{1} << 30); }

    std::uint32_t mss_ = 536;
    std::uint32_t window_ = initial_window(536);
    std::uint32_t threshold_ = UINT32_MAX;  // "arbitrarily high" (§3.1)
    std::uint32_t counted_ = 0;             // octets acknowledged towards the next growth
};

}  // namespace sockeye::transport::tcp
