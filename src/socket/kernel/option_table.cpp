#include "socket/kernel/option_table.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace sockeye::kernel {
namespace {

using Kind = OptionKey::Kind;

constexpr std::array options{
    SystemOption{option::so_acceptconn, SOL_SOCKET, SO_ACCEPTCONN},
    SystemOption{option::so_broadcast, SOL_SOCKET, SO_BROADCAST},
    SystemOption{option::so_dontroute, SOL_SOCKET, SO_DONTROUTE},
    SystemOption{option::so_keepalive, SOL_SOCKET, SO_KEEPALIVE},
    SystemOption{option::so_oobinline, SOL_SOCKET, SO_OOBINLINE},
    SystemOption{option::so_passcred, SOL_SOCKET, SO_PASSCRED},
    SystemOption{option::so_reuseaddr, SOL_SOCKET, SO_REUSEADDR},
    SystemOption{option::so_reuseport, SOL_SOCKET, SO_REUSEPORT},
    SystemOption{option::so_timestampns, SOL_SOCKET, SO_TIMESTAMPNS},
    SystemOption{option::ip_bind_address_no_port, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT},
    SystemOption{option::ip_freebind, IPPROTO_IP, IP_FREEBIND},
    SystemOption{option::ip_hdrincl, IPPROTO_IP, IP_HDRINCL},
    SystemOption{option::ip_multicast_loop, IPPROTO_IP, IP_MULTICAST_LOOP},
    SystemOption{option::ip_pktinfo, IPPROTO_IP, IP_PKTINFO},
    SystemOption{option::ip_recverr, IPPROTO_IP, IP_RECVERR},
    SystemOption{option::ip_recvtos, IPPROTO_IP, IP_RECVTOS},
    SystemOption{option::ip_recvttl, IPPROTO_IP, IP_RECVTTL},
    SystemOption{option::ip_transparent, IPPROTO_IP, IP_TRANSPARENT},
    SystemOption{option::ipv6_dontfrag, IPPROTO_IPV6, IPV6_DONTFRAG},
    SystemOption{option::ipv6_multicast_loop, IPPROTO_IPV6, IPV6_MULTICAST_LOOP},
    SystemOption{option::ipv6_recverr, IPPROTO_IPV6, IPV6_RECVERR},
    SystemOption{option::ipv6_recvhoplimit, IPPROTO_IPV6, IPV6_RECVHOPLIMIT},
    SystemOption{option::ipv6_recvpktinfo, IPPROTO_IPV6, IPV6_RECVPKTINFO},
    SystemOption{option::ipv6_recvtclass, IPPROTO_IPV6, IPV6_RECVTCLASS},
    SystemOption{option::ipv6_v6only, IPPROTO_IPV6, IPV6_V6ONLY},
    SystemOption{option::tcp_cork, IPPROTO_TCP, TCP_CORK},
    SystemOption{option::tcp_fastopen_connect, IPPROTO_TCP, TCP_FASTOPEN_CONNECT},
    SystemOption{option::tcp_inq, IPPROTO_TCP, TCP_INQ},
    SystemOption{option::tcp_nodelay, IPPROTO_TCP, TCP_NODELAY},
    SystemOption{option::tcp_quickack, IPPROTO_TCP, TCP_QUICKACK},

    SystemOption{option::so_bindtoifindex, SOL_SOCKET, SO_BINDTOIFINDEX},
    SystemOption{option::so_incoming_cpu, SOL_SOCKET, SO_INCOMING_CPU},
    SystemOption{option::so_mark, SOL_SOCKET, SO_MARK},
    SystemOption{option::so_priority, SOL_SOCKET, SO_PRIORITY},
    SystemOption{option::so_rcvbuf, SOL_SOCKET, SO_RCVBUF},
    SystemOption{option::so_rcvlowat, SOL_SOCKET, SO_RCVLOWAT},
    SystemOption{option::so_sndbuf, SOL_SOCKET, SO_SNDBUF},
    SystemOption{option::so_sndlowat, SOL_SOCKET, SO_SNDLOWAT},
    SystemOption{option::ip_mtu, IPPROTO_IP, IP_MTU},
    SystemOption{option::ip_mtu_discover, IPPROTO_IP, IP_MTU_DISCOVER},
    SystemOption{option::ip_multicast_ttl, IPPROTO_IP, IP_MULTICAST_TTL},
    SystemOption{option::ip_tos, IPPROTO_IP, IP_TOS},
    SystemOption{option::ip_ttl, IPPROTO_IP, IP_TTL},
    SystemOption{option::ipv6_mtu, IPPROTO_IPV6, IPV6_MTU},
    SystemOption{option::ipv6_mtu_discover, IPPROTO_IPV6, IPV6_MTU_DISCOVER},
    SystemOption{option::ipv6_multicast_hops, IPPROTO_IPV6, IPV6_MULTICAST_HOPS},
    SystemOption{option::ipv6_multicast_if, IPPROTO_IPV6, IPV6_MULTICAST_IF},
    SystemOption{option::ipv6_tclass, IPPROTO_IPV6, IPV6_TCLASS},
    SystemOption{option::ipv6_unicast_hops, IPPROTO_IPV6, IPV6_UNICAST_HOPS},
    SystemOption{option::tcp_fastopen, IPPROTO_TCP, TCP_FASTOPEN},
    SystemOption{option::tcp_keepcnt, IPPROTO_TCP, TCP_KEEPCNT},
    SystemOption{option::tcp_maxseg, IPPROTO_TCP, TCP_MAXSEG},
    SystemOption{option::tcp_notsent_lowat, IPPROTO_TCP, TCP_NOTSENT_LOWAT},
    SystemOption{option::tcp_syncnt, IPPROTO_TCP, TCP_SYNCNT},
    SystemOption{option::tcp_window_clamp, IPPROTO_TCP, TCP_WINDOW_CLAMP},

    SystemOption{option::tcp_defer_accept, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1s},
    SystemOption{option::tcp_keepidle, IPPROTO_TCP, TCP_KEEPIDLE, 1s},
    SystemOption{option::tcp_keepintvl, IPPROTO_TCP, TCP_KEEPINTVL, 1s},
    SystemOption{option::tcp_linger2, IPPROTO_TCP, TCP_LINGER2, 1s},
    SystemOption{option::tcp_user_timeout, IPPROTO_TCP, TCP_USER_TIMEOUT, 1ms},

    SystemOption{option::so_bindtodevice, SOL_SOCKET, SO_BINDTODEVICE},
    SystemOption{option::tcp_congestion, IPPROTO_TCP, TCP_CONGESTION},
};

/// Every option up to the last of its kind has its row, and none has two.
template <class Option>
constexpr bool has_all(Option last) {
    for (std::uint8_t index = 0; index <= static_cast<std::uint8_t>(last); ++index)
        if (std::ranges::count(options, OptionKey{OptionKey{last}.kind, index}, &SystemOption::key) != 1)
            return false;
    return true;
}
static_assert(has_all(option::tcp_quickack) && has_all(option::tcp_window_clamp) &&
              has_all(option::tcp_user_timeout) && has_all(option::tcp_congestion));

}  // namespace

const SystemOption& system_option(OptionKey key) {
    return *std::ranges::find(options, key, &SystemOption::key);
}

}  // namespace sockeye::kernel
