#include "cli/congestion.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <string_view>

namespace sockeye::cli {
namespace {

constexpr std::size_t longest_name = 16;  // TCP_CA_NAME_MAX

bool is_on_this_machine(const Socket& connection) {
    const Result<Address> local = connection.getsockname();
    const Result<Address> peer = connection.getpeername();
    return local && peer && (peer->ip().is_loopback() || peer->ip() == local->ip());
}

std::string congestion_of(int descriptor) {
    std::array<char, longest_name + 1> name{};
    socklen_t size = longest_name;
    if (::getsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, name.data(), &size) < 0) return {};
    return name.data();
}

}  // namespace

Congestion suit_local_peer(Socket& connection) {
    constexpr std::string_view plain = "reno";  // which every kernel has, and lets everybody take
    const int descriptor = connection.fileno();
    const std::string now = congestion_of(descriptor);
    if (now != "bbr" || !is_on_this_machine(connection)) return {.used = now, .instead_of = {}};
    if (::setsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, plain.data(), plain.size()) < 0)
        return {.used = now, .instead_of = {}};
    return {.used = std::string{plain}, .instead_of = now};
}

void send_at_once(Socket& connection) {
    const int on = 1;
    // A unix socket has no such option, and waits for nothing.
    (void)::setsockopt(connection.fileno(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void reset_on_close(Socket& connection) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    // Of a connection it cannot fail; and if it did, ports would only run out sooner.
    (void)::setsockopt(connection.fileno(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace sockeye::cli
