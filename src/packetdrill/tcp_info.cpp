#include "packetdrill/tcp_info.hpp"

#include <algorithm>
#include <chrono>

namespace sockeye::packetdrill {
namespace {

namespace tcp = transport::tcp;

/// Linux's numbers (its net/tcp_states.h), in the order of State.
constexpr std::array<std::uint8_t, 11> numbers{7, 10, 2, 3, 1, 4, 5, 8, 11, 9, 6};
static_assert(numbers.size() == static_cast<std::size_t>(tcp::State::time_wait) + 1);

constexpr std::uint8_t number_of(tcp::State state) {
    return numbers[static_cast<std::size_t>(state)];
}
static_assert(number_of(tcp::State::closed) == 7 && number_of(tcp::State::established) == 1 &&
              number_of(tcp::State::close_wait) == 8 && number_of(tcp::State::time_wait) == 6);

constexpr std::uint32_t us(Duration duration) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(duration).count());
}
constexpr std::uint32_t ms(Duration duration) {
    return static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

/// Linux's TCP_CA_Open, _Disorder, _Recovery and _Loss.
std::uint8_t congestion_state(const tcp::Recovery& recovery) {
    switch (recovery.phase()) {
        case tcp::Recovery::Phase::open: return recovery.scoreboard().sacked() > 0 ? 1 : 0;
        case tcp::Recovery::Phase::repairing: return 3;
        case tcp::Recovery::Phase::timed_out: return 4;
    }
    return 0;
}

void fill_sending(const tcp::Tcb& tcb, ::tcp_info& info) {
    constexpr std::uint32_t never_reached = 0x7fffffff;
    const std::uint32_t mss = std::max<std::uint32_t>(tcb.snd_mss, 1);
    const std::uint32_t threshold = tcb.congestion.slow_start_threshold();
    info.tcpi_snd_mss = mss;
    info.tcpi_snd_cwnd = tcb.congestion.window() / mss;
    info.tcpi_snd_ssthresh = threshold == UINT32_MAX ? never_reached : threshold / mss;
    info.tcpi_snd_wnd = tcb.snd_wnd;
    const tcp::Scoreboard& board = tcb.recovery.scoreboard();
    const bool opening = !tcp::is_synchronized(tcb.state);
    info.tcpi_unacked =
        static_cast<std::uint32_t>(board.segments().size()) + (opening && tcb.in_flight() > 0);
    info.tcpi_sacked = static_cast<std::uint32_t>(board.sacked_segments());
    for (const tcp::SentSegment& segment : board.segments()) {
        info.tcpi_lost += segment.lost ? 1 : 0;
        info.tcpi_retrans += segment.retransmitted && !segment.lost ? 1 : 0;
    }
    info.tcpi_total_retrans = tcb.sent_again;
    info.tcpi_retransmits = static_cast<std::uint8_t>(std::min(tcb.retries, 255));
    info.tcpi_backoff = info.tcpi_retransmits;
    info.tcpi_ca_state = congestion_state(tcb.recovery);
    if (opening) return;
    info.tcpi_notsent_bytes = static_cast<std::uint32_t>(
        std::max(0, tcb.outgoing.end() - std::max(tcb.cursor, tcb.outgoing.begin())));
    info.tcpi_bytes_acked = static_cast<std::uint32_t>(tcb.snd_una - tcb.iss);
}

void fill_receiving(const tcp::Tcb& tcb, ::tcp_info& info) {
    info.tcpi_rcv_mss = tcb.rcv_mss;
    info.tcpi_advmss = tcb.segment_limits.path;
    info.tcpi_rcv_ssthresh = static_cast<std::uint32_t>(tcb.incoming.limit());
    info.tcpi_rcv_space = static_cast<std::uint32_t>(tcb.incoming.limit());
    if (tcp::is_synchronized(tcb.state))
        info.tcpi_bytes_received = static_cast<std::uint32_t>(tcb.incoming.next() - (tcb.irs + 1));
}

void fill_options(const tcp::Tcb& tcb, ::tcp_info& info) {
    if (tcb.options.timestamps) info.tcpi_options |= TCPI_OPT_TIMESTAMPS;
    if (tcb.options.sack) info.tcpi_options |= TCPI_OPT_SACK;
    if (tcb.ecn.marks_text()) info.tcpi_options |= TCPI_OPT_ECN;
    if (!tcb.options.window_scaling) return;
    info.tcpi_options |= TCPI_OPT_WSCALE;
    info.tcpi_snd_wscale = tcb.snd_shift & 0xf;
    info.tcpi_rcv_wscale = tcb.rcv_shift & 0xf;
}

}  // namespace

::tcp_info tcp_info_of(const stack::StreamSocket& socket, Instant now) {
    ::tcp_info info{};
    const auto* const connection = socket.connection();
    if (connection == nullptr) {
        const auto* const listener = socket.listener();
        info.tcpi_state = number_of(listener == nullptr ? tcp::State::closed : tcp::State::listen);
        if (listener != nullptr) info.tcpi_unacked = static_cast<std::uint32_t>(listener->waiting());
        return info;
    }
    const tcp::Tcb& tcb = connection->status();
    info.tcpi_state = number_of(tcb.state);
    info.tcpi_probes = static_cast<std::uint8_t>(tcb.keepalive_probes);
    info.tcpi_rto = us(tcb.retransmission.timeout());
    info.tcpi_ato = us(tcb.config.delayed_ack);
    info.tcpi_rtt = us(tcb.srtt());
    info.tcpi_rttvar = us(tcb.retransmission.variation());
    info.tcpi_min_rtt = us(tcb.recovery.rack().minimum_rtt().value_or(Duration::zero()));
    info.tcpi_reordering = 3;  // RFC 5681's threshold
    info.tcpi_last_data_sent = ms(now - tcb.last_sent);
    info.tcpi_last_data_recv = info.tcpi_last_ack_recv = ms(now - tcb.last_received);
    const std::uint32_t headers = connection->peer().family() == Family::inet6 ? 60 : 40;
    info.tcpi_pmtu = tcb.segment_limits.path + headers;
    fill_sending(tcb, info);
    fill_receiving(tcb, info);
    fill_options(tcb, info);
    return info;
}

MemInfo mem_info_of(const stack::StreamSocket& socket) {
    MemInfo info{};
    const auto* const connection = socket.connection();
    if (connection == nullptr) return info;
    const tcp::Tcb& tcb = connection->status();
    info[SK_MEMINFO_RMEM_ALLOC] = static_cast<std::uint32_t>(tcb.incoming.readable());
    info[SK_MEMINFO_RCVBUF] = static_cast<std::uint32_t>(tcb.incoming.limit());
    info[SK_MEMINFO_SNDBUF] = static_cast<std::uint32_t>(tcb.outgoing.limit());
    info[SK_MEMINFO_WMEM_QUEUED] = static_cast<std::uint32_t>(tcb.outgoing.size());
    return info;
}

}  // namespace sockeye::packetdrill
