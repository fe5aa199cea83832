// A token bucket: so many at once, and one more each interval (RFC 4443 §2.4(f), RFC 1812 §4.3.2.8).
#pragma once

#include <algorithm>
#include <cstdint>

#include "sockeye/time.hpp"

namespace sockeye::network {

class RateLimit {
public:
    struct Config {
        std::int64_t burst = 50;
        Duration interval = 10ms;
    };

    explicit RateLimit(const Config& config) : config_{config}, tokens_{config.burst} {}

    /// Whether one more may go now.
    bool allows(Instant now) {
        const std::int64_t earned = (now - filled_) / config_.interval;
        tokens_ = std::min(config_.burst, tokens_ + std::min(earned, config_.burst));
        filled_ = filled_ + earned * config_.interval;
        if (tokens_ == 0) return false;
        --tokens_;
        return true;
    }

private:
    Config config_;
    std::int64_t tokens_;
    Instant filled_;
};

}  // namespace sockeye::network
