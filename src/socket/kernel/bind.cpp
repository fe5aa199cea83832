#include "socket/kernel/bind.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <array>
#include <cstring>
#include <fstream>
#include <memory>

#include "socket/kernel/errno.hpp"
#include "socket/kernel/sockaddr.hpp"
#include "socket/kernel/socket.hpp"

namespace sockeye::kernel {
namespace {

constexpr std::uint16_t unprivileged_by_default = 1024;

std::uint16_t unprivileged_port_start() {
    std::uint16_t start = unprivileged_by_default;
    std::ifstream{"/proc/sys/net/ipv4/ip_unprivileged_port_start"} >> start;
    return start;
}

Address address_of(const sockaddr& interface_address) {
    SocketAddress address;
    const bool v6 = interface_address.sa_family == AF_INET6;
    address.size = v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    std::memcpy(&address.storage, &interface_address, address.size);
    return from_sockaddr(address);
}

/// Without the port, whose brackets and colon are those of Address::to_string().
std::string host_of(const Address& address) {
    std::string text = address.ip().to_string();
    if (address.scope() != 0) text += '%' + std::to_string(address.scope());
    return text;
}

/// Nobody serves it: a socket file whose server has ended answers ECONNREFUSED.
bool is_stale(const Address& at, SocketType type) {
    struct stat file{};
    const std::string path{at.path()};
    if (path.empty() || path.front() == '@') return false;
    if (::lstat(path.c_str(), &file) < 0 || !S_ISSOCK(file.st_mode)) return false;
    const Descriptor probe{::socket(AF_UNIX, type_of(type) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    const Result<SocketAddress> to = to_sockaddr(at, Family::unix_);
    if (!probe.is_open() || !to) return false;
    return ::connect(probe.get(), to->get(), to->size) < 0 && errno == ECONNREFUSED;
}

Result<void> set_number(const Descriptor& descriptor, int level, int option, int value) {
    if (::setsockopt(descriptor.get(), level, option, &value, sizeof value) == 0) return {};
    return std::unexpected{error_of(errno)};
}

Error bind_error(int error_number, const Address& at) {
    Error error = error_of(error_number);
    std::string advice;
    if (error_number == EACCES && at.family() != Family::unix_)
        advice = advice_on_privileged_port(at, unprivileged_port_start());
    if (error_number == EADDRNOTAVAIL) advice = advice_on_foreign_address(at);
    if (advice.empty() && !error.detail().empty())
        advice = at.to_string() + ": " + std::string{error.detail()};
    return advice.empty() ? error : std::move(error).with_detail(std::move(advice));
}

}  // namespace

std::string advice_on_privileged_port(const Address& at, std::uint16_t unprivileged_from) {
    if (at.port() == 0 || at.port() >= unprivileged_from) return {};
    const std::string port = std::to_string(at.port());
    return at.to_string() + ": ports below " + std::to_string(unprivileged_from) +
           " are for root (net.ipv4.ip_unprivileged_port_start); take a higher port, or run: sudo sysctl "
           "net.ipv4.ip_unprivileged_port_start=" +
           port;
}

std::string advice_on_foreign_address(const Address& at) {
    ifaddrs* found = nullptr;
    if (::getifaddrs(&found) < 0) return {};
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all{found, &::freeifaddrs};
    std::string list;
    for (const ifaddrs* one = all.get(); one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr) continue;
        if (one->ifa_addr->sa_family != AF_INET && one->ifa_addr->sa_family != AF_INET6) continue;
        if (!list.empty()) list += ", ";
        list += host_of(address_of(*one->ifa_addr));
    }
    return host_of(at) + " is not an address of this machine, which has " + (list.empty() ? "none" : list);
}

Result<void> Socket::prepare_server(const Address& at, const backend::Sharing& sharing) {
    Result<void> set;
    // Not for UDP: there it would let a second server take the port over in silence.
    if (is_tcp()) set = set_number(descriptor_, SOL_SOCKET, SO_REUSEADDR, 1);
    if (set && kind().family == Family::inet6) {
        const bool both = sharing.with_ipv4 && at.ip().is_unspecified();
        set = set_number(descriptor_, IPPROTO_IPV6, IPV6_V6ONLY, both ? 0 : 1);
    }
    if (set && sharing.with_servers) set = set_number(descriptor_, SOL_SOCKET, SO_REUSEPORT, 1);
    if (kind().family == Family::unix_ && is_stale(at, kind().type))
        // If it cannot be removed, bind() says that the address is in use.
        (void)::unlink(std::string{at.path()}.c_str());
    return set;
}

Result<void> Socket::bind(const Address& at) {
    Result<SocketAddress> to = to_sockaddr(at, kind().family);
    if (!to) return std::unexpected{std::move(to.error())};
    if (::bind(descriptor_.get(), to->get(), to->size) < 0) return std::unexpected{bind_error(errno, at)};
    bound_ = true;
    return {};
}

}  // namespace sockeye::kernel
