// Loop: the kernel's driver. It sleeps in epoll until a descriptor, a deadline or another thread
// has something to say.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>

#include "base/fifo.hpp"
#include "socket/driver.hpp"
#include "socket/kernel/descriptor.hpp"

namespace sockeye::kernel {

/// Somebody whom the loop tells what epoll says about a descriptor.
class Watched {
public:
    Watched() = default;
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    /// @param events  EPOLLIN and so on. Only wakes; never runs a task or destroys anything.
    virtual void on_events(std::uint32_t events) = 0;

protected:
    ~Watched() = default;

private:
    friend class Loop;
    Fifo<Watched>::Link retry_;  ///< its place among those who try again later
};

class Loop : public backend::Driver {
public:
    /// How exactly the system can be asked to wake up.
    enum class Precision : std::uint8_t { nanoseconds, milliseconds };

    /// @throws std::system_error when the system refuses a descriptor
    explicit Loop(Precision precision = Precision::nanoseconds);

    /// CLOCK_MONOTONIC, whose zero is the machine's boot.
    Instant now() const override;

    /// Edge-triggered or one-shot, as `events` says. What is true already is told at once.
    /// @returns resources_exhausted; input_output where epoll takes no such file
    Result<void> watch(int descriptor, Watched& watched, std::uint32_t events);
    /// Changes `events`, and arms a one-shot again.
    Result<void> rewatch(int descriptor, Watched& watched, std::uint32_t events);
    /// Must come before the descriptor is closed: a copy of it in another process would keep it
    /// in the set.
    void unwatch(int descriptor) noexcept;

    /// Tells `watched` EPOLLIN | EPOLLOUT when a descriptor is freed, and in 100 ms at the
    /// latest: for what no event announces.
    void retry_later(Watched& watched);
    /// A descriptor of this network was closed.
    void descriptor_freed();
    /// Says on standard error, once, that connections wait for want of something.
    void report_shortage(int error_number);

    /// Rounded up: one that comes early would only have to wait again.
    static int to_milliseconds(Duration timeout);

protected:
    Result<void> advance(Instant until) override;
    void interrupt() noexcept override;

private:
    int wait(Instant until);
    int wait_precisely(Duration timeout);
    void retry_now();

    static constexpr std::size_t batch = 256;  // events a wait

    Descriptor epoll_;
    Descriptor interruption_;  ///< an eventfd
    Precision precision_;
    bool shortage_reported_ = false;
    Instant retry_at_ = Instant::never();
    Fifo<Watched> retries_;
    std::array<epoll_event, batch> events_{};
};

}  // namespace sockeye::kernel
