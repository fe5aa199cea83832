#include "app/bench.hpp"

#include <algorithm>
#include <utility>

namespace sockeye::app {

void Bench::start() {
    began_ = network_.now();
    for (std::size_t number = 0; number < plan_.connections; ++number) network_.spawn(run(number));
}

/// The first is the cause.
void Bench::fail(const Error& error) {
    if (!result_.error) result_.error = error;
}

Task<> Bench::run(std::size_t number) {
    if (plan_.measure == Measure::connects) {
        co_await make_connections();
    } else {
        std::optional<Socket> connection = co_await connect();
        if (!connection) co_return;
        if (plan_.measure == Measure::ping)
            co_await ping(std::move(*connection));
        else if (plan_.measure == Measure::rate)
            co_await keep_rate(std::move(*connection), number);
        else
            co_await stream(std::move(*connection));
    }
    result_.took = std::max(result_.took, network_.now() - began_);
}

Task<std::optional<Socket>> Bench::connect() {
    Result<Socket> connection = co_await create_connection(network_, plan_.target, plan_.patience);
    if (!connection) {
        fail(connection.error());
        co_return std::nullopt;
    }
    result_.local = connection->getsockname().value_or(Address{});
    result_.peer = connection->getpeername().value_or(Address{});
    if (plan_.prepare) plan_.prepare(*connection);
    co_return std::move(*connection);
}

/// @returns false once the failure is noted
Task<bool> Bench::open(Socket& connection, BenchKind kind) {
    Result<void> sent = co_await connection.sendall(opening_line(kind), plan_.patience);
    if (!sent) fail(sent.error());
    co_return sent.has_value();
}

Task<> Bench::make_connections() {
    const Instant until = began_ + plan_.time;
    while (network_.now() < until) {
        const Instant asked = network_.now();
        std::optional<Socket> connection = co_await connect();
        if (!connection) co_return;
        result_.latency.record(static_cast<std::uint64_t>((network_.now() - asked).count()));
        ++result_.operations;
    }
}

}  // namespace sockeye::app
