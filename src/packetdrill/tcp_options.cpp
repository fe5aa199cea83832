// A TCP socket's options (socket(7), tcp(7), ip(7), ipv6(7)). What is not named here is ENOPROTOOPT: no
// option is taken and not honoured.
#include <netinet/in.h>

#include <array>
#include <string_view>

#include "packetdrill/option_value.hpp"
#include "packetdrill/tcp_info.hpp"
#include "packetdrill/tcp_socket.hpp"
#include "wire/ecn.hpp"

namespace sockeye::packetdrill {
namespace {

namespace tcp = transport::tcp;

constexpr Outcome octets_to_told = 2;  // Linux counts what its own bookkeeping takes, too (socket(7))

constexpr Outcome whole_seconds(Duration duration) {
    return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

std::string_view name_of(tcp::CongestionControl control) {
    return control == tcp::CongestionControl::cubic ? "cubic" : "reno";
}

}  // namespace

// ---- getsockopt

std::optional<Outcome> TcpSocket::get_socket_int(int name) {
    const Settings& settings = socket_->settings();
    const Connection* const c = connection();
    switch (name) {
        case SO_ERROR: return -take_error();
        case SO_TYPE: return SOCK_STREAM;
        case SO_DOMAIN: return family() == Family::inet6 ? AF_INET6 : AF_INET;
        case SO_PROTOCOL: return IPPROTO_TCP;
        case SO_ACCEPTCONN: return socket_->listener() != nullptr;
        case SO_REUSEADDR: return socket_->get_option(option::so_reuseaddr).value_or(false);
        case SO_KEEPALIVE: return settings.keepalive.has_value();
        case SO_RCVLOWAT: return low_water_;
        case SO_SNDBUF:
            if (settings.send_buffer) return octets_to_told * static_cast<Outcome>(*settings.send_buffer);
            return static_cast<Outcome>(c != nullptr ? c->status().outgoing.limit()
                                                     : machine().tcp().send_buffer.initial);
        case SO_RCVBUF:
            if (settings.receive_buffer)
                return octets_to_told * static_cast<Outcome>(*settings.receive_buffer);
            return static_cast<Outcome>(machine().tcp().receive_buffer.initial);
        default: return std::nullopt;
    }
}

std::optional<Outcome> TcpSocket::get_tcp_int(int name) const {
    const Settings& settings = socket_->settings();
    switch (name) {
        case TCP_NODELAY: return settings.nagle == tcp::Nagle::off;
        case TCP_CORK: return corked_;
        case TCP_QUICKACK: return settings.delayed_ack == tcp::DelayedAck::off;
        case TCP_KEEPIDLE: return whole_seconds(keepalive_.idle);
        case TCP_KEEPINTVL: return whole_seconds(keepalive_.interval);
        case TCP_KEEPCNT: return keepalive_.count;
        case TCP_SYNCNT: return settings.syn_retries.value_or(tcp::Config{}.syn_retries);
        case TCP_USER_TIMEOUT:
            return std::chrono::duration_cast<std::chrono::milliseconds>(
                       settings.user_timeout.value_or(Duration::zero()))
                .count();
        case TCP_MAXSEG:
            if (connection() != nullptr && is_open() && !is_being_opened())
                return connection()->status().snd_mss;
            return settings.maximum_segment.value_or(536);  // RFC 9293 MUST-15
        default: return std::nullopt;
    }
}

std::optional<Outcome> TcpSocket::get_ip_int(OptionName option) const {
    const Settings& settings = socket_->settings();
    const bool is_ipv6 = option.level == SOL_IPV6;
    if (is_ipv6) {
        switch (option.name) {
            case IPV6_V6ONLY: return settings.families == tcp::Families::ipv6_only;
            case IPV6_TCLASS: return settings.traffic_class;
            case IPV6_UNICAST_HOPS: return settings.hop_limit;
            case IPV6_RECVERR: return tells_icmp_;
            case IPV6_MTU_DISCOVER: return IPV6_PMTUDISC_WANT;
            default: return std::nullopt;
        }
    }
    switch (option.name) {
        case IP_TOS: return settings.traffic_class;
        case IP_TTL: return settings.hop_limit;
        case IP_RECVERR: return tells_icmp_;
        case IP_MTU_DISCOVER: return IP_PMTUDISC_WANT;
        default: return std::nullopt;
    }
}

std::optional<Outcome> TcpSocket::get_int(OptionName option) {
    switch (option.level) {
        case SOL_SOCKET: return get_socket_int(option.name);
        case IPPROTO_TCP: return get_tcp_int(option.name);
        case SOL_IP:
        case SOL_IPV6: return get_ip_int(option);
        default: return std::nullopt;
    }
}

Outcome TcpSocket::get_option(OptionName option, void* value, socklen_t& room) {
    if (option.level == SOL_SOCKET) {
        const linger lingers{.l_onoff = linger_ ? 1 : 0,
                             .l_linger = static_cast<int>(whole_seconds(linger_.value_or(0s)))};
        if (option.name == SO_LINGER) return write_value(lingers, value, room);
        if (option.name == SO_RCVTIMEO) return write_value(write_timeout(receive_timeout), value, room);
        if (option.name == SO_SNDTIMEO) return write_value(write_timeout(send_timeout), value, room);
        if (option.name == SO_MEMINFO) return write_value(mem_info_of(*socket_), value, room);
    }
    if (option.level == IPPROTO_TCP) {
        if (option.name == TCP_INFO) return write_value(tcp_info_of(*socket_, machine().now()), value, room);
        if (option.name == TCP_CC_INFO) {  // neither algorithm has more to say than TCP_INFO, as on Linux
            room = 0;
            return 0;
        }
        if (option.name == TCP_CONGESTION) {
            std::array<char, 16> name{};  // Linux's TCP_CA_NAME_MAX
            (void)name_of(machine().tcp().congestion).copy(name.data(), name.size());
            return write_value(name, value, room);
        }
    }
    const std::optional<Outcome> number = get_int(option);
    return number ? write_value(static_cast<int>(*number), value, room) : -ENOPROTOOPT;
}

// ---- setsockopt

std::optional<Outcome> TcpSocket::set_socket_int(int name, int value, Settings& settings) {
    constexpr int least_buffer = 1152;  // half of Linux's SOCK_MIN_RCVBUF
    switch (name) {
        case SO_REUSEADDR:
            return packetdrill::outcome_of(socket_->set_option(option::so_reuseaddr, value != 0));
        case SO_KEEPALIVE:
            settings.keepalive = value != 0 ? std::optional{keepalive_} : std::nullopt;
            return 0;
        case SO_RCVLOWAT: low_water_ = std::max(value, 1); return 0;
        case SO_SNDBUF:
            settings.send_buffer = static_cast<std::size_t>(std::max(value, 2 * least_buffer));
            return 0;
        case SO_RCVBUF:
            settings.receive_buffer = static_cast<std::size_t>(std::max(value, least_buffer));
            return 0;
        default: return std::nullopt;
    }
}

std::optional<Outcome> TcpSocket::set_tcp_int(int name, int value, Settings& settings) {
    constexpr int longest_time = 32767;  // seconds, as Linux's MAX_TCP_KEEPIDLE
    const bool is_time = value >= 1 && value <= longest_time;
    switch (name) {
        case TCP_NODELAY: settings.nagle = value != 0 ? tcp::Nagle::off : tcp::Nagle::on; return 0;
        case TCP_CORK:
            corked_ = value != 0;
            settings.cork = corked_ ? tcp::Cork::in : tcp::Cork::out;
            return 0;
        case TCP_QUICKACK:
            settings.delayed_ack = value != 0 ? tcp::DelayedAck::off : tcp::DelayedAck::on;
            return 0;
        case TCP_KEEPIDLE:
            if (!is_time) return -EINVAL;
            keepalive_.idle = std::chrono::seconds{value};
            break;
        case TCP_KEEPINTVL:
            if (!is_time) return -EINVAL;
            keepalive_.interval = std::chrono::seconds{value};
            break;
        case TCP_KEEPCNT:
            if (value < 1 || value > 127) return -EINVAL;
            keepalive_.count = value;
            break;
        case TCP_SYNCNT:
            if (value < 1 || value > 127) return -EINVAL;
            settings.syn_retries = value;
            return 0;
        case TCP_USER_TIMEOUT:
            if (value < 0) return -EINVAL;
            settings.user_timeout =
                value > 0 ? std::optional<Duration>{std::chrono::milliseconds{value}} : std::nullopt;
            return 0;
        case TCP_MAXSEG:
            if (value < 88 || value > 32767) return -EINVAL;  // Linux's TCP_MIN_MSS and MAX_TCP_WINDOW
            settings.maximum_segment = static_cast<std::uint16_t>(value);
            return 0;
        default: return std::nullopt;
    }
    if (settings.keepalive) settings.keepalive = keepalive_;
    return 0;
}

std::optional<Outcome> TcpSocket::set_ip_int(OptionName option, int value, Settings& settings) {
    const bool is_ipv6 = option.level == SOL_IPV6;
    const auto is = [&](int ipv4, int ipv6) { return option.name == (is_ipv6 ? ipv6 : ipv4); };
    if (is_ipv6 && option.name == IPV6_V6ONLY) {
        if (socket_->is_bound()) return -EINVAL;
        settings.families = value != 0 ? tcp::Families::ipv6_only : tcp::Families::both;
        return 0;
    }
    if (is(IP_TOS, IPV6_TCLASS)) {
        if (value < 0 || value > 255) return -EINVAL;
        settings.traffic_class = wire::with_ecn(static_cast<std::uint8_t>(value), wire::Ecn::not_ect);
        return 0;
    }
    if (is(IP_TTL, IPV6_UNICAST_HOPS)) {
        if (value != -1 && (value < 1 || value > 255)) return -EINVAL;
        settings.hop_limit = value == -1 ? Settings{}.hop_limit : static_cast<std::uint8_t>(value);
        return 0;
    }
    if (is(IP_RECVERR, IPV6_RECVERR)) {
        tells_icmp_ = value != 0;
        return 0;
    }
    static_assert(IP_PMTUDISC_WANT == IPV6_PMTUDISC_WANT && IP_PMTUDISC_DO == IPV6_PMTUDISC_DO);
    if (is(IP_MTU_DISCOVER, IPV6_MTU_DISCOVER))  // it always does (RFC 9293 SHLD-5)
        return value == IP_PMTUDISC_WANT || value == IP_PMTUDISC_DO ? 0 : -EINVAL;
    return std::nullopt;
}

Outcome TcpSocket::set_int(OptionName option, int value) {
    Settings settings = socket_->settings();
    std::optional<Outcome> outcome;
    switch (option.level) {
        case SOL_SOCKET: outcome = set_socket_int(option.name, value, settings); break;
        case IPPROTO_TCP: outcome = set_tcp_int(option.name, value, settings); break;
        case SOL_IP:
        case SOL_IPV6: outcome = set_ip_int(option, value, settings); break;
        default: break;
    }
    if (!outcome) return -ENOPROTOOPT;
    if (*outcome == 0) socket_->change(settings);
    return *outcome;
}

Outcome TcpSocket::set_struct(OptionName option, std::span<const std::byte> value) {
    if (option.name == SO_LINGER) {
        const auto lingers = read_value<linger>(value);
        if (!lingers) return -EINVAL;
        linger_ = lingers->l_onoff != 0 ? std::optional<Duration>{std::chrono::seconds{lingers->l_linger}}
                                        : std::nullopt;
        Settings settings = socket_->settings();
        settings.linger = linger_ == Duration::zero() ? linger_ : std::nullopt;
        socket_->change(settings);
        return 0;
    }
    const auto timeout = read_value<timeval>(value);
    if (!timeout) return -EINVAL;
    if (timeout->tv_usec < 0 || timeout->tv_usec >= 1'000'000) return -EDOM;
    (option.name == SO_RCVTIMEO ? receive_timeout : send_timeout) = read_timeout(*timeout);
    return 0;
}

Outcome TcpSocket::set_option(OptionName option, std::span<const std::byte> value) {
    const bool is_struct =
        option.level == SOL_SOCKET &&
        (option.name == SO_LINGER || option.name == SO_RCVTIMEO || option.name == SO_SNDTIMEO);
    if (is_struct) return set_struct(option, value);
    if (option.level == IPPROTO_TCP && option.name == TCP_CONGESTION) {
        const std::string_view name{reinterpret_cast<const char*>(value.data()), value.size()};
        const std::string_view mine = name_of(machine().tcp().congestion);
        return name.substr(0, name.find('\0')) == mine ? 0 : -ENOENT;
    }
    std::optional<int> number = read_value<int>(value);
    const bool may_be_octet = option.level == SOL_IP && value.size() == 1;
    if (may_be_octet) number = std::to_integer<int>(value.front());
    return number ? set_int(option, *number) : -EINVAL;
}

}  // namespace sockeye::packetdrill
