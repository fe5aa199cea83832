#include "sockeye/tcp_state.hpp"

namespace sockeye {

std::string_view to_string(TcpState state) {
    using enum TcpState;
    switch (state) {
        case closed: return "CLOSED";
        case listen: return "LISTEN";
        case syn_sent: return "SYN-SENT";
        case syn_received: return "SYN-RECEIVED";
        case established: return "ESTABLISHED";
        case fin_wait_1: return "FIN-WAIT-1";
        case fin_wait_2: return "FIN-WAIT-2";
        case close_wait: return "CLOSE-WAIT";
        case closing: return "CLOSING";
        case last_ack: return "LAST-ACK";
        case time_wait: return "TIME-WAIT";
    }
    return "?";
}

}  // namespace sockeye
