// What TCP knows of a connection, for whoever wants to see why it is slow.
#pragma once

#include <cstdint>
#include <string_view>

#include "sockeye/socket_base.hpp"
#include "sockeye/time.hpp"

namespace sockeye {

/// RFC 9293 §3.3.2
enum class TcpState : std::uint8_t {
    closed,
    listen,
    syn_sent,
    syn_received,
    established,
    fin_wait_1,
    fin_wait_2,
    close_wait,
    closing,
    last_ack,
    time_wait,
};

/// "FIN-WAIT-1"
std::string_view to_string(TcpState state);

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
