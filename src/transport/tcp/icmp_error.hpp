// What ICMP errors do to a connection (RFC 9293 §3.9.2.2, RFC 5461).
#pragma once

#include <algorithm>
#include <cstddef>

#include "transport/tcp/tcb.hpp"

namespace sockeye::transport::tcp {

/// Nobody will ever answer: credible of a connection that is being opened. An open one has been
/// answered before, and outlives the error (RFC 5461 §4.1, RFC 5927 §5.2).
inline void take_unreachable(Tcb& tcb, network::IcmpNotice::Kind why) {
    tcb.icmp_error = why;
    const Errc code = why == network::IcmpNotice::Kind::port_unreachable ? Errc::refused : Errc::unreachable;
    if (tcb.state == State::syn_sent) return tcb.close(code);
    tcb.soft_error = code;
}

/// Smaller segments from here on, and what is in flight once more, since it was too big (RFC 1191 §6.5,
/// RFC 8201 §5.4). Nothing was lost to congestion.
inline void fit_into_path(Tcb& tcb, Family family, std::size_t path_mtu) {
    const std::size_t least = family == Family::inet6 ? 1280 : 68;  // RFC 8200 §5, RFC 791 §3.2
    const std::uint32_t options = tcb.options.timestamps ? timestamps_size : 0;
    const std::uint32_t room = segment_limits(family, std::max(path_mtu, least)).path - options;
    if (room >= tcb.snd_mss) return;
    tcb.snd_mss = room;
    if (!is_synchronized(tcb.state)) return;
    tcb.recovery.resend_all();
    tcb.retransmission.stop_timing();
}

}  // namespace sockeye::transport::tcp
