#include "transport/tcp/scoreboard.hpp"

#include <algorithm>
#include <cassert>

namespace sockeye::transport::tcp {
namespace {

constexpr std::size_t usual = 16;  // records: a whole initial window and more (RFC 6928)

}  // namespace

void Scoreboard::sent(Range range, Instant now) {
    assert(empty() || records_.back().end == range.left);
    const SentSegment segment{.begin = range.left, .end = range.right, .sent = now};
    outstanding_ += segment.octets();
    if (records_.empty()) records_.reserve(usual);
    if (segments().size() < maximum || records_.back().sacked || records_.back().lost) {
        records_.push_back(segment);
        return;
    }
    records_.back().end = segment.end;
    records_.back().sent = now;
}

void Scoreboard::sent_again(Range range, Instant now) {
    std::size_t index = find(range.left);
    if (index < all().size() && all()[index].begin < range.left) split(index++, range.left);
    for (; index < all().size() && all()[index].begin < range.right; ++index) {
        if (range.right < all()[index].end) split(index, range.right);
        SentSegment& segment = all()[index];
        if (segment.sacked) continue;
        set_lost(segment, false);
        segment.sent = now;
        if (!segment.retransmitted) ++retransmitted_segments_;
        segment.retransmitted = true;
    }
    if (lost_ > 0 && lost_from_ < range.right) lost_from_ = std::max(lost_from_, range.left);
}

void Scoreboard::mark_lost(std::size_t index) {
    set_lost(all()[index], true);
}

void Scoreboard::mark_all_lost() {
    const bool reneged = !empty() && segments().front().sacked;
    for (SentSegment& segment : all()) {
        if (segment.sacked && reneged) {
            segment.sacked = false;
            sacked_ -= segment.octets();
            --sacked_segments_;
        }
        set_lost(segment, true);
    }
}

void Scoreboard::unmark_lost() {
    for (SentSegment& segment : all()) set_lost(segment, false);
}

std::optional<Scoreboard::Range> Scoreboard::next_lost(std::uint32_t limit) const {
    if (lost_ == 0 || limit == 0) return std::nullopt;
    const std::span<const SentSegment> segments = this->segments();
    std::size_t i = find(lost_from_);
    while (i < segments.size() && !segments[i].lost) ++i;
    assert(i < segments.size());
    Range range{.left = segments[i].begin, .right = segments[i].begin};
    for (; i < segments.size() && segments[i].lost; ++i) {
        if (segments[i].end - range.left > static_cast<std::int64_t>(limit)) break;
        range.right = segments[i].end;
    }
    if (range.right == range.left) range.right = range.left + limit;
    return range;
}

std::size_t Scoreboard::find(Sequence at) const {
    const std::span<const SentSegment> segments = this->segments();
    const auto found =
        std::ranges::partition_point(segments, [&](const SentSegment& segment) { return segment.end <= at; });
    return static_cast<std::size_t>(found - segments.begin());
}

/// Two records, of which the second begins at `at`.
void Scoreboard::split(std::size_t index, Sequence at) {
    SentSegment rest = all()[index];
    all()[index].end = at;
    rest.begin = at;
    if (rest.sacked) ++sacked_segments_;
    if (rest.retransmitted) ++retransmitted_segments_;
    records_.insert(records_.begin() + static_cast<std::ptrdiff_t>(first_ + index + 1), rest);
}

void Scoreboard::set_lost(SentSegment& segment, bool lost) {
    if (segment.lost == lost || segment.sacked) return;
    segment.lost = lost;
    if (!lost) {
        lost_ -= segment.octets();
        return;
    }
    if (lost_ == 0 || segment.begin < lost_from_) lost_from_ = segment.begin;
    lost_ += segment.octets();
}

void Scoreboard::pop_front() {
    SentSegment& oldest = records_[first_];
    set_lost(oldest, false);
    outstanding_ -= oldest.octets();
    if (oldest.sacked) {
        sacked_ -= oldest.octets();
        --sacked_segments_;
    }
    if (oldest.retransmitted) --retransmitted_segments_;
    ++first_;
    if (empty()) {
        records_ = Records{};
        first_ = 0;
        return;
    }
    if (first_ < records_.size() / 2 + 1) return;  // moved to the front seldom, so a record moves once
    records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
}

}  // namespace sockeye::transport::tcp
