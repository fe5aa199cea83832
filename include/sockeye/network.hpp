// Network: everything of the world that a program touches, as a parameter. The kernel's network
// and a host of a lab are two of them; a program cannot tell which one it was given.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>

#include "sockeye/op.hpp"
#include "sockeye/task.hpp"

namespace sockeye {

namespace backend {
class Network;
}

/// Wall-clock time: nanoseconds since 1970-01-01 00:00 UTC.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// One thread a network: every call but stop() is made on the thread that runs it.
/// Sockets, streams and Ops must be destroyed before their network.
class Network {
public:
    virtual ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// "kernel", or the host's name in a lab.
    std::string_view name() const;

    /// This network's monotonic clock; virtual in a lab.
    Instant now() const;
    WallTime wall_now() const;
    /// 64 random bits: the system's on the kernel, from the seed in a lab.
    std::uint64_t random();

    Op<void> sleep(Duration duration);
    Op<void> sleep_until(Instant at);

    /// Runs `task` beside everything else, from the next turn of the loop on. The network owns
    /// it. When `stop` is requested, from any thread, what the task waits for, and everything it
    /// tries to wait for afterwards, ends with Errc::cancelled.
    void spawn(Task<> task, std::stop_token stop = {});

    /// Runs the loop until `task` has ended, and returns what it returned.
    /// An exception that escapes it or a spawned task ends run() and is rethrown here.
    /// @returns Errc::cancelled after stop(); in a lab also Errc::stalled and Errc::timed_out,
    ///   which say who waits for what. On an error `task` is destroyed.
    template <class T>
    Result<T> run(Task<T> task) {
        std::optional<T> value;
        Result<void> ended = run(store(std::move(task), value));
        if (!ended) return std::unexpected{ended.error()};
        return std::move(*value);
    }
    Result<void> run(Task<> task);

    /// Runs the loop until every spawned task has ended; errors as above.
    Result<void> run();

    /// Ends run() and wait() with Errc::cancelled as soon as their loop comes round. Tasks stay
    /// as they are, and another run() goes on with them. The one call for any thread.
    void stop() noexcept;

    /// What sockets made from now on take as their timeout; nullopt, the default: wait for ever.
    void setdefaulttimeout(std::optional<Duration> timeout) { default_timeout_ = timeout; }
    std::optional<Duration> getdefaulttimeout() const { return default_timeout_; }

    backend::Network& backend() { return *backend_; }

protected:
    explicit Network(std::unique_ptr<backend::Network> backend);

private:
    template <class T>
    static Task<> store(Task<T> task, std::optional<T>& value) {
        value.emplace(co_await std::move(task));
    }

    std::unique_ptr<backend::Network> backend_;
    std::optional<Duration> default_timeout_;
};

}  // namespace sockeye
