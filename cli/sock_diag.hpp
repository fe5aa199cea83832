// What the kernel tells of its sockets (sock_diag(7)). Octets in, values out: no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/address.hpp"

namespace sockeye::cli {

enum class Protocol : std::uint8_t { tcp, udp, unix_stream, unix_datagram, unix_seqpacket };

/// "tcp", "udp", "unix", "unix-dgram", "unix-seq"
std::string_view to_string(Protocol protocol);

/// Under Linux's numbers (net/tcp_states.h). Every protocol uses them: UDP and unix sockets are
/// `established` with a peer and `closed` without.
enum class SocketState : std::uint8_t {
    unknown,
    established,
    syn_sent,
    syn_received,
    fin_wait_1,
    fin_wait_2,
    time_wait,
    closed,
    close_wait,
    last_ack,
    listen,
    closing,
    new_syn_received,  ///< a SYN-RECEIVED that is not a whole socket yet
    bound,             ///< has a local address and nothing else (Linux 6.8)
};

/// RFC 9293 §3.3.2's name for TCP; "bound", "connected" for sockets that know no other state.
std::string_view to_string(SocketState state, Protocol protocol);

struct TcpFigures {
    std::uint32_t rtt_us = 0;           ///< smoothed (RFC 6298); 0: not measured yet
    std::uint32_t rtt_variance_us = 0;  ///< RTTVAR
    std::uint32_t retransmitted = 0;    ///< segments, since the connection began
    std::uint32_t cwnd = 0;             ///< segments
    std::uint32_t mss = 0;              ///< octets a segment
    std::string congestion;             ///< "bbr"
};

struct SocketInfo {
    Protocol protocol = Protocol::tcp;
    SocketState state = SocketState::unknown;
    Address local;
    std::optional<Address> peer;
    std::uint32_t inode = 0;           ///< what /proc/PID/fd names it by; 0: no process has it (TIME-WAIT)
    std::uint32_t peer_inode = 0;      ///< of a connected unix socket, whose peer seldom has a name
    std::optional<std::uint32_t> uid;  ///< whose it is; a unix socket's only from Linux 5.5 on
    std::uint32_t receive_queue = 0;   ///< octets; of a listening socket: connections to be accepted
    std::uint32_t send_queue = 0;      ///< octets; of a listening socket: how many may wait
    bool v6_only = false;              ///< listens on IPv6 and leaves IPv4 to others
    std::optional<TcpFigures> tcp;     ///< of a connection
};

/// The body of one SOCK_DIAG_BY_FAMILY message: inet_diag_msg or unix_diag_msg and its attributes.
/// @param protocol  what was asked for: the answer to a question about IP does not repeat it
/// @returns nothing where it is neither, or too short
std::optional<SocketInfo> parse_inet_diag(std::span<const std::byte> body, Protocol protocol);
std::optional<SocketInfo> parse_unix_diag(std::span<const std::byte> body);

}  // namespace sockeye::cli
