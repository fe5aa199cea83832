// Time as every network tells it: durations, instants of a network's own clock, and deadlines.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>

namespace sockeye {

using namespace std::chrono_literals;  // 2s, 500ms

using Duration = std::chrono::nanoseconds;

/// A moment on one network's monotonic clock: nanoseconds since that clock's zero, which is
/// the machine's boot for the kernel's network and the start of the run for a lab.
/// Instants of two different clocks must not be compared.
class Instant {
public:
    constexpr Instant() = default;
    constexpr explicit Instant(Duration since_zero) : since_zero_{since_zero} {}

    constexpr Duration since_zero() const { return since_zero_; }

    /// Later than anything that can happen.
    static constexpr Instant never() { return Instant{Duration::max()}; }

    friend constexpr auto operator<=>(Instant, Instant) = default;
    friend constexpr Duration operator-(Instant a, Instant b) { return a.since_zero_ - b.since_zero_; }

    /// Saturates at never(), so that "wait for ever" needs no special case.
    friend constexpr Instant operator+(Instant at, Duration by) {
        return by > Duration::max() - at.since_zero_ && at.since_zero_ > Duration::zero()
                   ? never()
                   : Instant{at.since_zero_ + by};
    }

private:
    Duration since_zero_{};
};

/// Until when an operation may wait. Unset: the socket's own timeout (settimeout) decides.
/// Built from a Duration it counts from the moment the operation starts; built from an Instant
/// it is absolute. One that has passed tries once and does not wait (Errc::timed_out).
class Deadline {
public:
    constexpr Deadline() = default;
    template <class Rep, class Period>
    constexpr Deadline(std::chrono::duration<Rep, Period> from_start)
        : value_{relative(std::chrono::duration_cast<Duration>(from_start))} {}
    constexpr Deadline(Instant at) : value_{at < Instant{} ? -1 : -1 - at.since_zero().count()} {}

    /// Waits for ever, whatever the socket's timeout says.
    static constexpr Deadline never() { return Deadline{Instant::never()}; }

    constexpr bool is_set() const { return value_ != unset; }

    /// The moment it names for an operation that starts at `now`; never() where it is unset.
    constexpr Instant resolve(Instant now) const {
        if (!is_set()) return Instant::never();
        return value_ < 0 ? Instant{Duration{-1 - value_}} : now + Duration{value_};
    }

private:
    static constexpr std::int64_t unset = INT64_MAX;

    /// What has passed has passed, however long ago; what is longer than all time is never().
    static constexpr std::int64_t relative(Duration from_start) {
        if (from_start == Duration::max()) return Deadline{Instant::never()}.value_;
        return from_start < Duration::zero() ? 0 : from_start.count();
    }

    std::int64_t value_ = unset;  ///< from the start of the operation; below 0: -1 - a moment
};

/// Seconds with `decimals` digits (0 to 9) after the point, rounded down: "3.000000"; or "never".
std::string to_string(Instant at, int decimals = 6);

/// Exact, in the largest unit of s, ms, us and ns that it fills: "500ns", "1.5ms", "3s", "90s".
std::string to_string(Duration duration);

}  // namespace sockeye
