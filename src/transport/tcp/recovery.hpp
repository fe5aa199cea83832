// Repairing what the network lost: what is lost, what may leave while it is repaired, and whether it was
// lost at all.
//
// With SACK, losses are found by time (RACK, RFC 8985), a silent tail is probed (TLP, §7) and what leaves
// meanwhile follows what arrives (PRR, RFC 6937). Without, three duplicate acknowledgments are a loss
// and so is each partial one that follows (NewReno, RFC 6582). A repair that proves needless, by what the
// peer got twice (RFC 2883, RFC 3708) or by the timestamp that it echoes (RFC 3522), gives the window back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/lazy.hpp"
#include "base/sequence.hpp"
#include "sockeye/time.hpp"
#include "transport/tcp/congestion.hpp"
#include "transport/tcp/prr.hpp"
#include "transport/tcp/rack.hpp"
#include "transport/tcp/scoreboard.hpp"
#include "wire/tcp_options.hpp"

namespace sockeye::transport::tcp {

/// Whether both ends know SACK (RFC 2018 §2).
enum class Sack : std::uint8_t { absent, permitted };

/// What an acceptable ACK tells of what was sent.
struct Acknowledgment {
    Sequence ack;
    wire::SackBlocks blocks{};
    bool is_duplicate = false;         ///< RFC 5681 §2: but for the blocks, it says nothing new
    bool echoes_mark = false;          ///< a queue marked something that this end has sent (RFC 3168)
    std::optional<Duration> echoed{};  ///< how old its timestamp is
    Duration srtt{};
    Instant now;
};

class Recovery {
public:
    using Range = wire::SackBlock;

    /// open: nothing is missing. repairing: a loss was found (fast recovery). timed_out: the
    /// timer ran out, and it is slow start from one segment.
    enum class Phase : std::uint8_t { open, repairing, timed_out };

    Recovery() = default;
    /// The handshake is over. @param una  the first octet of the stream
    /// @param rtt  as the handshake measured it
    Recovery(Sack sack, Sequence una, std::uint32_t mss, std::optional<Duration> rtt)
        : sack_{sack}, mss_{mss}, una_{una}, recover_{una}, reduced_at_{una - 1}, rack_{rtt} {}

    /// New octets leave. @param rto_at  when the retransmission timer runs out
    void sent(Range range, Duration srtt, Instant rto_at, Instant now);
    /// What is to be sent again next, of at most `limit` octets.
    std::optional<Range> next_lost(std::uint32_t limit) const { return board_.next_lost(limit); }
    void sent_again(Range range, Instant now);

    /// @param rto_at  when the retransmission timer would run out
    void acknowledged(const Acknowledgment& arrived, Congestion& congestion, Instant rto_at);
    /// The retransmission timer ran out. @param before  the window as it was
    void timed_out(const Congestion& before);
    /// What was sent into a closed window was dropped there.
    void resend_all() { board_.mark_all_lost(); }

    /// @returns whether a tail loss probe is due (RFC 8985 §7.3): a new segment or the last one again
    void run_timers(Congestion& congestion, Duration srtt, Instant now);
    Instant next_wakeup() const { return std::min(reorder_at_, probe_at_); }
    Instant reorder_at() const { return reorder_at_; }
    Instant probe_at() const { return probe_at_; }
    void stop_timers() { reorder_at_ = probe_at_ = Instant::never(); }
    bool is_probe_due() const { return probe_due_ && !board_.empty(); }
    /// A probe has left. @param again  what the peer had been sent before; nullopt: new octets
    void probe_sent(std::optional<Range> again, Instant now);
    /// The last segment, if no more than `limit` octets of it are wanted.
    Range last(std::uint32_t limit) const;

    /// Whether the window was reduced since this was last asked, which the peer is told of (RFC 3168
    /// §6.1.2: CWR).
    bool take_reduction() { return std::exchange(reduced_, false); }

    /// Octets that are taken to be in the network.
    std::uint32_t pipe() const;
    Phase phase() const { return phase_; }
    const Scoreboard& scoreboard() const { return board_; }
    const Rack& rack() const { return rack_; }

private:
    /// What is known since a loss was found, to be undone where that was needless.
    struct Repair {
        ProportionalRateReduction prr{};
        std::optional<Congestion> before{};  // the window before the loss
        Instant began;                       // when the first segment left again
        std::int64_t segments = 0;           // that left again, less those reported as duplicates
        bool original_arrived = false;       // by its timestamp, what was sent again had not been lost
    };

    struct Taken {
        std::uint32_t octets = 0;       // that were not known to have arrived
        std::optional<Duration> rtt{};  // of the newest of them, unless it left twice
    };

    Sequence snd_nxt() const { return una_ + board_.outstanding(); }
    Taken take(const Acknowledgment& arrived);
    std::optional<Range> duplicate_in(const Acknowledgment& arrived) const;
    std::uint32_t count_duplicate(const Acknowledgment& arrived, std::uint32_t delivered);
    void find_losses(const Acknowledgment& arrived, bool advanced);
    void look_for_needless(const Acknowledgment& arrived, Congestion& congestion);
    void take_mark(std::uint32_t flight, Congestion& congestion);
    void note_reduction();
    void enter(Congestion& congestion);
    void leave(Congestion& congestion);
    void undo(Congestion& congestion);
    void judge_probe(const Acknowledgment& arrived, Congestion& congestion);
    void schedule_probe(Duration srtt, Instant rto_at, Instant now);

    Sack sack_ = Sack::absent;
    Phase phase_ = Phase::open;
    bool reduced_ = false;  // take_reduction()
    std::uint32_t mss_ = 536;
    Sequence una_;
    Sequence recover_;              // RFC 6582 §3.2: SND.NXT when the loss was found
    Sequence reduced_at_;           // SND.NXT when the window was reduced, or as far as that matters
    std::uint32_t duplicates_ = 0;  // without SACK: ACKs that each say that something has arrived
    Scoreboard board_;
    Rack rack_{std::nullopt};
    Lazy<Repair> repair_;
    Instant reorder_at_ = Instant::never();

    // Tail loss probe
    Instant probe_at_ = Instant::never();
    std::optional<Sequence> probed_;  // TLP.end_seq: SND.NXT when the probe left
    bool probe_due_ = false;
    bool probe_was_again_ = false;  // TLP.is_retrans
};

}  // namespace sockeye::transport::tcp
