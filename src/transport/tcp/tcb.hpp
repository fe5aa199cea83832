// The transmission control block (RFC 9293 §3.3.1): everything a connection remembers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/lazy.hpp"
#include "base/sequence.hpp"
#include "network/packet.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"
#include "transport/tcp/config.hpp"
#include "transport/tcp/congestion.hpp"
#include "transport/tcp/ecn.hpp"
#include "transport/tcp/receive_buffer.hpp"
#include "transport/tcp/receive_tuning.hpp"
#include "transport/tcp/recovery.hpp"
#include "transport/tcp/retransmission.hpp"
#include "transport/tcp/sack_report.hpp"
#include "transport/tcp/segment_limits.hpp"
#include "transport/tcp/send_buffer.hpp"
#include "transport/tcp/settings.hpp"
#include "transport/tcp/state.hpp"
#include "transport/tcp/timestamps.hpp"

namespace sockeye::transport::tcp {

/// How the connection came to be (RFC 9293 MUST-11).
enum class Opened : std::uint8_t { actively, passively };
/// Whether anybody is left to read what the peer sends.
enum class Reader : std::uint8_t { attached, gone };
enum class AckDue : std::uint8_t { none, delayed, now };

/// Plain data for segment_arrives() and next_segment(), which are the connection's two halves.
///
/// The stream to the peer, in order of sequence numbers:
///
///     ISS        SND.UNA              SND.NXT        end of the buffer
///     SYN | acknowledged | in flight, or lost | not yet sent | FIN
///
/// `recovery` knows of each segment between SND.UNA and SND.NXT whether it is lost; that goes out
/// before anything new does. The `cursor` is where new octets are sent from: SND.NXT, but while the
/// SYN has to be sent again.
struct Tcb {
    Tcb(const Config& configuration, Sequence initial, Timestamps clock, SegmentLimits limits)
        : config{configuration},
          options{configuration.options},
          timestamps{clock},
          iss{initial},
          snd_una{initial},
          snd_nxt{initial},
          cursor{initial},
          outgoing{configuration.send_buffer.initial, initial + 1},
          retransmission{configuration},
          incoming{configuration.receive_buffer.initial},
          segment_limits{limits} {}

    const Config& config;
    State state = State::closed;
    Opened opened = Opened::actively;
    std::optional<Errc> error;                            ///< why it ended, until the user has been told
    std::optional<Errc> soft_error;                       ///< what ICMP said and did not end it (RFC 5461)
    std::optional<network::IcmpNotice::Kind> icmp_error;  ///< which of ICMP's errors said it
    Options options;  ///< what this end offers; once a SYN was taken, what both ends know
    Ecn ecn;
    bool user_timeout_due = false;  ///< the peer has yet to be told of it (RFC 5482)
    Timestamps timestamps;
    Lazy<Settings> settings;

    // Sending
    Sequence iss;
    Sequence snd_una;
    Sequence snd_nxt;
    Sequence cursor;
    std::uint32_t snd_wnd = 0;      ///< octets, scaled already
    std::uint8_t snd_shift = 0;     ///< RFC 7323 §2.3: Snd.Wind.Shift
    std::uint32_t max_snd_wnd = 0;  ///< the largest window the peer ever offered
    Sequence snd_wl1;
    Sequence snd_wl2;
    std::uint32_t snd_mss = 536;  ///< octets of payload, once the options that every segment has are off
    SendBuffer outgoing;
    Retransmission retransmission;
    Congestion congestion;
    Recovery recovery;
    bool fin_queued = false;              ///< the user has no more to send: a FIN stands behind the buffer
    bool probe_due = false;               ///< the next segment goes out whatever window and Nagle say
    std::uint32_t sent_again = 0;         ///< segments that left more than once, SYNs included
    int retries = 0;                      ///< timeouts since the peer last got anything further
    std::uint32_t peer_user_timeout = 0;  ///< seconds that the peer would wait; 0: it has not said
    Instant last_sent;                    ///< when data last left, for RFC 5681 §4.1
    Instant waiting_since;  ///< what stands at SND.UNA was first sent, or the peer last got further

