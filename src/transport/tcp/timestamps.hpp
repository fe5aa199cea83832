// The timestamps option (RFC 7323 §3 to §5): our clock, the peer's newest value, and what is too old.
#pragma once

#include <cstdint>
#include <optional>

#include "sockeye/time.hpp"

namespace sockeye::transport::tcp {

/// Ticks of 1 ms, the fastest that §5.4 allows, so that values are unambiguous for 24 days.
class Timestamps {
public:
    /// @param offset  where the clock starts: an outsider learns nothing of the host's uptime (§7.1)
    explicit Timestamps(std::uint32_t offset = 0) : offset_{offset} {}

    /// TSval.
    std::uint32_t value(Instant now) const {
        return offset_ + static_cast<std::uint32_t>(now.since_zero() / Duration{1ms});
    }
    /// TSecr: TS.Recent.
    std::uint32_t echo() const { return recent_; }

    /// PAWS (§5.3, R1): the value is older than the newest one. After 24 days without any, that
    /// proves nothing (§5.5).
    bool is_old(std::uint32_t value, Instant now) const {
        constexpr Duration half_way_round = std::chrono::hours{24 * 24};
        return static_cast<std::int32_t>(value - recent_) < 0 && now - recent_at_ <= half_way_round;
    }

    /// TS.Recent becomes `value`, unless that is an old one.
    void note(std::uint32_t value, Instant now) {
        if (is_old(value, now)) return;
        start(value, now);
    }
    /// The peer's first.
    void start(std::uint32_t value, Instant now) {
        recent_ = value;
        recent_at_ = now;
    }

    /// How long ago this end sent what the peer echoes (§4.1, RTTM); nullopt: it never sent that.
    std::optional<Duration> age(std::uint32_t echoed, Instant now) const {
        const auto ticks = static_cast<std::int32_t>(value(now) - echoed);
        if (ticks < 0) return std::nullopt;
        return Duration{1ms} * ticks;
    }

private:
    std::uint32_t offset_;
    std::uint32_t recent_ = 0;
    Instant recent_at_;
};

}  // namespace sockeye::transport::tcp
