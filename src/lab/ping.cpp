#include "sockeye/ping.hpp"

#include <memory>

#include "lab/host_node.hpp"
#include "network/icmp_message.hpp"
#include "socket/stack/echo_socket.hpp"
#include "sockeye/socket.hpp"

namespace sockeye {
namespace {

/// What an ICMP message, whose checksum has been verified, says of the echo.
Pong::Kind kind_of(const Bytes& message, Family family) {
    using enum Pong::Kind;
    if (message.empty()) return silence;
    const auto type = std::to_integer<std::uint8_t>(*message.begin());
    constexpr std::uint8_t icmp_reply = 0;
    constexpr std::uint8_t icmp_time_exceeded = 11;
    constexpr std::uint8_t icmpv6_reply = 129;
    constexpr std::uint8_t icmpv6_time_exceeded = 3;
    const bool is_v4 = family == Family::inet;
    if (type == (is_v4 ? icmp_reply : icmpv6_reply)) return reply;
    return type == (is_v4 ? icmp_time_exceeded : icmpv6_time_exceeded) ? hop_limit_exceeded : unreachable;
}

}  // namespace

Task<Pong> ping(Host& host, Address target, PingOptions options) {
    stack::StackNetwork& stack = static_cast<lab::HostNode&>(host.node()).stack();
    Socket socket{host, std::make_unique<stack::EchoSocket>(stack, options.hop_limit)};
    const Instant begin = host.now();
    const std::string data(options.octets, 'p');
    Pong pong;
    const Result<std::size_t> sent = co_await socket.sendto(data, target);
    if (!sent) {
        pong.kind = sent.error() == Errc::unreachable ? Pong::Kind::unreachable : Pong::Kind::silence;
        co_return pong;
    }
    constexpr std::size_t longest = 65535;
    Result<Datagram> answer = co_await socket.recvfrom(longest, options.patience);
    if (!answer) co_return pong;
    pong.kind = kind_of(answer->bytes, target.ip().family());
    pong.from = answer->sender.ip();
    pong.after = host.now() - begin;
    co_return pong;
}

Task<std::vector<Pong>> traceroute(Host& host, Address target, std::uint8_t most) {
    std::vector<Pong> hops;
    for (std::uint8_t hop_limit = 1; hop_limit <= most; ++hop_limit) {
        PingOptions options;
        options.hop_limit = hop_limit;
        const Pong pong = co_await ping(host, target, options);
        hops.push_back(pong);
        if (pong.kind == Pong::Kind::reply || pong.kind == Pong::Kind::unreachable) break;
    }
    co_return hops;
}

}  // namespace sockeye