    // Receiving
    ReceiveBuffer incoming;
    Lazy<SackReport> sack_report;
    Sequence irs;
    Sequence rcv_edge;              ///< right edge of the window last offered; never moves back
    std::uint32_t max_rcv_wnd = 0;  ///< the largest window ever offered
    std::uint8_t rcv_shift = 0;     ///< RFC 7323 §2.3: Rcv.Wind.Shift
    Sequence last_ack_sent;         ///< RFC 7323 §4.3: Last.ACK.sent
    SegmentLimits segment_limits;
    std::optional<Sequence> fin_at;  ///< the peer's FIN, be it that octets before it are missing
    AckDue ack_due = AckDue::none;
    Reader reader = Reader::attached;
    std::uint32_t rcv_mss = 536;  ///< what counts as a full-sized segment of the peer's
    ReceiveTuning tuning;
    Instant next_challenge;    ///< when challenge ACKs are counted anew
    int challenges = 0;        ///< since the count began
    Instant last_received;     ///< when the peer was last heard
    int keepalive_probes = 0;  ///< unanswered
    bool keepalive_due = false;

    // Timers; never() where not running
    Instant retransmit_at = Instant::never();  ///< also the persist timer: never both
    Instant acknowledge_at = Instant::never();
    Instant linger_at = Instant::never();  ///< 2 MSL in TIME-WAIT; an orphan's patience in FIN-WAIT-2
    Instant keepalive_at = Instant::never();

    /// RCV.NXT: behind the FIN once that has been taken.
    Sequence rcv_nxt() const { return incoming.next() + (peer_has_finished(state) ? 1u : 0u); }
    /// RCV.WND, as last offered.
    std::uint32_t rcv_wnd() const { return static_cast<std::uint32_t>(std::max(0, rcv_edge - rcv_nxt())); }
    /// The sequence number behind everything the user has sent, FIN included.
    Sequence stream_end() const { return outgoing.end() + (fin_queued ? 1u : 0u); }
    std::uint32_t in_flight() const { return static_cast<std::uint32_t>(cursor - snd_una); }
    bool is_fin_acked() const { return fin_queued && snd_una == stream_end(); }

    Duration srtt() const { return retransmission.smoothed().value_or(Duration::zero()); }

    Instant next_wakeup() const {
        return std::min({retransmit_at, acknowledge_at, linger_at, keepalive_at, recovery.next_wakeup()});
    }

    void stop_timers() {
        retransmit_at = acknowledge_at = linger_at = keepalive_at = Instant::never();
        recovery.stop_timers();
    }

    /// The user's patience, where it has a limit (RFC 9293 §3.8.3: R2).
    Instant give_up_at() const {
        return settings->user_timeout ? waiting_since + *settings->user_timeout : Instant::never();
    }
    /// As the peer would have it, which makes nobody less patient than it is (RFC 5482 §3.1, §5).
    Instant patient_until() const {
        return waiting_since +
               std::min<Duration>(std::chrono::seconds{peer_user_timeout}, config.longest_user_timeout);
    }
    void restart_retransmission(Instant now) {
        retransmit_at = std::min(now + retransmission.timeout(), give_up_at());
    }

    /// The end, told to the user where there is something to tell.
    void close(std::optional<Errc> why) {
        state = State::closed;
        if (why) error = why;
        ack_due = AckDue::none;
        stop_timers();
    }
};

/// What a SYN offers, which is never scaled (RFC 7323 §2.2).
inline std::uint32_t syn_window(const Tcb& tcb) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(tcb.incoming.space(), 65535));
}

/// The shift that lets 16 bits say the whole buffer, once it has grown (RFC 7323 §2.3).
inline std::uint8_t window_shift(const Config& config, const Settings& settings) {
    const std::size_t largest = settings.receive_buffer.value_or(config.receive_buffer.maximum);
    std::uint8_t shift = 0;
    while (shift < 14 && largest >> shift > 65535) ++shift;
    return shift;
}

/// What may be offered now: the room there is, as far as 16 bits, shifted, can say it.
inline std::uint32_t largest_window(const Tcb& tcb) {
    const std::uint64_t room = std::min<std::uint64_t>(tcb.incoming.space(), 65535ULL << tcb.rcv_shift);
    return static_cast<std::uint32_t>(room >> tcb.rcv_shift << tcb.rcv_shift);
}

}  // namespace sockeye::transport::tcp
