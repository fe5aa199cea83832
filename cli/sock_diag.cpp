#include "cli/sock_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>

#include "cli/netlink.hpp"
#include "socket/kernel/sockaddr.hpp"

namespace sockeye::cli {
namespace {

constexpr std::array tcp_states{"?",          "ESTABLISHED", "SYN-SENT",     "SYN-RECEIVED", "FIN-WAIT-1",
                                "FIN-WAIT-2", "TIME-WAIT",   "CLOSED",       "CLOSE-WAIT",   "LAST-ACK",
                                "LISTEN",     "CLOSING",     "SYN-RECEIVED", "BOUND"};

SocketState state_of(std::uint8_t number) {
    return number < tcp_states.size() ? static_cast<SocketState>(number) : SocketState::unknown;
}

/// @param octets  in network byte order, as `family` has them
/// @param port  in network byte order
Address address_of(std::uint8_t family, std::span<const std::byte> octets, std::uint16_t port,
                   std::uint32_t interface) {
    kernel::SocketAddress address;
    if (family == AF_INET) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = port;
        v4.sin_addr = copied<in_addr>(octets);
        std::memcpy(&address.storage, &v4, sizeof v4);
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = port;
        v6.sin6_addr = copied<in6_addr>(octets);
        if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) v6.sin6_scope_id = interface;
        std::memcpy(&address.storage, &v6, sizeof v6);
    }
    return kernel::from_sockaddr(address);
}

TcpFigures figures_of(std::span<const std::byte> attributes, std::span<const std::byte> info) {
    const auto read = copied<tcp_info>(info);
    TcpFigures figures{.rtt_us = read.tcpi_rtt,
                       .rtt_variance_us = read.tcpi_rttvar,
                       .retransmitted = read.tcpi_total_retrans,
                       .cwnd = read.tcpi_snd_cwnd,
                       .mss = read.tcpi_snd_mss,
                       .congestion = {}};
    for (std::byte letter : find_attribute(attributes, INET_DIAG_CONG)) {
        if (letter == std::byte{0}) break;
        figures.congestion += static_cast<char>(letter);
    }
    return figures;
}

bool has_connection(SocketState state) {
    return state != SocketState::listen && state != SocketState::closed && state != SocketState::bound &&
           state != SocketState::time_wait && state != SocketState::new_syn_received;
}

std::optional<Protocol> unix_protocol(std::uint8_t type) {
    switch (type) {
        case SOCK_STREAM: return Protocol::unix_stream;
        case SOCK_DGRAM: return Protocol::unix_datagram;
        case SOCK_SEQPACKET: return Protocol::unix_seqpacket;
        default: return std::nullopt;
    }
}

/// The attribute has neither a family nor, for a path, an end of its own.
Address unix_address(std::span<const std::byte> name) {
    kernel::SocketAddress address;
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    const std::size_t octets = std::min(name.size(), sizeof un.sun_path);
    if (octets > 0) std::memcpy(un.sun_path, name.data(), octets);
    std::memcpy(&address.storage, &un, sizeof un);
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + octets);
    return kernel::from_sockaddr(address);
}

template <class T>
std::optional<T> attribute(std::span<const std::byte> attributes, std::uint16_t type) {
    const auto found = find_attribute(attributes, type);
    if (found.size() < sizeof(T)) return std::nullopt;
    return copied<T>(found);
}

}  // namespace

std::string_view to_string(Protocol protocol) {
    constexpr std::array names{"tcp", "udp", "unix", "unix-dgram", "unix-seq"};
    return names[static_cast<std::size_t>(protocol)];
}

std::string_view to_string(SocketState state, Protocol protocol) {
    if (protocol != Protocol::tcp && state == SocketState::established) return "connected";
    if (protocol != Protocol::tcp && state == SocketState::closed) return "bound";
    return tcp_states[static_cast<std::size_t>(state)];
}

std::optional<SocketInfo> parse_inet_diag(std::span<const std::byte> body, Protocol protocol) {
    if (body.size() < sizeof(inet_diag_msg)) return std::nullopt;
    const auto message = copied<inet_diag_msg>(body);
    if (message.idiag_family != AF_INET && message.idiag_family != AF_INET6) return std::nullopt;
    const auto attributes = body.subspan(sizeof(inet_diag_msg));
    const inet_diag_sockid& id = message.id;
    SocketInfo socket;
    socket.protocol = protocol;
    socket.state = state_of(message.idiag_state);
    socket.local =
        address_of(message.idiag_family, std::as_bytes(std::span{id.idiag_src}), id.idiag_sport, id.idiag_if);
    if (id.idiag_dport != 0)
        socket.peer = address_of(message.idiag_family, std::as_bytes(std::span{id.idiag_dst}), id.idiag_dport,
                                 id.idiag_if);
    socket.inode = message.idiag_inode;
    socket.uid = message.idiag_uid;
    socket.receive_queue = message.idiag_rqueue;
    socket.send_queue = message.idiag_wqueue;
    socket.v6_only = attribute<std::uint8_t>(attributes, INET_DIAG_SKV6ONLY).value_or(0) != 0;
    const auto info = find_attribute(attributes, INET_DIAG_INFO);
    if (protocol == Protocol::tcp && has_connection(socket.state) && !info.empty())
        socket.tcp = figures_of(attributes, info);
    return socket;
}

std::optional<SocketInfo> parse_unix_diag(std::span<const std::byte> body) {
    if (body.size() < sizeof(unix_diag_msg)) return std::nullopt;
    const auto message = copied<unix_diag_msg>(body);
    const std::optional<Protocol> protocol = unix_protocol(message.udiag_type);
    if (message.udiag_family != AF_UNIX || !protocol) return std::nullopt;
    const auto attributes = body.subspan(sizeof(unix_diag_msg));
    SocketInfo socket;
    socket.protocol = *protocol;
    socket.state = state_of(message.udiag_state);
    socket.local = unix_address(find_attribute(attributes, UNIX_DIAG_NAME));
    socket.inode = message.udiag_ino;
    socket.peer_inode = attribute<std::uint32_t>(attributes, UNIX_DIAG_PEER).value_or(0);
    socket.uid = attribute<std::uint32_t>(attributes, UNIX_DIAG_UID);
    if (const auto queues = attribute<unix_diag_rqlen>(attributes, UNIX_DIAG_RQLEN)) {
        socket.receive_queue = queues->udiag_rqueue;
        socket.send_queue = queues->udiag_wqueue;
    }
    return socket;
}

}  // namespace sockeye::cli
