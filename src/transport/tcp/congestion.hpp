// How much the network may hold of a connection: slow start (RFC 5681) and, past it, NewReno or CUBIC.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <variant>

#include "base/sequence.hpp"
#include "sockeye/time.hpp"
#include "transport/tcp/cubic.hpp"
#include "transport/tcp/hystart.hpp"
#include "transport/tcp/new_reno.hpp"

namespace sockeye::transport::tcp {

enum class CongestionControl : std::uint8_t {
    cubic,     ///< RFC 9438, Linux's default
    new_reno,  ///< RFC 5681, the textbook's
};

/// How the first slow start of a connection ends.
enum class SlowStart : std::uint8_t {
    hystart,   ///< where the round trip grows (RFC 9406)
    standard,  ///< where something is lost, the textbook's
};

/// cwnd and ssthresh. The connection tells what happened and asks for the window; while losses are
/// repaired, PRR sets it.
class Congestion {
    /// What a connection needs is one of them at a time: the first slow start has no avoidance yet, and
    /// whatever follows it is no first one (RFC 9406 §4.3).
    using Growth = std::variant<HyStart, Cubic, NewReno>;

    /// @pre the first slow start is over
    template <class Do>
    auto avoiding(Do what) {
        if (auto* const cubic = std::get_if<Cubic>(&growth_)) return what(*cubic);
        return what(std::get<NewReno>(growth_));
    }

public:
    Congestion() : Congestion{536} {}
    /// @param mss  SMSS in octets
    explicit Congestion(std::uint32_t mss, CongestionControl control = CongestionControl::cubic,
                        SlowStart slow_start = SlowStart::hystart)
        : mss_{mss}, window_{initial_window(mss)}, control_{control} {
        if (slow_start == SlowStart::standard) avoid();
    }

    /// cwnd in octets.
    std::uint32_t window() const { return window_; }
    /// ssthresh in octets.
    std::uint32_t slow_start_threshold() const { return threshold_; }
    bool is_slow_start() const { return window_ < threshold_; }

    /// An ACK has moved SND.UNA, and no loss is being repaired. @param rtt  as HyStart wants it
    void measured(Sequence una, Sequence nxt, std::optional<Duration> rtt) {
        auto* const hystart = std::get_if<HyStart>(&growth_);
        if (hystart == nullptr || hystart->acknowledged(una, nxt, rtt) != HyStart::Pace::over) return;
        threshold_ = window_;
        avoid();
    }

    /// An ACK acknowledged `octets` that were outstanding, and no loss is being repaired.
    void acknowledged(std::uint32_t octets, Instant now, Duration srtt) {
        if (is_slow_start()) {
            constexpr std::uint32_t conservative_divisor = 4;  // RFC 9406 §4.2: CSS_GROWTH_DIVISOR
            const auto* const hystart = std::get_if<HyStart>(&growth_);
            const bool slows_down = hystart != nullptr && hystart->pace() == HyStart::Pace::conservative;
            const std::uint32_t growth = std::min(octets, mss_);  // §3.1 (2)
            window_ = limited(window_ + (slows_down ? growth / conservative_divisor : growth));
            return;
        }
        window_ = limited(avoiding([&](auto& control) { return control.grown(window_, octets, now, srtt); }));
    }

    /// A loss was found by what arrived behind it (§3.2).
    /// @param flight  octets sent and not acknowledged
    void loss_found(std::uint32_t flight) {
        avoid();
        const std::uint32_t reduced =
            avoiding([&](auto& control) { return control.reduced(window_, flight); });
        threshold_ = std::max(reduced, 2 * mss_);
    }

    /// A queue marked what it would have dropped: as for a loss, but nothing is to be repaired (RFC 3168
    /// §6.1.2, RFC 9438 §4.6).
    void mark_found(std::uint32_t flight) {
        loss_found(flight);
        window_ = std::min(window_, threshold_);
    }

    /// PRR's word while losses are repaired; afterwards the window is ssthresh.
    void set_window(std::uint32_t octets) { window_ = limited(std::max(octets, mss_)); }

    /// The retransmission timer ran out for the first time on this data (§3.1 (4)).
    void timed_out(std::uint32_t flight) {
        loss_found(flight);
        window_ = mss_;
    }

    /// What shrank the window was no loss: it is what it was (RFC 4015 §4).
    void undo(const Congestion& before) {
        const std::uint32_t window = std::max(window_, before.window_);
        *this = before;
        window_ = window;
    }

    /// The SYN had to be sent again: start with one segment (§3.1).
    void handshake_was_lossy() { window_ = mss_; }

    /// Nothing was sent for longer than the retransmission timeout (§4.1).
    void restart_after_idle() {
        window_ = std::min(window_, initial_window(mss_));
        if (!std::holds_alternative<HyStart>(growth_)) avoiding([](auto& control) { control.restart(); });
    }

private:
    static constexpr std::uint32_t arbitrarily_high = UINT32_MAX;  // of ssthresh (§3.1)

    /// The first slow start is over.
    void avoid() {
        if (!std::holds_alternative<HyStart>(growth_)) return;
        if (control_ == CongestionControl::new_reno)
            growth_.emplace<NewReno>(mss_);
        else
            growth_.emplace<Cubic>(mss_);
    }

    /// RFC 6928 §2
    static constexpr std::uint32_t initial_window(std::uint32_t mss) {
        return std::min(10 * mss, std::max<std::uint32_t>(2 * mss, 14600));
    }

    /// No further than any window can reach (RFC 7323 §2.3).
    static std::uint32_t limited(std::uint32_t window) { return std::min(window, std::uint32_t{1} << 30); }

    std::uint32_t mss_;
    std::uint32_t window_;
    std::uint32_t threshold_ = arbitrarily_high;
    CongestionControl control_;
    Growth growth_;
};

}  // namespace sockeye::transport::tcp
