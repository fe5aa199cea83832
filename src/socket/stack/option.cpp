// The options that the stack's sockets have; what is not named here is unsupported.
#include <array>
#include <utility>

#include "socket/stack/datagram_socket.hpp"
#include "socket/stack/stream_socket.hpp"
#include "wire/ecn.hpp"

namespace sockeye::stack {

namespace tcp = transport::tcp;

// --- TCP

Result<void> StreamSocket::set_option(option::Flag option, bool on) {
    switch (option) {
        case option::so_reuseaddr:
            reuse_ = on ? transport::Reuse::allowed : transport::Reuse::refused;
            return {};
        case option::so_keepalive: settings_.keepalive = on ? std::optional{keepalive_} : std::nullopt; break;
        case option::tcp_nodelay: settings_.nagle = on ? tcp::Nagle::off : tcp::Nagle::on; break;
        case option::tcp_cork: settings_.cork = on ? tcp::Cork::in : tcp::Cork::out; break;
        default: return unsupported();
    }
    apply();
    return {};
}

Result<bool> StreamSocket::get_option(option::Flag option) {
    switch (option) {
        case option::so_acceptconn: return listener_ != nullptr;
        case option::so_keepalive: return settings_.keepalive.has_value();
        case option::so_reuseaddr: return reuse_ == transport::Reuse::allowed;
        case option::tcp_nodelay: return settings_.nagle == tcp::Nagle::off;
        case option::tcp_cork: return settings_.cork == tcp::Cork::in;
        default: return unsupported();
    }
}

Result<void> StreamSocket::set_option(option::Number option, int value) {
    constexpr int most_probes = 127;  // as Linux's
    const bool fits_octet = value >= 0 && value <= 255;
    switch (option) {
        case option::tcp_keepcnt:
            if (value < 1 || value > most_probes) return std::unexpected{Errc::invalid_argument};
            keepalive_.count = value;
            if (settings_.keepalive) settings_.keepalive = keepalive_;
            break;
        case option::ip_ttl:  // RFC 1122 §3.2.1.7: never zero
            if (!fits_octet || value == 0) return std::unexpected{Errc::invalid_argument};
            settings_.hop_limit = static_cast<std::uint8_t>(value);
            break;
        case option::ip_tos:
            if (!fits_octet) return std::unexpected{Errc::invalid_argument};
            // Of a stream the two low bits are TCP's own (RFC 3168).
            settings_.traffic_class = wire::with_ecn(static_cast<std::uint8_t>(value), wire::Ecn::not_ect);
            break;
        default: return unsupported();
    }
    apply();
    return {};
}

Result<int> StreamSocket::get_option(option::Number option) {
    switch (option) {
        case option::tcp_keepcnt: return keepalive_.count;
        case option::ip_ttl: return settings_.hop_limit;
        case option::ip_tos: return settings_.traffic_class;
        default: break;
    }
    if (connection_ == nullptr) return std::unexpected{Errc::not_connected};
    const tcp::Tcb& tcb = connection_->status();
    switch (option) {
        case option::so_rcvbuf: return static_cast<int>(tcb.incoming.limit());
        case option::so_sndbuf: return static_cast<int>(tcb.outgoing.limit());
        case option::tcp_maxseg: return static_cast<int>(tcb.snd_mss);
        default: return unsupported();
    }
}

Result<void> StreamSocket::set_option(option::Time option, Duration value) {
    if (value < Duration::zero()) return std::unexpected{Errc::invalid_argument};
    switch (option) {
        case option::tcp_keepidle: keepalive_.idle = value; break;
        case option::tcp_keepintvl: keepalive_.interval = value; break;
        case option::tcp_user_timeout:  // zero: no limit of one's own (tcp(7))
            settings_.user_timeout = value > Duration::zero() ? std::optional{value} : std::nullopt;
            break;
        default: return unsupported();
    }
    if (settings_.keepalive) settings_.keepalive = keepalive_;
    apply();
    return {};
}

Result<Duration> StreamSocket::get_option(option::Time option) {
    switch (option) {
        case option::tcp_keepidle: return keepalive_.idle;
        case option::tcp_keepintvl: return keepalive_.interval;
        case option::tcp_user_timeout: return settings_.user_timeout.value_or(Duration::zero());
        default: return unsupported();
    }
}

Result<void> StreamSocket::set_option(option::Linger, std::optional<Duration> patience) {
    if (patience && *patience != Duration::zero()) return unsupported();
    settings_.linger = patience;
    apply();
    return {};
}

Result<std::optional<Duration>> StreamSocket::get_option(option::Linger) {
    return settings_.linger;
}

Result<std::optional<Errc>> StreamSocket::get_option(option::Pending) {
    return take_error();
}

Result<TcpInfo> StreamSocket::tcp_info() {
    if (connection_ == nullptr)
        return TcpInfo{.state = listener_ == nullptr ? TcpState::closed : TcpState::listen};
    const tcp::Tcb& tcb = connection_->status();
    const auto segments = [&](std::uint32_t octets) { return octets / tcb.snd_mss; };
    const std::uint32_t in_flight = tcb.in_flight();
    const std::uint32_t never_reached = (std::uint32_t{1} << 31) - 1;
    const std::uint32_t threshold = tcb.congestion.slow_start_threshold();
    return TcpInfo{.state = tcb.state,
                   .retries = static_cast<std::uint8_t>(tcb.retries),
                   .rtt = tcb.retransmission.smoothed().value_or(Duration::zero()),
                   .rto = tcb.retransmission.timeout(),
                   .send_mss = tcb.snd_mss,
                   .congestion_window = segments(tcb.congestion.window()),
                   .slow_start_threshold = threshold == UINT32_MAX ? never_reached : segments(threshold),
                   .in_flight = segments(in_flight + tcb.snd_mss - 1),
                   .unsent = static_cast<std::uint32_t>(tcb.stream_end() - tcb.cursor),
                   .send_window = tcb.snd_wnd};
}

// --- UDP

bool* DatagramSocket::find(option::Flag option) {
    switch (option) {
        case option::so_broadcast: return &may_broadcast_;
        case option::so_reuseaddr: return &reuse_;
        case option::ip_pktinfo: return &tells_target_;
        default: return nullptr;
    }
}

std::uint8_t* DatagramSocket::find(option::Number option) {
    switch (option) {
        case option::ip_ttl: return &hop_limit_;
        case option::ip_tos: return &traffic_class_;
        default: return nullptr;
    }
}

Result<void> DatagramSocket::set_option(option::Flag option, bool on) {
    bool* flag = find(option);
    if (flag == nullptr) return unsupported();
    *flag = on;
    return {};
}

Result<void> DatagramSocket::set_option(option::Text option, const std::string& value) {
    if (option != option::so_bindtodevice) return unsupported();
    std::uint32_t number = 0;
    for (const network::Interface& interface : network_.ip().interfaces())
        if (interface.device().name() == value) number = interface.number();
    if (number == 0 && !value.empty()) return std::unexpected{Errc::address_not_available};
    device_ = number;
    if (endpoint_ != nullptr) endpoint_->bind_to_interface(number);
    return {};
}

Result<std::string> DatagramSocket::get_option(option::Text option) {
    if (option != option::so_bindtodevice) return unsupported();
    return device_ == 0 ? std::string{} : network_.ip().interfaces()[device_ - 1].device().name();
}

Result<bool> DatagramSocket::get_option(option::Flag option) {
    const bool* flag = find(option);
    if (flag == nullptr) return unsupported();
    return *flag;
}

Result<void> DatagramSocket::set_option(option::Number option, int value) {
    std::uint8_t* number = find(option);
    if (number == nullptr) return unsupported();
    const int least = option == option::ip_ttl ? 1 : 0;  // RFC 1122 §3.2.1.7: never zero
    if (value < least || value > 255) return std::unexpected{Errc::invalid_argument};
    *number = static_cast<std::uint8_t>(value);
    return {};
}

Result<int> DatagramSocket::get_option(option::Number option) {
    const std::uint8_t* number = find(option);
    if (number == nullptr) return unsupported();
    return *number;
}

}  // namespace sockeye::stack
