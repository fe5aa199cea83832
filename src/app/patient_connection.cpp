#include "app/patient_connection.hpp"

#include <algorithm>
#include <array>

namespace sockeye::app {
namespace {

constexpr Duration first_pause = 50ms;
constexpr Duration longest_pause = 1s;

bool may_pass(const Error& error) {
    constexpr std::array passing{Errc::refused, Errc::unreachable, Errc::timed_out, Errc::name_not_found,
                                 Errc::reset};
    return std::ranges::find(passing, error.code()) != passing.end();
}

/// Python's create_connection(source_address=…).
Task<Result<Socket>> connect_from(Network& network, Address source, Target target, Deadline deadline) {
    Result<Address> peer = target.numeric();
    if (!peer) co_return std::unexpected{peer.error()};
    const bool tcp = target.transport == Transport::tcp;
    Socket socket{network, peer->family(), tcp ? SocketType::stream : SocketType::datagram};
    if (Result<void> bound = socket.bind(source); !bound) co_return std::unexpected{bound.error()};
    Result<void> connected = co_await socket.connect(*peer, deadline);
    if (!connected) co_return std::unexpected{connected.error()};
    co_return std::move(socket);
}

Task<Result<Socket>> attempt(Network& network, Target target, const Patience& patience, Instant until) {
    Instant end = until;
    if (patience.one_attempt) end = std::min(end, network.now() + *patience.one_attempt);
    const Deadline deadline = end == Instant::never() ? Deadline{} : Deadline{end};
    if (patience.source) return connect_from(network, *patience.source, std::move(target), deadline);
    return [](Network& on, Target to, Deadline by) -> Task<Result<Socket>> {
        co_return co_await create_connection(on, std::move(to), by);
    }(network, std::move(target), deadline);
}

}  // namespace

Task<Result<Socket>> connect_patiently(Network& network, Target target, Patience patience) {
    const Instant until = patience.all_attempts ? network.now() + *patience.all_attempts : Instant::never();
    for (Duration pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        Result<Socket> connection = co_await attempt(network, target, patience, until);
        if (connection || !patience.all_attempts || !may_pass(connection.error())) co_return connection;
        if (network.now() + pause >= until) co_return connection;
        Result<void> slept = co_await network.sleep(pause);
        if (!slept) co_return std::unexpected{slept.error()};
    }
}

}  // namespace sockeye::app
