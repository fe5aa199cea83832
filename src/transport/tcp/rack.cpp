#include "transport/tcp/rack.hpp"

namespace sockeye::transport::tcp {
namespace {

constexpr std::size_t duplicate_threshold = 3;  // DupThresh (RFC 5681 §3.2)
constexpr int persistence = 16;                 // recoveries (step 4)

}  // namespace

void Rack::arrived(const SentSegment& segment, std::optional<Duration> echoed, Instant now) {
    if (!furthest_ || segment.end > *furthest_) {
        furthest_ = segment.end;
    } else if (!segment.retransmitted) {
        reordering_seen_ = true;  // step 3
    }
    const Duration rtt = now - segment.sent;
    if (segment.retransmitted) {  // step 2: which of the two has arrived?
        constexpr Duration tick = 1ms;
        if (echoed && *echoed > rtt + tick) return;
        if (minimum_rtt_ && rtt < *minimum_rtt_) return;
    } else {
        minimum_rtt_ = minimum_rtt_ ? std::min(*minimum_rtt_, rtt) : rtt;  // step 1
    }
    rtt_ = rtt;
    const bool is_newest = !has_sample_ || segment.sent > newest_sent_ ||
                           (segment.sent == newest_sent_ && segment.end > newest_end_);
    if (!is_newest) return;
    has_sample_ = true;
    newest_sent_ = segment.sent;
    newest_end_ = segment.end;
}

void Rack::duplicate_reported(Sequence ack, Sequence snd_nxt) {
    if (grew_at_ && ack < *grew_at_) return;
    grew_at_ = snd_nxt;
    ++multiplier_;
    persist_ = persistence;
}

void Rack::recovered() {
    if (persist_ > 0 && --persist_ == 0) multiplier_ = 1;
}

/// Step 4: none where nothing was ever reordered and three segments have arrived, as of old.
Duration Rack::window(std::size_t sacked_segments, Repairing repairing, Duration srtt) const {
    if (!reordering_seen_ && (repairing == Repairing::yes || sacked_segments >= duplicate_threshold))
        return Duration::zero();
    return std::min(multiplier_ * minimum_rtt_.value_or(Duration::zero()) / 4, srtt);
}

Instant Rack::detect(Scoreboard& board, Repairing repairing, Duration srtt, Instant now) const {
    if (!has_sample_) return Instant::never();
    const Duration patience = rtt_ + window(board.sacked_segments(), repairing, srtt);
    Instant again = Instant::never();
    const auto segments = board.segments();
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const SentSegment& segment = segments[i];
        if (segment.sacked || segment.lost) continue;
        if (!was_sent_before_newest(segment)) {
            // All behind it left later, unless some left again.
            if (!board.has_retransmitted()) break;
            continue;
        }
        const Instant due = segment.sent + patience;
        if (due <= now)
            board.mark_lost(i);
        else
            again = std::min(again, due);
    }
    return again;
}

}  // namespace sockeye::transport::tcp
