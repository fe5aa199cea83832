#include "cli/session_call.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

#include <algorithm>
#include <vector>

#include "socket/kernel/sockaddr.hpp"

namespace sockeye::cli {
namespace {

using enum NetworkCall;

constexpr std::size_t most_octets = 40;  // of what is sent or received
constexpr std::size_t most_parts = 8;    // of a vector of buffers

/// A value of the traced process's, which is of this machine's kind.
template <class T>
std::optional<T> value_at(std::uint64_t address, const ReadMemory& memory) {
    T value{};
    const auto into = std::as_writable_bytes(std::span{&value, 1});
    if (address == 0 || memory(address, into) < sizeof(T)) return std::nullopt;
    return value;
}

/// @param size  what the process says; a sockaddr is at most as long as sockaddr_storage
std::optional<Address> address_at(std::uint64_t address, std::uint64_t size, const ReadMemory& memory) {
    kernel::SocketAddress found;
    const std::size_t octets = std::min<std::size_t>(size, sizeof found.storage);
    if (address == 0 || octets < sizeof(sa_family_t)) return std::nullopt;
    const auto into = std::as_writable_bytes(std::span{&found.storage, 1}).first(octets);
    if (memory(address, into) < octets) return std::nullopt;
    found.size = static_cast<socklen_t>(octets);
    const auto family = found.storage.ss_family;
    if (family != AF_INET && family != AF_INET6 && family != AF_UNIX) return std::nullopt;
    return kernel::from_sockaddr(found);
}

/// Where a call writes an address, it also writes how long that is.
std::optional<Address> address_out(std::uint64_t address, std::uint64_t size_at, const ReadMemory& memory) {
    const auto size = value_at<socklen_t>(size_at, memory);
    if (!size) return std::nullopt;
    return address_at(address, *size, memory);
}

std::string octets_at(std::uint64_t address, std::uint64_t size, const ReadMemory& memory) {
    std::string octets(std::min<std::size_t>(size, most_octets), '\0');
    octets.resize(std::min(memory(address, std::as_writable_bytes(std::span{octets})), octets.size()));
    return octets;
}

/// @param size  of all parts together, as far as the call got
std::string octets_of(std::uint64_t parts_at, std::uint64_t parts, std::uint64_t size,
                      const ReadMemory& memory) {
    std::string octets;
    for (std::size_t i = 0; i < std::min<std::uint64_t>(parts, most_parts); ++i) {
        const auto part = value_at<iovec>(parts_at + i * sizeof(iovec), memory);
        if (!part) break;
        const std::uint64_t wanted = std::min<std::uint64_t>(part->iov_len, size - octets.size());
        octets += octets_at(reinterpret_cast<std::uintptr_t>(part->iov_base), wanted, memory);
        if (octets.size() >= std::min<std::uint64_t>(size, most_octets)) break;
    }
    octets.resize(std::min(octets.size(), most_octets));
    return octets;
}

SocketSort sort_of(std::uint64_t domain, std::uint64_t type) {
    if (domain == AF_UNIX) return SocketSort::local;
    if (domain != AF_INET && domain != AF_INET6) return SocketSort::other;
    switch (type & ~std::uint64_t{SOCK_NONBLOCK | SOCK_CLOEXEC}) {
        case SOCK_STREAM: return SocketSort::stream;
        case SOCK_DGRAM: return SocketSort::datagram;
        default: return SocketSort::other;
    }
}

std::string_view family_of(std::uint64_t domain) {
    switch (domain) {
        case AF_INET: return "IPv4";
        case AF_INET6: return "IPv6";
        case AF_UNIX: return "unix";
        case AF_NETLINK: return "netlink";
        default: return "another family";
    }
}

void decode_message(SessionCall& call, std::uint64_t message_at, std::uint64_t transferred,
                    const ReadMemory& memory) {
    const auto message = value_at<msghdr>(message_at, memory);
    if (!message) return;
    call.address =
        address_at(reinterpret_cast<std::uintptr_t>(message->msg_name), message->msg_namelen, memory);
    call.octets = octets_of(reinterpret_cast<std::uintptr_t>(message->msg_iov), message->msg_iovlen,
                            transferred, memory);
}

}  // namespace

SessionCall decode(const RawCall& raw, const ReadMemory& memory) {
    const auto& arguments = raw.arguments;
    const auto number = [&](std::size_t i) { return static_cast<int>(arguments[i]); };
    const std::uint64_t transferred = raw.result > 0 ? static_cast<std::uint64_t>(raw.result) : 0;
    SessionCall call;
    call.call = raw.call;
    call.descriptor = number(0);
    call.result = raw.result;
    switch (raw.call) {
        case socket:
        case socketpair:
            call.made = sort_of(arguments[0], arguments[1]);
            call.family = family_of(arguments[0]);
            break;
        case bind:
        case connect: call.address = address_at(arguments[1], arguments[2] & UINT32_MAX, memory); break;
        case listen:
        case shutdown: call.number = number(1); break;
        case accept:
        case accept4:
        case getsockname:
        case getpeername:
            if (!call.failed()) call.address = address_out(arguments[1], arguments[2], memory);
            break;
        case sendto:
            call.address = address_at(arguments[4], arguments[5] & UINT32_MAX, memory);
            call.octets = octets_at(arguments[1], transferred, memory);
            break;
        case recvfrom:
            if (!call.failed()) call.address = address_out(arguments[4], arguments[5], memory);
            call.octets = octets_at(arguments[1], transferred, memory);
            break;
        case write:
        case NetworkCall::read: call.octets = octets_at(arguments[1], transferred, memory); break;
        case writev:
        case readv: call.octets = octets_of(arguments[1], arguments[2], transferred, memory); break;
        case sendmsg:
        case recvmsg: decode_message(call, arguments[1], transferred, memory); break;
        case setsockopt:
        case getsockopt:
            call.level = number(1);
            call.number = number(2);
            break;
        case sendmmsg:
        case recvmmsg:
        case sendfile:
        case close:
        case io_uring_enter:
        case other: break;
    }
    return call;
}

}  // namespace sockeye::cli
