#include "sockeye/option.hpp"

#include "socket/calls.hpp"
#include "sockeye/credentials.hpp"
#include "sockeye/tcp_info.hpp"

namespace sockeye {

using backend::Options;
using backend::plainly;

template <class Option>
Result<void> SocketBase::setsockopt(Option option, const typename option::Value<Option>::type& value) {
    return plainly(*this, "setsockopt",
                   [&](backend::Socket& socket) { return socket.set_option(option, value); });
}

template <class Option>
auto SocketBase::getsockopt(Option option) const -> Result<typename option::Value<Option>::type> {
    return plainly(*this, "getsockopt", [&](backend::Socket& socket) { return socket.get_option(option); });
}

template Result<void> SocketBase::setsockopt(option::Flag, const bool&);
template Result<void> SocketBase::setsockopt(option::Number, const int&);
template Result<void> SocketBase::setsockopt(option::Time, const Duration&);
template Result<void> SocketBase::setsockopt(option::Text, const std::string&);
template Result<void> SocketBase::setsockopt(option::Linger, const std::optional<Duration>&);
template Result<void> SocketBase::setsockopt(option::Interface, const IpAddress&);
template Result<bool> SocketBase::getsockopt(option::Flag) const;
template Result<int> SocketBase::getsockopt(option::Number) const;
template Result<Duration> SocketBase::getsockopt(option::Time) const;
template Result<std::string> SocketBase::getsockopt(option::Text) const;
template Result<std::optional<Duration>> SocketBase::getsockopt(option::Linger) const;
template Result<IpAddress> SocketBase::getsockopt(option::Interface) const;
template Result<std::optional<Errc>> SocketBase::getsockopt(option::Pending) const;

Result<void> SocketBase::setsockopt(int level, int number, BytesView value) {
    return plainly(*this, "setsockopt", [&](backend::Socket& socket) {
        return socket.set_raw_option(level, number, value.span());
    });
}

Result<void> SocketBase::setsockopt(int level, int number, int value) {
    return setsockopt(level, number, std::as_bytes(std::span{&value, 1}));
}

Result<Bytes> SocketBase::getsockopt(int level, int number, std::size_t most) const {
    return plainly(*this, "getsockopt", [&](backend::Socket& socket) -> Result<Bytes> {
        Bytes value{most};
        Result<std::size_t> octets = socket.get_raw_option(level, number, {value.data(), value.size()});
        if (!octets) return std::unexpected{std::move(octets.error())};
        value.truncate(*octets);
        return value;
    });
}

Result<int> SocketBase::getsockopt(int level, int number) const {
    int value = 0;
    return plainly(*this, "getsockopt", [&](backend::Socket& socket) -> Result<int> {
        Result<std::size_t> octets =
            socket.get_raw_option(level, number, std::as_writable_bytes(std::span{&value, 1}));
        if (!octets) return std::unexpected{std::move(octets.error())};
        return value;
    });
}

Result<void> set_keepalive(SocketBase& socket, Keepalive keepalive) {
    Result<void> set = socket.setsockopt(option::tcp_keepidle, keepalive.idle);
    if (set) set = socket.setsockopt(option::tcp_keepintvl, keepalive.interval);
    if (set) set = socket.setsockopt(option::tcp_keepcnt, keepalive.count);
    // Last, so that nothing is asked at a pace that nobody chose.
    if (set) set = socket.setsockopt(option::so_keepalive, true);
    return set;
}

Result<void> join_group(SocketBase& socket, const Membership& membership) {
    return plainly(socket, "join_group", [&](backend::Socket& group_member) {
        return group_member.change_membership(Options::Change::join, membership);
    });
}

Result<void> leave_group(SocketBase& socket, const Membership& membership) {
    return plainly(socket, "leave_group", [&](backend::Socket& group_member) {
        return group_member.change_membership(Options::Change::leave, membership);
    });
}

Result<TcpInfo> tcp_info(const SocketBase& socket) {
    return plainly(socket, "tcp_info", [](backend::Socket& asked) { return asked.tcp_info(); });
}

Result<Credentials> peer_credentials(const SocketBase& socket) {
    return plainly(socket, "peer_credentials",
                   [](backend::Socket& asked) { return asked.peer_credentials(); });
}

}  // namespace sockeye
