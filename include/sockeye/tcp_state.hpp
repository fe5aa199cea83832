// The states that a TCP connection passes through.
#pragma once

#include <cstdint>
#include <string_view>

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

/// The RFC's spelling: "FIN-WAIT-1".
std::string_view to_string(TcpState state);

}  // namespace sockeye
