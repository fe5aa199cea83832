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

Deadline deadline_of_attempt(const Network& network, const Patience& patience, Instant until) {
    Instant end = until;
    if (patience.one_attempt) end = std::min(end, network.now() + *patience.one_attempt);
    return end == Instant::never() ? Deadline{} : Deadline{end};
}

ConnectOptions options_of(const Patience& patience) {
    ConnectOptions options;
    if (!patience.source) return options;
    options.source = patience.source->ip();
    options.source_port = patience.source->port();
    return options;
}

}  // namespace

Task<Result<Socket>> connect_patiently(Network& network, Target target, Patience patience) {
    const Instant until = patience.all_attempts ? network.now() + *patience.all_attempts : Instant::never();
    for (Duration pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        Result<Socket> connection = co_await create_connection(
            network, target, deadline_of_attempt(network, patience, until), options_of(patience));
        if (connection || !patience.all_attempts || !may_pass(connection.error())) co_return connection;
        if (network.now() + pause >= until) co_return connection;
        Result<void> slept = co_await network.sleep(pause);
        if (!slept) co_return std::unexpected{slept.error()};
    }
}

}  // namespace sockeye::app
