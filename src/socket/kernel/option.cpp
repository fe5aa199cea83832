// The options of the kernel's sockets, by getsockopt(2) and setsockopt(2).
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <limits>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/option_table.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {
namespace {

std::unexpected<Error> failure() {
    return std::unexpected{error_of(errno)};
}

template <class Value>
Result<void> set(const Descriptor& socket, int level, int number, const Value& value) {
    if (::setsockopt(socket.get(), level, number, &value, sizeof value) < 0) return failure();
    return {};
}

template <class Value>
Result<Value> get(const Descriptor& socket, int level, int number) {
    Value value{};
    socklen_t size = sizeof value;
    if (::getsockopt(socket.get(), level, number, &value, &size) < 0) return failure();
    return value;
}

Result<int> get(const Descriptor& socket, OptionKey key) {
    const SystemOption& option = system_option(key);
    return get<int>(socket, option.level, option.number);
}

/// Rounded up, so that what is not zero does not become it.
Result<int> in_units(Duration value, Duration unit) {
    const auto units = value / unit + (value % unit > Duration::zero() ? 1 : 0);
    if (value < Duration::zero() || units > std::numeric_limits<int>::max())
        return std::unexpected{Errc::invalid_argument};
    return static_cast<int>(units);
}

SocketAddress address_of(const IpAddress& ip) {
    return to_sockaddr(Address{ip, 0}, ip.family()).value();
}

}  // namespace

Result<void> Socket::set_option(option::Flag option, bool on) {
    const SystemOption& its = system_option(option);
    return set(descriptor_, its.level, its.number, on ? 1 : 0);
}

Result<void> Socket::set_option(option::Number option, int value) {
    const SystemOption& its = system_option(option);
    return set(descriptor_, its.level, its.number, value);
}

Result<void> Socket::set_option(option::Time option, Duration value) {
    const SystemOption& its = system_option(option);
    const Result<int> units = in_units(value, its.unit);
    if (!units) return std::unexpected{units.error()};
    return set(descriptor_, its.level, its.number, *units);
}

Result<void> Socket::set_option(option::Text option, const std::string& value) {
    const SystemOption& its = system_option(option);
    return set_raw_option(its.level, its.number, std::as_bytes(std::span{value}));
}

Result<void> Socket::set_option(option::Linger, std::optional<Duration> patience) {
    const Result<int> seconds = in_units(patience.value_or(Duration::zero()), 1s);
    if (!seconds) return std::unexpected{seconds.error()};
    return set(descriptor_, SOL_SOCKET, SO_LINGER, linger{patience ? 1 : 0, *seconds});
}

Result<void> Socket::set_option(option::Interface, const IpAddress& address) {
    if (address.family() != Family::inet) return std::unexpected{Errc::invalid_argument};
    in_addr v4{};
    std::memcpy(&v4, address.octets().data(), sizeof v4);
    return set(descriptor_, IPPROTO_IP, IP_MULTICAST_IF, v4);
}

Result<void> Socket::set_raw_option(int level, int number, std::span<const std::byte> value) {
    const auto size = static_cast<socklen_t>(value.size());
    if (::setsockopt(descriptor_.get(), level, number, value.data(), size) < 0) return failure();
    return {};
}

/// One call for both families, with a source and without (RFC 3678 §5.1).
Result<void> Socket::change_membership(Change change, const Membership& membership) {
    const bool joins = change == Change::join;
    const int level = membership.group.family() == Family::inet6 ? IPPROTO_IPV6 : IPPROTO_IP;
    const SocketAddress group = address_of(membership.group);
    if (!membership.source)
        return set(descriptor_, level, joins ? MCAST_JOIN_GROUP : MCAST_LEAVE_GROUP,
                   group_req{membership.interface, group.storage});
    return set(descriptor_, level, joins ? MCAST_JOIN_SOURCE_GROUP : MCAST_LEAVE_SOURCE_GROUP,
               group_source_req{membership.interface, group.storage, address_of(*membership.source).storage});
}

Result<bool> Socket::get_option(option::Flag option) {
    const Result<int> value = get(descriptor_, option);
    if (!value) return std::unexpected{value.error()};
    return *value != 0;
}

Result<int> Socket::get_option(option::Number option) {
    return get(descriptor_, option);
}

Result<Duration> Socket::get_option(option::Time option) {
    const Result<int> units = get(descriptor_, option);
    if (!units) return std::unexpected{units.error()};
    return *units * system_option(option).unit;
}

Result<std::string> Socket::get_option(option::Text option) {
    const SystemOption& its = system_option(option);
    std::array<char, 64> text{};  // more than the longest name of an interface or an algorithm
    socklen_t size = text.size() - 1;
    if (::getsockopt(descriptor_.get(), its.level, its.number, text.data(), &size) < 0) return failure();
    return std::string{text.data()};
}

Result<std::optional<Duration>> Socket::get_option(option::Linger) {
    const Result<linger> value = get<linger>(descriptor_, SOL_SOCKET, SO_LINGER);
    if (!value) return std::unexpected{value.error()};
    if (value->l_onoff == 0) return std::nullopt;
    return std::chrono::seconds{value->l_linger};
}

Result<IpAddress> Socket::get_option(option::Interface) {
    const auto value = get<std::array<std::uint8_t, 4>>(descriptor_, IPPROTO_IP, IP_MULTICAST_IF);
    if (!value) return std::unexpected{value.error()};
    return IpAddress{*value};
}

Result<std::optional<Errc>> Socket::get_option(option::Pending) {
    const Result<int> error_number = get<int>(descriptor_, SOL_SOCKET, SO_ERROR);
    if (!error_number) return std::unexpected{error_number.error()};
    if (*error_number == 0) return std::nullopt;
    if (const std::optional<Errc> how = broken_by(*error_number)) broken_ = how;
    return errc_of(*error_number);
}

Result<std::size_t> Socket::get_raw_option(int level, int number, std::span<std::byte> value) {
    auto size = static_cast<socklen_t>(value.size());
    if (::getsockopt(descriptor_.get(), level, number, value.data(), &size) < 0) return failure();
    return static_cast<std::size_t>(size);
}

Result<Credentials> Socket::peer_credentials() {
    if (kind().family != Family::unix_) return std::unexpected{Errc::unsupported};
    const Result<ucred> peer = get<ucred>(descriptor_, SOL_SOCKET, SO_PEERCRED);
    if (!peer) return std::unexpected{peer.error()};
    return Credentials{peer->pid, peer->uid, peer->gid};
}

}  // namespace sockeye::kernel
