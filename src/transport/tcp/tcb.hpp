// The transmission control block (RFC 9293 §3.3.1): everything a connection remembers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/sequence.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"
#include "transport/tcp/config.hpp"
#include "transport/tcp/congestion.hpp"
#include "transport/tcp/receive_buffer.hpp"
#include "transport/tcp/retransmission.hpp"
#include "transport/tcp/send_buffer.hpp"
#include "transport/tcp/state.hpp"

namespace sockeye::transport::tcp {

/// How the connection came to be (RFC 9293 MUST-11).
enum class Opened : std::uint8_t { actively, passively };
/// Whether anybody is left to read what the peer sends.
enum class Reader : std::uint8_t { attached, gone };
/// Nagle's algorithm (RFC 9293 §3.7.4), TCP_NODELAY's opposite.
enum class Nagle : std::uint8_t { on, off };
enum class AckDue : std::uint8_t { none, delayed, now };

/// Octets of payload a segment may carry.
struct SegmentLimits {
    std::uint16_t path = 1460;        ///< what our own link takes; our MSS option says it
    std::uint16_t unless_told = 536;  ///< where the peer sends no MSS option (RFC 9293 MUST-15)
};

/// Plain data for segment_arrives() and next_segment(), which are the connection's two halves.
///
/// The stream to the peer, in order of sequence numbers:
///
///     ISS        SND.UNA          cursor          SND.NXT        end of the buffer
///     SYN | acknowledged | in flight | to be sent again | not yet sent | FIN
///
/// `cursor` is what next_segment() sends next. It is SND.NXT but after a timeout, when everything
/// from SND.UNA on is taken for lost and the cursor starts there again.
struct Tcb {
    Tcb(const Config& configuration, Sequence initial, SegmentLimits limits)
        : config{configuration},
          iss{initial},
          snd_una{initial},
          snd_nxt{initial},
          cursor{initial},
          outgoing{configuration.send_buffer, initial + 1},
          retransmission{configuration},
          incoming{configuration.receive_buffer},
          segment_limits{limits} {}

    const Config& config;
    State state = State::closed;
    Opened opened = Opened::actively;
    std::optional<Errc> error;  ///< why it ended, until the user has been told

    // Sending
    Sequence iss;
    Sequence snd_una;
    Sequence snd_nxt;
    Sequence cursor;
    std::uint32_t snd_wnd = 0;
    std::uint32_t max_snd_wnd = 0;  ///< the largest window the peer ever offered
    Sequence snd_wl1;
    Sequence snd_wl2;
    std::uint32_t snd_mss = 536;  ///< octets of payload that one segment may carry
    SendBuffer outgoing;
    Retransmission retransmission;
    Congestion congestion;
    bool fin_queued = false;  ///< the user has no more to send: a FIN stands behind the buffer
    bool probe_due = false;   ///< the next segment goes out whatever window and Nagle say
    Nagle nagle = Nagle::on;
    int retries = 0;    ///< timeouts since the peer last got anything further
    Instant last_sent;  ///< when data last left, for RFC 5681 §4.1

    // Receiving
    Sequence irs;
    ReceiveBuffer incoming;
    Sequence rcv_edge;  ///< right edge of the window last offered; never moves back
    SegmentLimits segment_limits;
    std::optional<Sequence> fin_at;  ///< the peer's FIN, be it that octets before it are missing
    AckDue ack_due = AckDue::none;
    int segments_to_acknowledge = 0;
    Reader reader = Reader::attached;
    Instant next_challenge;  ///< no challenge ACK before

    // Timers; never() where not running
    Instant retransmit_at = Instant::never();  ///< also the persist timer: never both
    Instant acknowledge_at = Instant::never();
    Instant linger_at = Instant::never();  ///< 2 MSL in TIME-WAIT; an orphan's patience in FIN-WAIT-2

    /// RCV.NXT: behind the FIN once that has been taken.
    Sequence rcv_nxt() const { return incoming.next() + (peer_has_finished(state) ? 1u : 0u); }
    /// RCV.WND, as last offered.
    std::uint32_t rcv_wnd() const { return static_cast<std::uint32_t>(std::max(0, rcv_edge - rcv_nxt())); }
    /// The sequence number behind everything the user has sent, FIN included.
    Sequence stream_end() const { return outgoing.end() + (fin_queued ? 1u : 0u); }
    std::uint32_t in_flight() const { return static_cast<std::uint32_t>(cursor - snd_una); }
    bool is_fin_acked() const { return fin_queued && snd_una == stream_end(); }

    Instant next_wakeup() const { return std::min({retransmit_at, acknowledge_at, linger_at}); }

    void stop_timers() { retransmit_at = acknowledge_at = linger_at = Instant::never(); }

    /// The end, told to the user where there is something to tell.
    void close(std::optional<Errc> why) {
        state = State::closed;
        if (why) error = why;
        ack_due = AckDue::none;
        stop_timers();
    }
};

/// What may be offered now: the room there is, as far as 16 bits can say it (no scaling yet).
inline std::uint32_t largest_window(const Tcb& tcb) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(tcb.incoming.space(), 65535));
}

}  // namespace sockeye::transport::tcp
