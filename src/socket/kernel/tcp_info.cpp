// TCP_INFO, in a file of its own: <linux/tcp.h>, which has all of it, excludes <netinet/tcp.h>.
#include <linux/bpf.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {
namespace {

struct Row {
    int number;
    TcpState state;
};

constexpr std::array states{
    Row{BPF_TCP_ESTABLISHED, TcpState::established}, Row{BPF_TCP_SYN_SENT, TcpState::syn_sent},
    Row{BPF_TCP_SYN_RECV, TcpState::syn_received},   Row{BPF_TCP_NEW_SYN_RECV, TcpState::syn_received},
    Row{BPF_TCP_FIN_WAIT1, TcpState::fin_wait_1},    Row{BPF_TCP_FIN_WAIT2, TcpState::fin_wait_2},
    Row{BPF_TCP_TIME_WAIT, TcpState::time_wait},     Row{BPF_TCP_CLOSE_WAIT, TcpState::close_wait},
    Row{BPF_TCP_LAST_ACK, TcpState::last_ack},       Row{BPF_TCP_LISTEN, TcpState::listen},
    Row{BPF_TCP_CLOSING, TcpState::closing},
};

TcpState state_of(int number) {
    const auto* row = std::ranges::find(states, number, &Row::number);
    return row == states.end() ? TcpState::closed : row->state;
}

}  // namespace

Result<TcpInfo> Socket::tcp_info() {
    if (!is_tcp()) return std::unexpected{Errc::unsupported};
    ::tcp_info info{};
    socklen_t size = sizeof info;
    if (::getsockopt(descriptor_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
        return std::unexpected{error_of(errno)};
    return TcpInfo{.state = state_of(info.tcpi_state),
                   .retries = info.tcpi_retransmits,
                   .rtt = std::chrono::microseconds{info.tcpi_rtt},
                   .rto = std::chrono::microseconds{info.tcpi_rto},
                   .send_mss = info.tcpi_snd_mss,
                   .congestion_window = info.tcpi_snd_cwnd,
                   .slow_start_threshold = info.tcpi_snd_ssthresh,
                   .in_flight = info.tcpi_unacked,
                   .unsent = info.tcpi_notsent_bytes,
                   .send_window = info.tcpi_snd_wnd};
}

}  // namespace sockeye::kernel
