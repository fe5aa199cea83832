// CUBIC (RFC 9438) in integers: octets, milliseconds, and a cube root without floating point.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/cube_root.hpp"
#include "sockeye/time.hpp"

namespace sockeye::transport::tcp {

/// How the window grows when it is past slow start, and by how much it shrinks. The constants are
/// C = 0.4 segments/s³ and beta = 0.7 (§4.6, §5).
class Cubic {
public:
    explicit Cubic(std::uint32_t mss) : mss_{mss} {}

    /// @param window   cwnd
    /// @param octets   acknowledged just now
    /// @returns the new cwnd (§4.2 to §4.5)
    std::uint32_t grown(std::uint32_t window, std::uint32_t octets, Instant now, Duration srtt) {
        if (epoch_ == Instant::never()) start_epoch(window, now);
        grow_estimate(window, octets);
        const std::uint64_t at_present = curve(now - epoch_);
        if (at_present < estimate_) return std::max(window, clamped(estimate_));  // Reno is faster (§4.3)
        const std::uint64_t half_more = std::uint64_t{window} + window / 2;
        const std::uint64_t target = std::clamp<std::uint64_t>(curve(now - epoch_ + srtt), window, half_more);
        return window + static_cast<std::uint32_t>((target - window) * octets / std::max(window, 1U));
    }

    /// A loss: remembers where it was, and a little less where the network has become smaller
    /// (fast convergence, §4.7). @returns ssthresh (§4.6)
    std::uint32_t reduced(std::uint32_t window, std::uint32_t flight) {
        const std::uint64_t full = window;
        most_ = full < most_ ? full * 17 / 20 : full;  // (1 + beta) / 2
        before_ = window;
        epoch_ = Instant::never();
        return static_cast<std::uint32_t>(std::uint64_t{flight} * 7 / 10);
    }

    /// Nothing was sent for a while, so the curve begins anew (§5.8).
    void restart() { epoch_ = Instant::never(); }

private:
    __extension__ using Wide = __int128;

    void start_epoch(std::uint32_t window, Instant now) {
        epoch_ = now;
        estimate_ = window;
        credit_ = 0;
        most_ = std::max<std::uint64_t>(most_, window);
        // K = cbrt((W_max - cwnd) / C) with C in segments, and seconds as 1000 ms.
        const Wide cube = Wide{static_cast<std::int64_t>(most_ - window)} * 2'500'000'000 / mss_;
        rise_ = static_cast<std::int64_t>(cube_root(static_cast<std::uint64_t>(cube)));
    }

    /// W_cubic(t) = C (t - K)³ + W_max (figure 1).
    std::uint64_t curve(Duration t) const {
        constexpr std::int64_t horizon = std::int64_t{1} << 20;  // ms: no window takes longer
        const std::int64_t from_middle = std::clamp(t / Duration{1ms} - rise_, -horizon, horizon);
        const Wide cube = Wide{from_middle} * from_middle * from_middle;
        const Wide octets = static_cast<Wide>(most_) + cube * mss_ * 4 / 10 / 1'000'000'000;
        constexpr Wide limit = std::int64_t{1} << 30;
        return static_cast<std::uint64_t>(std::clamp<Wide>(octets, 0, limit));
    }

    /// W_est: what Reno would have by now (§4.3), alpha = 3 (1 - beta) / (1 + beta) = 9/17 of a
    /// segment a window, and a whole one once it is past where the loss was.
    void grow_estimate(std::uint32_t window, std::uint32_t octets) {
        credit_ += std::uint64_t{octets} * (estimate_ < before_ ? 9 : 17);
        const std::uint64_t price = std::uint64_t{std::max(window, 1U)} * 17;
        estimate_ += credit_ / price * mss_;
        credit_ %= price;
    }

    static std::uint32_t clamped(std::uint64_t octets) {
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(octets, std::uint64_t{1} << 30));
    }

    std::uint32_t mss_;
    std::uint32_t before_ = 0;          // cwnd_prior
    std::uint64_t most_ = 0;            // W_max
    Instant epoch_ = Instant::never();  // when this curve began
    std::int64_t rise_ = 0;             // K in ms
    std::uint64_t estimate_ = 0;        // W_est
    std::uint64_t credit_ = 0;          // acknowledged octets towards the next segment of it, times 17
};

}  // namespace sockeye::transport::tcp
