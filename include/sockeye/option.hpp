// Socket options under their names in Python and in the manual pages (socket(7), ip(7), ipv6(7),
// tcp(7)), each with the type of its value:
//
//     socket.setsockopt(option::tcp_nodelay, true);
//     Result<int> room = socket.getsockopt(option::so_rcvbuf);
//
// What a network, or a kind of socket, does not have is Errc::unsupported. SO_DOMAIN, SO_TYPE and
// SO_PROTOCOL are Socket::family(), type() and proto(); SO_RCVTIMEO and SO_SNDTIMEO are settimeout().
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/socket_base.hpp"
#include "sockeye/time.hpp"

namespace sockeye {

namespace option {

/// On or off.
enum class Flag : std::uint8_t {
    so_acceptconn,  ///< it listens; only to be asked
    so_broadcast,   ///< may send to a broadcast address
    so_dontroute,
    so_keepalive,  ///< see Keepalive
    so_oobinline,
    so_passcred,
    so_reuseaddr,
    so_reuseport,
    so_timestampns,  ///< messages say when they came
    ip_bind_address_no_port,
    ip_freebind,
    ip_hdrincl,
    ip_multicast_loop,
    ip_pktinfo,  ///< messages say which address they were sent to
    ip_recverr,
    ip_recvtos,
    ip_recvttl,
    ip_transparent,
    ipv6_dontfrag,
    ipv6_multicast_loop,
    ipv6_recverr,
    ipv6_recvhoplimit,
    ipv6_recvpktinfo,
    ipv6_recvtclass,
    ipv6_v6only,
    tcp_cork,
    tcp_fastopen_connect,
    tcp_inq,
    tcp_nodelay,  ///< no waiting for more to send (Nagle's algorithm, RFC 9293 §3.7.4)
    tcp_quickack,
};

enum class Number : std::uint8_t {
    so_bindtoifindex,
    so_incoming_cpu,
    so_mark,
    so_priority,
    so_rcvbuf,  ///< octets; Linux takes, and then says, twice as many (socket(7))
    so_rcvlowat,
    so_sndbuf,    ///< octets; the same
    so_sndlowat,  ///< only to be asked
    ip_mtu,       ///< octets, of the way to the peer; only to be asked
    ip_mtu_discover,
    ip_multicast_ttl,
    ip_tos,
    ip_ttl,
    ipv6_mtu,
    ipv6_mtu_discover,
    ipv6_multicast_hops,
    ipv6_multicast_if,  ///< an interface's number
    ipv6_tclass,
    ipv6_unicast_hops,
    tcp_fastopen,
    tcp_keepcnt,
    tcp_maxseg,
    tcp_notsent_lowat,
    tcp_syncnt,
    tcp_window_clamp,
};

/// The kernel counts each in a unit of its own; what does not fill one is rounded up.
enum class Time : std::uint8_t {
    tcp_defer_accept,
    tcp_keepidle,
    tcp_keepintvl,
    tcp_linger2,
    tcp_user_timeout,
};

enum class Text : std::uint8_t { so_bindtodevice, tcp_congestion };

/// nullopt: close() sends what is unsent in the background, the default. Zero: close() sends RST.
/// Longer: close() holds up the whole loop until the peer has everything, or so long.
enum class Linger : std::uint8_t { so_linger };

/// An address of this host.
enum class Interface : std::uint8_t { ip_multicast_if };

/// How the connection failed, once; nullopt: it did not. Only to be asked.
enum class Pending : std::uint8_t { so_error };

using enum Flag;
using enum Number;
using enum Time;
using enum Text;
using enum Linger;
using enum Interface;
using enum Pending;

// clang-format off
template <> struct Value<Flag> { using type = bool; };
template <> struct Value<Number> { using type = int; };
template <> struct Value<Time> { using type = Duration; };
template <> struct Value<Text> { using type = std::string; };
template <> struct Value<Linger> { using type = std::optional<Duration>; };
template <> struct Value<Interface> { using type = IpAddress; };
template <> struct Value<Pending> { using type = std::optional<Errc>; };
// clang-format on

}  // namespace option

/// When a silent peer is asked whether it is still there, and given up (RFC 9293 §3.8.4).
struct Keepalive {
    Duration idle = 2h;
    Duration interval = 75s;
    int count = 9;
};

/// SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT in one.
Result<void> set_keepalive(SocketBase& socket, Keepalive keepalive);

/// A multicast group (RFC 1112, RFC 3810), and on which interface.
struct Membership {
    IpAddress group;
    std::uint32_t interface = 0;        ///< its number; 0: the system chooses
    std::optional<IpAddress> source{};  ///< only what this host sends (RFC 4607)
};

/// @returns address_in_use: it has joined already; address_not_available: it has not
Result<void> join_group(SocketBase& socket, const Membership& membership);
Result<void> leave_group(SocketBase& socket, const Membership& membership);

}  // namespace sockeye
