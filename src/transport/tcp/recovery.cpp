#include "transport/tcp/recovery.hpp"

#include <algorithm>

namespace sockeye::transport::tcp {
namespace {

constexpr std::uint32_t duplicate_threshold = 3;  // RFC 5681 §3.2
constexpr Duration longest_delayed_ack = 200ms;   // RFC 8985 §7.2: TLP.max_ack_delay

}  // namespace

// ---- what leaves

void Recovery::sent(Range range, Duration srtt, Instant rto_at, Instant now) {
    board_.sent(range, now);
    if (phase_ == Phase::repairing)
        repair_.change().prr.sent(static_cast<std::uint32_t>(range.right - range.left));
    schedule_probe(srtt, rto_at, now);
}

void Recovery::sent_again(Range range, Instant now) {
    Repair& repair = repair_.change();
    if (repair.segments == 0) repair.began = now;
    const std::uint32_t before = board_.pipe();
    board_.sent_again(range, now);
    ++repair.segments;
    if (phase_ == Phase::repairing) repair_.change().prr.sent(board_.pipe() - before);
}

std::uint32_t Recovery::pipe() const {
    return board_.pipe() - std::min(board_.pipe(), duplicates_ * mss_);
}

// ---- what arrives

/// RFC 2883 §4: the first block tells of a duplicate where it is old, or inside the second.
std::optional<Recovery::Range> Recovery::duplicate_in(const Acknowledgment& arrived) const {
    if (sack_ == Sack::absent || arrived.blocks.empty()) return std::nullopt;
    const Range& first = arrived.blocks[0];
    if (!(first.left < first.right)) return std::nullopt;
    const bool is_old = first.right <= arrived.ack;
    const bool is_inside = arrived.blocks.size() > 1 && arrived.blocks[1].left <= first.left &&
                           first.right <= arrived.blocks[1].right;
    return is_old || is_inside ? std::optional{first} : std::nullopt;
}

Recovery::Taken Recovery::take(const Acknowledgment& arrived) {
    // The echo is of what moved the left edge (RFC 7323 §4.3): of sacked segments it says nothing.
    Taken taken;
    const auto acknowledged = [&](const SentSegment& segment) {
        taken.rtt = segment.retransmitted ? std::nullopt : std::optional{arrived.now - segment.sent};
        rack_.arrived(segment, arrived.echoed, arrived.now);
        constexpr Duration tick = 1ms;
        const bool was_first = repair_->segments > 0 && segment.retransmitted && arrived.echoed &&
                               *arrived.echoed > arrived.now - repair_->began + tick;
        if (was_first) repair_.change().original_arrived = true;
    };
    const auto sacked = [&](const SentSegment& segment) {
        rack_.arrived(segment, std::nullopt, arrived.now);
    };
    const Sequence nxt = snd_nxt();
    taken.octets = board_.acknowledge(arrived.ack, acknowledged);
    una_ = std::max(una_, arrived.ack);
    if (sack_ == Sack::absent) return taken;
    for (const Range& block : arrived.blocks) {
        const bool is_possible = arrived.ack < block.left && block.left < block.right && block.right <= nxt;
        if (is_possible) taken.octets += board_.sack(block, sacked);
    }
    return taken;
}

/// Without SACK: a duplicate says that one segment has arrived, whichever; an ACK that moves says
/// which they were. @returns octets delivered
std::uint32_t Recovery::count_duplicate(const Acknowledgment& arrived, std::uint32_t delivered) {
    if (sack_ == Sack::permitted) return delivered;
    if (arrived.is_duplicate && !board_.empty()) {
        if (phase_ != Phase::timed_out) ++duplicates_;  // there they are of what was sent again
        return mss_;
    }
    const std::uint32_t segments = delivered / mss_;
    const std::uint32_t known = std::min(duplicates_, segments > 0 ? segments - 1 : 0);
    if (delivered > 0 && phase_ != Phase::repairing)
        duplicates_ = 0;
    else
        duplicates_ -= known;
    return delivered - std::min(delivered, known * mss_);
}

void Recovery::find_losses(const Acknowledgment& arrived, bool advanced) {
    if (sack_ == Sack::permitted) {
        const auto repairing = phase_ == Phase::open ? Rack::Repairing::no : Rack::Repairing::yes;
        reorder_at_ = rack_.detect(board_, repairing, arrived.srtt, arrived.now);
        return;
    }
    if (board_.empty()) return;
    const bool third = phase_ == Phase::open && duplicates_ >= duplicate_threshold && arrived.is_duplicate;
    const bool partial = phase_ == Phase::repairing && advanced;  // RFC 6582 §3.2, step 3
    // RFC 6582 §3.2, step 2: not because of what was already sent again after a timeout.
    if (partial || (third && una_ >= recover_)) board_.mark_lost(0);
}

void Recovery::acknowledged(const Acknowledgment& arrived, Congestion& congestion, Instant rto_at) {
    const bool advanced = arrived.ack > una_;
    if (advanced) probe_due_ = false;
    const std::uint32_t flight = pipe();
    const bool was_repairing = phase_ == Phase::repairing;
    const Taken taken = take(arrived);
    const std::uint32_t delivered = count_duplicate(arrived, taken.octets);
    judge_probe(arrived, congestion);
    // Lost or not: a queue was full.
    if (arrived.echoes_mark && repair_->before) repair_.change().before.reset();
    look_for_needless(arrived, congestion);
    if (phase_ != Phase::open && una_ >= recover_) leave(congestion);
    const std::uint32_t lost_before = board_.lost();
    find_losses(arrived, advanced);
    const bool begins = phase_ == Phase::open && board_.lost() > lost_before;
    if (begins) enter(congestion);
    if (arrived.echoes_mark) take_mark(flight, congestion);
    // What was noted long ago would be ahead again once the numbers have gone halfway round.
    reduced_at_ = std::max(reduced_at_, una_ - 1);
    recover_ = std::max(recover_, una_);

    if (phase_ == Phase::repairing) {
        const std::uint32_t share = repair_.change().prr.acknowledged(delivered, pipe(), mss_);
        congestion.set_window(pipe() + std::max(share, begins ? mss_ : 0));  // the first leaves at once
    } else if (advanced && !was_repairing && !arrived.echoes_mark) {         // RFC 3168 §6.1.2
        // A window that the program does not fill is no proof that the network would bear more (RFC 7661).
        const bool is_filled = flight >= congestion.window() / 2;
        congestion.measured(una_, snd_nxt(), taken.rtt);
        if (is_filled) congestion.acknowledged(taken.octets, arrived.now, arrived.srtt);
    }
    if (advanced) schedule_probe(arrived.srtt, rto_at, arrived.now);
}

// ---- repairing

/// Once a window, and not where a loss has reduced it already: until the peer is told of that it goes on
/// to echo (RFC 3168 §6.1.2).
void Recovery::take_mark(std::uint32_t flight, Congestion& congestion) {
    if (phase_ != Phase::open || una_ <= reduced_at_) return;
    congestion.mark_found(flight);
    note_reduction();
}

void Recovery::note_reduction() {
    reduced_ = true;
    reduced_at_ = snd_nxt();
}

void Recovery::enter(Congestion& congestion) {
    repair_.change() = {};
    repair_.change().before = congestion;
    phase_ = Phase::repairing;
    recover_ = snd_nxt();
    note_reduction();
    probe_at_ = Instant::never();
    congestion.loss_found(board_.outstanding());
    repair_.change().prr = {board_.outstanding(), congestion.slow_start_threshold()};
}

void Recovery::leave(Congestion& congestion) {
    if (phase_ == Phase::repairing) {
        congestion.set_window(congestion.slow_start_threshold());
        rack_.recovered();
    }
    phase_ = Phase::open;
    duplicates_ = 0;
}

void Recovery::timed_out(const Congestion& before) {
    if (phase_ == Phase::open) {
        repair_.change() = {};
        repair_.change().before = before;
        note_reduction();
    }
    phase_ = Phase::timed_out;
    recover_ = snd_nxt();
    duplicates_ = 0;
    probed_.reset();
    probe_due_ = false;
    stop_timers();
    board_.mark_all_lost();
}

/// All that was sent again has come twice (RFC 3708 §3), or the first to arrive was an original.
void Recovery::look_for_needless(const Acknowledgment& arrived, Congestion& congestion) {
    if (const auto duplicate = duplicate_in(arrived)) {
        rack_.duplicate_reported(arrived.ack, snd_nxt());
        const bool is_repair = repair_->before && repair_->segments > 0;
        if (is_repair && --repair_.change().segments == 0) repair_.change().original_arrived = true;
    }
    if (repair_->original_arrived && repair_->before) undo(congestion);
}

void Recovery::undo(Congestion& congestion) {
    congestion.undo(*repair_->before);
    repair_.reset();
    reduced_ = false;
    board_.unmark_lost();
    phase_ = Phase::open;
    duplicates_ = 0;
}

// ---- tail loss probe (RFC 8985 §7)

void Recovery::schedule_probe(Duration srtt, Instant rto_at, Instant now) {
    probe_at_ = Instant::never();
    const bool wanted = sack_ == Sack::permitted && phase_ == Phase::open && !board_.empty() && !probed_ &&
                        board_.sacked() == 0 && srtt > Duration::zero();
    if (!wanted) return;
    const bool alone = board_.segments().size() == 1;
    const Instant at = now + 2 * srtt + (alone ? longest_delayed_ack : Duration::zero());
    // A probe for one segment is what the timer does anyway.
    if (!alone || at < rto_at) probe_at_ = std::min(at, rto_at);
}

void Recovery::run_timers(Congestion& congestion, Duration srtt, Instant now) {
    if (now >= reorder_at_) {
        const auto repairing = phase_ == Phase::open ? Rack::Repairing::no : Rack::Repairing::yes;
        const std::uint32_t lost_before = board_.lost();
        reorder_at_ = rack_.detect(board_, repairing, srtt, now);
        if (phase_ == Phase::open && board_.lost() > lost_before) enter(congestion);
        if (phase_ == Phase::repairing) congestion.set_window(pipe() + mss_);
    }
    if (now >= probe_at_) {
        probe_at_ = Instant::never();
        probe_due_ = !board_.empty() && phase_ == Phase::open;
    }
}

void Recovery::probe_sent(std::optional<Range> again, Instant now) {
    probe_due_ = false;
    probe_at_ = Instant::never();
    probe_was_again_ = again.has_value();
    if (again) board_.sent_again(*again, now);
    probed_ = snd_nxt();
}

Recovery::Range Recovery::last(std::uint32_t limit) const {
    const SentSegment& segment = board_.segments().back();
    return {.left = std::max(segment.begin, segment.end - limit), .right = segment.end};
}

/// §7.4.2: a probe that was needed repaired a loss that nothing else would have shown.
void Recovery::judge_probe(const Acknowledgment& arrived, Congestion& congestion) {
    if (!probed_ || una_ < *probed_) return;
    const bool got_both = duplicate_in(arrived) || arrived.is_duplicate;
    if (probe_was_again_ && !got_both) {
        if (una_ == *probed_) return;  // the original's ACK, or the probe's: the next one tells
        congestion.loss_found(congestion.window());
        congestion.set_window(congestion.slow_start_threshold());
        note_reduction();
    }
    probed_.reset();
}

}  // namespace sockeye::transport::tcp
