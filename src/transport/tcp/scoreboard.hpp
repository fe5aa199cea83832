// What has been sent and not acknowledged, a record a segment (RFC 6675 §3, RFC 8985 §5.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/block_pool.hpp"
#include "base/sequence.hpp"
#include "sockeye/time.hpp"
#include "wire/tcp_options.hpp"

namespace sockeye::transport::tcp {

/// Sequence numbers that left in one segment; a FIN is one of them.
struct SentSegment {
    Sequence begin;
    Sequence end;
    Instant sent;                ///< the last time
    bool sacked = false;         ///< the peer has it
    bool lost = false;           ///< and is to be sent again
    bool retransmitted = false;  ///< at least once

    std::uint32_t octets() const { return static_cast<std::uint32_t>(end - begin); }
};

/// In order and without gaps, from SND.UNA to SND.NXT. Has memory while something is outstanding.
class Scoreboard {
public:
    using Range = wire::SackBlock;

    /// Records. Beyond that many the last one takes in what follows.
    static constexpr std::size_t maximum = 16384;

    /// New octets have left. @pre begin is where the last record ends
    void sent(Range range, Instant now);
    /// What next_lost() named has left again.
    void sent_again(Range range, Instant now);

    /// Forgets what is before `ack`, and marks what `block` covers; `visit` sees each record that
    /// was not known to have arrived, as it was. @returns octets of those
    template <class Visit>
    std::uint32_t acknowledge(Sequence ack, Visit visit);
    template <class Visit>
    std::uint32_t sack(const Range& block, Visit visit);

    void mark_lost(std::size_t index);
    /// After a timeout nothing is taken to be on its way (RFC 6675 §5.1). Where the peer has
    /// dropped what it said it had, that counts no more (RFC 2018 §8).
    void mark_all_lost();
    /// What was marked as lost is on its way after all.
    void unmark_lost();

    /// The first octets that are to be sent again: whole records, as many as `limit` octets hold,
    /// or a part of one.
    std::optional<Range> next_lost(std::uint32_t limit) const;

    std::span<const SentSegment> segments() const { return std::span{records_}.subspan(first_); }
    bool empty() const { return first_ == records_.size(); }
    std::uint32_t outstanding() const { return outstanding_; }
    std::uint32_t sacked() const { return sacked_; }
    std::size_t sacked_segments() const { return sacked_segments_; }
    std::uint32_t lost() const { return lost_; }
    /// Octets that are taken to be in the network (RFC 6675 §4).
    std::uint32_t pipe() const { return outstanding_ - sacked_ - lost_; }
    /// Whether a record is out of its order in time, because it was sent again.
    bool has_retransmitted() const { return retransmitted_segments_ > 0; }

private:
    std::span<SentSegment> all() { return std::span{records_}.subspan(first_); }
    /// The record that `at` lies in, or the first behind it.
    std::size_t find(Sequence at) const;
    void split(std::size_t index, Sequence at);
    void set_lost(SentSegment& segment, bool lost);
    void pop_front();

    using Records = std::vector<SentSegment, PoolAllocator<SentSegment>>;

    Records records_;
    std::uint32_t first_ = 0;  // index of the oldest: what is before it was forgotten
    std::uint32_t outstanding_ = 0;
    std::uint32_t sacked_ = 0;
    std::uint32_t sacked_segments_ = 0;
    std::uint32_t lost_ = 0;
    std::uint32_t retransmitted_segments_ = 0;
    Sequence lost_from_;  // no record before it is lost; meaningful while lost_ is not 0
};

template <class Visit>
std::uint32_t Scoreboard::acknowledge(Sequence ack, Visit visit) {
    std::uint32_t delivered = 0;
    while (!empty() && records_[first_].end <= ack) {
        const SentSegment& oldest = records_[first_];
        if (!oldest.sacked) {
            delivered += oldest.octets();
            visit(oldest);
        }
        pop_front();
    }
    if (!empty() && records_[first_].begin < ack) {  // a part: the rest stays on its way
        split(0, ack);
        delivered += records_[first_].sacked ? 0 : records_[first_].octets();
        pop_front();
    }
    return delivered;
}

template <class Visit>
std::uint32_t Scoreboard::sack(const Range& block, Visit visit) {
    std::uint32_t delivered = 0;
    const std::span<SentSegment> segments = all();
    for (std::size_t i = find(block.left); i < segments.size() && segments[i].end <= block.right; ++i) {
        SentSegment& segment = segments[i];
        if (segment.sacked || segment.begin < block.left) continue;
        visit(segment);
        set_lost(segment, false);
        segment.sacked = true;
        sacked_ += segment.octets();
        ++sacked_segments_;
        delivered += segment.octets();
    }
    return delivered;
}

}  // namespace sockeye::transport::tcp
