// Losses found by time (RACK, RFC 8985 §6): what was sent before something that has arrived, and has not
// arrived itself, is lost once a window for reordering has passed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/sequence.hpp"
#include "sockeye/time.hpp"
#include "transport/tcp/scoreboard.hpp"

namespace sockeye::transport::tcp {

class Rack {
public:
    /// @param rtt  the handshake's
    explicit Rack(std::optional<Duration> rtt) : minimum_rtt_{rtt} {}

    /// A segment has arrived, be it that it was acknowledged or sacked: steps 1 to 3.
    /// @param echoed  how old the timestamp is that the peer echoes
    void arrived(const SentSegment& segment, std::optional<Duration> echoed, Instant now);

    /// The peer says that it got something twice: reordering was taken for loss, so the window for
    /// it grows, once a round trip (step 4).
    void duplicate_reported(Sequence ack, Sequence snd_nxt);
    /// Sixteen recoveries without one, and the window is at its least again.
    void recovered();

    enum class Repairing : std::uint8_t { no, yes };
    /// Marks what is lost (step 5). @returns when to look again; never(): not before something arrives
    Instant detect(Scoreboard& board, Repairing repairing, Duration srtt, Instant now) const;

    bool is_reordering_seen() const { return reordering_seen_; }
    std::optional<Duration> minimum_rtt() const { return minimum_rtt_; }
    Duration window(std::size_t sacked_segments, Repairing repairing, Duration srtt) const;

private:
    bool was_sent_before_newest(const SentSegment& segment) const {
        return segment.sent < newest_sent_ || (segment.sent == newest_sent_ && segment.end < newest_end_);
    }

    Instant newest_sent_;  // RACK.xmit_ts: of what has arrived, when the last sent was sent
    Duration rtt_{};       // RACK.rtt
    std::optional<Duration> minimum_rtt_;
    Sequence newest_end_;               // RACK.end_seq
    std::optional<Sequence> furthest_;  // RACK.fack
    std::optional<Sequence> grew_at_;   // RACK.dsack_round
    std::int32_t multiplier_ = 1;       // RACK.reo_wnd_mult
    std::int32_t persist_ = 0;          // recoveries until it is 1 again
    bool has_sample_ = false;
    bool reordering_seen_ = false;
};

}  // namespace sockeye::transport::tcp
