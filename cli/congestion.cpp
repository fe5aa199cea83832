#include "cli/congestion.hpp"

#include "sockeye/option.hpp"

namespace sockeye::cli {
namespace {

bool is_on_this_machine(const Socket& connection) {
    const Result<Address> local = connection.getsockname();
    const Result<Address> peer = connection.getpeername();
    return local && peer && (peer->ip().is_loopback() || peer->ip() == local->ip());
}

}  // namespace

Congestion suit_local_peer(Socket& connection) {
    const Result<std::string> now = connection.getsockopt(option::tcp_congestion);
    if (!now) return {};
    Congestion chosen{.used = *now, .instead_of = {}};
    if (*now != "bbr" || !is_on_this_machine(connection)) return chosen;
    const std::string plain = "reno";  // which every kernel has, and lets everybody take
    if (connection.setsockopt(option::tcp_congestion, plain)) chosen = {.used = plain, .instead_of = *now};
    return chosen;
}

void send_at_once(Socket& connection) {
    // A unix socket has no such option, and waits for nothing.
    (void)connection.setsockopt(option::tcp_nodelay, true);
}

void reset_on_close(Socket& connection) {
    // Of a connection it cannot fail; and if it did, ports would only run out sooner.
    (void)connection.setsockopt(option::so_linger, Duration::zero());
}

}  // namespace sockeye::cli
