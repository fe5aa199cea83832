// The sockets of a host in a lab at this moment, as rows: who listens, who is connected, and what each
// TCP remembers of its connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/world.hpp"
#include "sockeye/address.hpp"
#include "sockeye/tcp_state.hpp"
#include "sockeye/time.hpp"

namespace sockeye::lab {

struct SocketRow {
    std::string_view protocol;
    Address local;
    std::optional<Address> peer;
    std::optional<TcpState> state;  ///< nullopt: UDP has none
    std::size_t receive_queue = 0;  ///< octets that no program has read; of a listener: connections
    std::size_t send_queue = 0;     ///< octets that the peer has not acknowledged; of a listener: its backlog
};
/// Listeners, connections (also those that no program holds any more), and UDP sockets.
std::vector<SocketRow> socket_rows(const World& world, std::string_view host);

struct BacklogRow {
    Address listener;
    std::size_t waiting;      ///< completed connections that nobody has accepted
    std::size_t backlog;      ///< as listen() was told; the queue takes one more (as Linux's)
    std::size_t half_open;    ///< their SYN has come, and their ACK has not
    std::size_t syn_backlog;  ///< so many of those are remembered; beyond, SYN cookies answer
};
std::vector<BacklogRow> backlog_rows(const World& world, std::string_view host);

struct TimerRow {
    std::string_view name;  ///< "retransmission"
    Duration in;            ///< until it fires
};

/// Sequence numbers are as far from the initial one as they are; those are as they are on the wire.
struct TcbRow {
    Address local;
    Address peer;
    TcpState state;
    bool is_active;  ///< this end opened

    std::uint32_t iss;
    std::uint32_t snd_una;
    std::uint32_t snd_nxt;
    std::uint32_t snd_wnd;
    std::uint32_t snd_mss;

    std::optional<std::uint32_t> irs;  ///< nullopt: no SYN of the peer's has come
    std::uint32_t rcv_nxt;
    std::uint32_t rcv_wnd;

    std::uint32_t in_flight;  ///< octets
    std::size_t unsent;       ///< octets that the program has sent and TCP has not
    std::size_t unread;       ///< octets that the program may read
    std::uint32_t cwnd;
    std::optional<std::uint32_t> ssthresh;  ///< nullopt: none yet
    std::string_view phase;                 ///< "slow start", "congestion avoidance", "fast recovery", …
    std::uint32_t sent_again;               ///< segments

    std::optional<Duration> srtt;  ///< nullopt: nothing has been measured
    Duration rttvar;
    Duration rto;
    std::vector<TimerRow> timers;  ///< that are armed, the next one first
};
std::vector<TcbRow> tcb_rows(const World& world, std::string_view host);

}  // namespace sockeye::lab
