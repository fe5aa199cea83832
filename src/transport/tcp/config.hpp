// What one host's TCP can be told, and what it does when it is told nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sockeye/time.hpp"
#include "transport/tcp/congestion.hpp"

namespace sockeye::transport::tcp {

/// Whether what was lost is sent again: without, one sees what TCP is worth (lesson 37).
enum class Repair : std::uint8_t { on, off };

/// Options that a SYN offers, or takes up where the peer offered them; a connection has those that
/// both ends named.
struct Options {
    bool window_scaling = true;  ///< RFC 7323 §2
    bool timestamps = true;      ///< RFC 7323 §3
    bool sack = true;            ///< RFC 2018
    bool user_timeout = false;   ///< RFC 5482: told where the user has set one, and heeded where not

    friend bool operator==(const Options&, const Options&) = default;
};

/// Octets that a buffer may hold: at first, and when it has grown as far as it may.
struct BufferSize {
    constexpr BufferSize(std::size_t fixed) : initial{fixed}, maximum{fixed} {}
    constexpr BufferSize(std::size_t from, std::size_t upto) : initial{from}, maximum{upto} {}

    std::size_t initial;
    std::size_t maximum;
};

/// When a SYN is answered with a cookie instead of being remembered (RFC 4987 §3.6).
enum class SynCookieUse : std::uint8_t { never, when_crowded, always };

/// How much may arrive before an ACK leaves at once (RFC 9293 §3.8.6.3: two full-sized segments at most).
enum class AckPace : std::uint8_t {
    second_full_segment,
    beyond_one_segment,  ///< as Linux: a card may have joined two that are not as large as they could be
};

/// Whether the ACK of a FIN may wait, so that a close at once sends both as one.
enum class FinAck : std::uint8_t { may_wait, at_once };

/// Whether segments are summed. Not where what is below sees to it that none is damaged, for both ends.
enum class Checksums : std::uint8_t { computed, left_out };

/// Explicit congestion notification (RFC 3168). As Linux's tcp_ecn: 0, 2 and 1.
enum class EcnUse : std::uint8_t { never, when_asked, asked_for };

/// Whether a stream that flows is spared the questions that only others need to be asked (fast_input.hpp,
/// fast_output.hpp). The answers are the same: it is for tests to show that.
enum class ShortWays : std::uint8_t { taken, left_out };

struct Config {
    BufferSize send_buffer{std::size_t{1} << 16, std::size_t{4} << 20};     ///< as Linux's tcp_wmem
    BufferSize receive_buffer{std::size_t{1} << 17, std::size_t{6} << 20};  ///< as Linux's tcp_rmem
    Options options{};
    EcnUse ecn = EcnUse::when_asked;
    Checksums checksums = Checksums::computed;
    ShortWays short_ways = ShortWays::taken;

    CongestionControl congestion = CongestionControl::cubic;
    SlowStart slow_start = SlowStart::hystart;
    Repair repair = Repair::on;

    Duration initial_rto = 1s;           ///< RFC 6298 §2.1
    Duration minimum_rto = 200ms;        ///< as Linux; RFC 6298 §2.4 has 1 s
    Duration maximum_rto = 60s;          ///< RFC 6298 §2.5
    int syn_retries = 6;                 ///< R2 for SYN and SYN ACK, as Linux's tcp_syn_retries
    Duration longest_user_timeout = 1h;  ///< as the peer may have it (RFC 5482 §3.1: U_LIMIT)
    int data_retries = 15;               ///< R2 for all else (RFC 9293 §3.8.3), as Linux's tcp_retries2
    Duration delayed_ack = 40ms;         ///< as Linux's shortest; must be under 500 ms (RFC 9293 MUST-40)
    AckPace ack_pace = AckPace::second_full_segment;
    FinAck fin_ack = FinAck::may_wait;
    Duration time_wait = 60s;             ///< 2 MSL in all, as Linux; RFC 9293 §3.4.2 has 4 minutes
    Duration orphan_timeout = 60s;        ///< in FIN-WAIT-2 with nobody to read, as Linux's tcp_fin_timeout
    Duration challenge_interval = 500ms;  ///< in which a connection challenges (RFC 5961 §7) no more than
    int challenge_burst = 1;              ///< so often

    /// Octets that connections may hold in all while each has a gap in what it received.
    std::size_t memory_ahead = std::size_t{128} << 20;
    std::size_t syn_backlog = 1024;  ///< half-open connections a listener
    SynCookieUse syn_cookies = SynCookieUse::when_crowded;
    std::size_t maximum_orphans = 8192;       ///< connections of no socket that are not in TIME-WAIT yet
    std::size_t maximum_connections = 65536;  ///< of the host, in any state
};

}  // namespace sockeye::transport::tcp
