// What TCP knows of a connection, for whoever wants to see why it is slow.
#pragma once

#include <cstdint>

#include "sockeye/socket_base.hpp"
#include "sockeye/tcp_state.hpp"
#include "sockeye/time.hpp"

namespace sockeye {

struct TcpInfo {
    TcpState state = TcpState::closed;
    std::uint8_t retries = 0;                ///< of what is unacknowledged now
    Duration rtt{};                          ///< smoothed (RFC 6298); 0: not measured yet
    Duration rto{};                          ///< the retransmission timeout
    std::uint32_t send_mss = 0;              ///< octets of payload in a segment
    std::uint32_t congestion_window = 0;     ///< segments
    std::uint32_t slow_start_threshold = 0;  ///< segments; 2^31 - 1: arbitrarily high (RFC 5681 §3.1)
    std::uint32_t in_flight = 0;             ///< segments sent and not acknowledged
    std::uint32_t unsent = 0;                ///< octets that wait to be sent
    std::uint32_t send_window = 0;           ///< octets, as the peer offers; 0 before Linux 5.4
};

/// @returns unsupported: no TCP socket
Result<TcpInfo> tcp_info(const SocketBase& socket);

}  // namespace sockeye
