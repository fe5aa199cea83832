// Benchmarks of a connection, as programs on a Network&: how much, how fast, and how late.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/bench_server.hpp"
#include "app/histogram.hpp"
#include "sockeye/address.hpp"
#include "sockeye/network.hpp"
#include "sockeye/socket.hpp"
#include "sockeye/task.hpp"

namespace sockeye::app {

enum class Measure : std::uint8_t {
    upload,    ///< throughput
    download,  ///< the peer sends; it has to be bench_sessions()
    both,      ///< both at once, on the same connections
    ping,      ///< a message, its answer, the next message
    connects,  ///< connections made and dropped
    rate,      ///< messages at fixed moments, whether or not the one before was answered
};

struct BenchPlan {
    Target target{};
    Measure measure = Measure::upload;
    std::size_t connections = 1;
    std::size_t size = 64;   ///< octets a message
    std::uint64_t rate = 0;  ///< messages a second, all connections together
    Duration time = 5s;      ///< how long it is measured
    Duration patience = 5s;  ///< for a connection, and for answers when the time is over
    Prepare prepare{};
};

struct BenchResult {
    std::uint64_t sent = 0;        ///< octets that arrived, opening lines left out
    std::uint64_t received = 0;    ///< octets
    std::uint64_t operations = 0;  ///< messages answered, or connections made
    std::uint64_t unanswered = 0;  ///< messages that were due; each counts as late as it was at the end
    Histogram latency;             ///< nanoseconds
    Duration took{};               ///< from the first connection's start to the last one's end
    Address local;                 ///< of the first connection
    Address peer;
    std::optional<Error> error{};  ///< the first one; what was measured before it stands
};

/// One run. Messages at a fixed rate are timed from the moment they were due, not from when they could
/// be sent: a server that stalls delays all that were due meanwhile, and each of them counts (what
/// leaves them out is called coordinated omission).
class Bench {
public:
    Bench(Network& network, BenchPlan plan) : network_{network}, plan_{std::move(plan)} {}

    /// Spawns what measures: the bench must outlive it. The result stands when the network has run.
    void start();

    const BenchResult& result() const { return result_; }

private:
    struct Load;

    Task<> run(std::size_t number);
    Task<std::optional<Socket>> connect();
    Task<bool> open(Socket& connection, BenchKind kind);
    Task<bool> read_exactly(Socket& connection, std::vector<std::byte>& buffer, Instant until);
    Task<> stream(Socket connection);
    Task<> send_bulk(std::shared_ptr<Socket> connection, Instant until);
    Task<> receive_bulk(Socket& connection);
    Task<> ping(Socket connection);
    Task<> make_connections();
    Task<> keep_rate(Socket connection, std::size_t number);
    Task<> send_at_rate(std::shared_ptr<Load> load);
    void fail(const Error& error);
    bool sends() const { return plan_.measure != Measure::download; }
    bool receives() const { return plan_.measure != Measure::upload; }

    Network& network_;
    BenchPlan plan_;
    BenchResult result_;
    Instant began_;
};

}  // namespace sockeye::app
