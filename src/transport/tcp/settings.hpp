// What a user may set on a connection at any time, under the RFCs' names; Linux's stand beside them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sockeye/time.hpp"

namespace sockeye::transport::tcp {

/// Nagle's algorithm (RFC 9293 §3.7.4), TCP_NODELAY's opposite.
enum class Nagle : std::uint8_t { on, off };
/// Whether to hold back what does not fill a segment, until it is uncorked or the timer runs out.
enum class Cork : std::uint8_t { out, in };

/// Probes on an idle connection, so that a peer that is gone is noticed (RFC 9293 §3.8.4).
struct Keepalive {
    Duration idle = 2h;       ///< TCP_KEEPIDLE: silence before the first (MUST-28)
    Duration interval = 75s;  ///< TCP_KEEPINTVL: between them
    int count = 9;            ///< TCP_KEEPCNT: unanswered ones that end the connection (MUST-29)

    friend bool operator==(const Keepalive&, const Keepalive&) = default;
};

/// Whether an ACK may wait for company (RFC 9293 §3.8.6.3).
enum class DelayedAck : std::uint8_t { on, off };
/// Whether a socket of :: hears IPv4 too (RFC 3493 §5.3).
enum class Families : std::uint8_t { both, ipv6_only };

struct Settings {
    Nagle nagle = Nagle::on;
    Cork cork = Cork::out;                    ///< TCP_CORK
    std::optional<Keepalive> keepalive{};     ///< SO_KEEPALIVE; off unless asked for (MUST-25)
    std::optional<Duration> user_timeout{};   ///< TCP_USER_TIMEOUT: how long data may stay unacknowledged
    std::optional<Duration> linger{};         ///< SO_LINGER; 0: closing resets. More is the socket's to wait
    DelayedAck delayed_ack = DelayedAck::on;  ///< TCP_QUICKACK's opposite
    std::optional<std::uint16_t> maximum_segment{};  ///< TCP_MAXSEG: sent and asked for, at most
    std::optional<int> syn_retries{};                ///< TCP_SYNCNT
    Families families = Families::both;              ///< IPV6_V6ONLY
    std::uint8_t hop_limit = 64;                     ///< IP_TTL, IPV6_UNICAST_HOPS (MUST-49)
    std::uint8_t traffic_class = 0;                  ///< IP_TOS, IPV6_TCLASS (MUST-48)
    std::optional<std::size_t> send_buffer{};        ///< SO_SNDBUF: octets, no longer tuned
    std::optional<std::size_t> receive_buffer{};     ///< SO_RCVBUF: likewise

    friend bool operator==(const Settings&, const Settings&) = default;
};

}  // namespace sockeye::transport::tcp
