// Messages and their answers: one after the other, or at a constant rate.
#include <algorithm>
#include <utility>

#include "app/bench.hpp"

namespace sockeye::app {

Task<bool> Bench::read_exactly(Socket& connection, std::vector<std::byte>& buffer, Instant until) {
    for (std::span<std::byte> rest{buffer}; !rest.empty();) {
        Result<std::size_t> octets = co_await connection.recv_into(rest, Deadline{until});
        if (!octets || *octets == 0) {
            fail(octets ? Error{Errc::closed, "recv", "the peer has ended before it answered"}
                        : octets.error());
            co_return false;
        }
        rest = rest.subspan(*octets);
    }
    co_return true;
}

Task<> Bench::ping(Socket connection) {
    bool goes_on = co_await open(connection, BenchKind::echoed);
    if (!goes_on) co_return;
    std::vector<std::byte> line(opening_line(BenchKind::echoed).size());
    std::vector<std::byte> message(plan_.size);
    goes_on = co_await read_exactly(connection, line, network_.now() + plan_.patience);
    const Instant until = began_ + plan_.time;
    while (goes_on && network_.now() < until) {
        const Instant asked = network_.now();
        Result<void> sent = co_await connection.sendall(std::span<const std::byte>{message}, plan_.patience);
        if (!sent) {
            fail(sent.error());
            co_return;
        }
        goes_on = co_await read_exactly(connection, message, asked + plan_.patience);
        if (!goes_on) co_return;
        result_.latency.record(static_cast<std::uint64_t>((network_.now() - asked).count()));
        ++result_.operations;
    }
}

/// One connection's share of the messages: every n-th of all that are due.
struct Bench::Load {
    Socket connection;
    Instant began;
    std::uint64_t rate;
    std::uint64_t first;
    std::uint64_t step;
    std::uint64_t total;

    Instant due(std::uint64_t message) const {
        constexpr std::uint64_t second = 1'000'000'000;
        return began + Duration{(first + message * step) * second / rate};
    }
};

Task<> Bench::send_at_rate(std::shared_ptr<Load> load) {
    const std::vector<std::byte> message(plan_.size);
    const Instant gives_up = began_ + plan_.time + plan_.patience;
    for (std::uint64_t number = 0; number < load->total; ++number) {
        Result<void> slept = co_await network_.sleep_until(load->due(number));
        if (!slept) co_return;
        Result<void> sent =
            co_await load->connection.sendall(std::span<const std::byte>{message}, Deadline{gives_up});
        if (sent) continue;
        if (sent.error() != Errc::closed) fail(sent.error());
        co_return;
    }
}

Task<> Bench::keep_rate(Socket connection, std::size_t number) {
    const auto load = std::make_shared<Load>();
    load->connection = std::move(connection);
    load->rate = plan_.rate;
    load->first = number;
    load->step = plan_.connections;
    const std::uint64_t all = plan_.rate * static_cast<std::uint64_t>(plan_.time / 1ms) / 1000;
    load->total = all / load->step + (number < all % load->step ? 1 : 0);
    const bool opened = co_await open(load->connection, BenchKind::echoed);
    if (!opened) co_return;
    load->began = network_.now();
    network_.spawn(send_at_rate(load));

    const Instant gives_up = began_ + plan_.time + plan_.patience;
    std::vector<std::byte> buffer(bulk);
    std::size_t line = opening_line(BenchKind::echoed).size();  // octets of it still to come back
    std::uint64_t octets = 0;
    std::uint64_t answered = 0;
    while (answered < load->total) {
        Result<std::size_t> some = co_await load->connection.recv_into(buffer, Deadline{gives_up});
        if (!some || *some == 0) {
            fail(some ? Error{Errc::closed, "recv", "the peer has ended before it answered"} : some.error());
            break;
        }
        const std::size_t of_line = std::min(line, *some);
        line -= of_line;
        octets += *some - of_line;
        const Instant now = network_.now();
        for (; answered < octets / plan_.size; ++answered)
            result_.latency.record(static_cast<std::uint64_t>((now - load->due(answered)).count()));
    }
    result_.operations += answered;
    for (; answered < load->total; ++answered, ++result_.unanswered) {
        const Duration late = network_.now() - load->due(answered);
        result_.latency.record(static_cast<std::uint64_t>(std::max(late, Duration::zero()).count()));
    }
    load->connection.close();  // which ends the sending task
}

}  // namespace sockeye::app
