// Throughput. The client ends it: it says FIN when the time is over, and the peer's FIN then says that all
// has arrived. So what is counted is what went through, not what fits into a send buffer.
#include <utility>

#include "app/bench.hpp"

namespace sockeye::app {

Task<> Bench::stream(Socket connection) {
    const BenchKind kind = plan_.measure == Measure::both ? BenchKind::both
                           : sends()                      ? BenchKind::upload
                                                          : BenchKind::download;
    const auto shared = std::make_shared<Socket>(std::move(connection));
    const bool opened = co_await open(*shared, kind);
    if (!opened) co_return;
    network_.spawn(send_bulk(shared, began_ + plan_.time));
    co_await receive_bulk(*shared);
    shared->close();  // which ends the sending task, if the peer has ended first
}

Task<> Bench::send_bulk(std::shared_ptr<Socket> connection, Instant until) {
    const std::vector<std::byte> octets(bulk);
    while (sends() && network_.now() < until) {
        Result<std::size_t> sent =
            co_await connection->send(std::span<const std::byte>{octets}, Deadline{until});
        if (sent) {
            result_.sent += *sent;
            continue;
        }
        if (sent.error() == Errc::timed_out) break;
        if (sent.error() != Errc::closed) fail(sent.error());
        co_return;
    }
    Result<void> slept = co_await network_.sleep_until(until);
    if (slept) (void)connection->shutdown(Shutdown::write);  // it may be over already
}

Task<> Bench::receive_bulk(Socket& connection) {
    const Instant patience_ends = began_ + plan_.time + plan_.patience;
    std::vector<std::byte> buffer(bulk);
    std::uint64_t received = 0;
    for (;;) {
        Result<std::size_t> octets = co_await connection.recv_into(buffer, Deadline{patience_ends});
        if (!octets) fail(octets.error());
        if (!octets || *octets == 0) break;
        received += *octets;
    }
    if (!receives()) co_return;
    result_.received += received;
    if (received <= opening_line(BenchKind::download).size())  // nothing, or the line sent back
        fail({Errc::unsupported, "bench",
              "the peer sends nothing by itself: start it with sockeye bench --serve ADDRESS"});
}

}  // namespace sockeye::app
