// Proportional rate reduction (RFC 6937): how much leaves for what arrives while losses are repaired.
#pragma once

#include <algorithm>
#include <cstdint>

namespace sockeye::transport::tcp {

/// All in octets.
class ProportionalRateReduction {
public:
    ProportionalRateReduction() = default;
    /// @param flight     octets outstanding when the loss was found (RecoverFS)
    /// @param threshold  ssthresh, which the flight is to shrink to
    ProportionalRateReduction(std::uint32_t flight, std::uint32_t threshold)
        : flight_{std::max<std::uint32_t>(flight, 1)}, threshold_{threshold} {}

    void sent(std::uint32_t octets) { out_ += octets; }

    /// An ACK said that `delivered` octets have arrived. @param pipe  what is in the network now
    /// @returns what may leave for it (§3.1; slow start reduction bound)
    std::uint32_t acknowledged(std::uint32_t delivered, std::uint32_t pipe, std::uint32_t mss) {
        delivered_ += delivered;
        if (pipe > threshold_) {
            const std::uint64_t share = (delivered_ * threshold_ + flight_ - 1) / flight_;
            return static_cast<std::uint32_t>(share > out_ ? share - out_ : 0);
        }
        const std::uint64_t gained = delivered_ > out_ ? delivered_ - out_ : 0;
        const std::uint64_t limit = std::max<std::uint64_t>(gained, delivered) + mss;
        return static_cast<std::uint32_t>(std::min<std::uint64_t>(threshold_ - pipe, limit));
    }

private:
    std::uint64_t flight_ = 1;
    std::uint32_t threshold_ = 0;
    std::uint64_t delivered_ = 0;  // since the loss was found
    std::uint64_t out_ = 0;
};

}  // namespace sockeye::transport::tcp
