// Loop: the kernel's driver. It sleeps until a descriptor, a deadline or another thread has
// something to say. How it asks the system for that is up to EpollLoop and RingLoop.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/fifo.hpp"
#include "socket/driver.hpp"
#include "socket/kernel/descriptor.hpp"
#include "socket/kernel/spin.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::kernel {

/// Somebody whom the loop tells what becomes of a descriptor. It watches one at a time. Its link is its
/// place among those who try again later or, where it is Served, among those that nobody waits to receive
/// for: who connects or accepts does not receive yet.
class Watched : public Fifo<Watched>::Link {
public:
    Watched() = default;
    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    /// @param events  EPOLLIN and so on. Only wakes; never runs a task or destroys anything.
    virtual void on_events(std::uint32_t events) = 0;
    /// The system took the request to watch, then could not: there will be no events. Only wakes.
    virtual void on_watch_failed(const Error& error) = 0;

protected:
    ~Watched() = default;

private:
    friend class Loop;
    friend class RingLoop;
    static constexpr std::uint32_t no_poll = static_cast<std::uint32_t>(-1);

    std::uint32_t poll_ = no_poll;  ///< its place among RingLoop's polls
};

/// Somebody for whom the loop also receives and sends. All that it is told it only takes note of, and wakes.
class Served : public Watched {
public:
    /// @returns how many octets wait to be read now, these included
    virtual std::size_t on_received(Bytes bytes) = 0;
    /// Nothing more comes.
    /// @param error_number  0: FIN; ECANCELED: nobody waited any more, or it was told to stop
    virtual void on_receiving_ended(int error_number) = 0;
    /// What send_soon() took is with the kernel, or is lost.
    /// @param error_number  0: it is with the kernel
    virtual void on_sent(int error_number) = 0;

    /// Whether send_soon() took something whose end on_sent() has not told yet.
    bool is_sending() const { return sending_ != no_request; }

protected:
    ~Served() = default;

private:
    friend class RingLoop;
    static constexpr std::uint32_t no_request = static_cast<std::uint32_t>(-1);

    std::uint32_t receiving_ = no_request;  ///< its place among RingLoop's receives
    std::uint32_t sending_ = no_request;    ///< and among its sends
};

class Loop : public backend::Driver {
public:
    /// What the system has of it. automatic: io_uring, or epoll where that is refused or too old.
    /// @throws std::system_error when the system refuses what was asked for
    static std::unique_ptr<Loop> open(Backend backend);

    /// How long it may look for something to do before it sleeps: see Spin. Zero, unless said.
    void spin_for(Duration most) { spin_ = Spin{most}; }

    /// "epoll", "io_uring".
    virtual std::string_view name() const = 0;

    /// CLOCK_MONOTONIC, whose zero is the machine's boot.
    Instant now() const override;

    /// Edge-triggered or one-shot, as `events` says. What is true already is told as soon as the
    /// loop comes round. An edge may be told twice, and EPOLLPRI where nothing is urgent.
    /// @returns resources_exhausted; input_output where the system watches no such file
    virtual Result<void> watch(int descriptor, Watched& watched, std::uint32_t events) = 0;
    /// Arms a one-shot again.
    virtual Result<void> rewatch(int descriptor, Watched& watched, std::uint32_t events) = 0;
    /// Must come before the descriptor is closed, which would not end what the system does for it.
    virtual void unwatch(int descriptor, Watched& watched) noexcept = 0;

    /// Receives for a stream's socket, from now on and as long as somebody waits: to be called
    /// each time somebody is about to. Until on_receiving_ended() nobody else may receive.
    /// @returns whether this loop can; if not, watch() and receive when there is something
    virtual bool receive(int, Served&) { return false; }
    /// Returns once it has ended. What came until then has been handed over.
    virtual void stop_receiving(Served&) noexcept {}
    /// Octets at once from which on a socket had better receive by itself.
    virtual std::size_t much_at_once() const { return 0; }
    /// Hands over what has come, without waiting: for where the loop does not run.
    virtual void catch_up() {}

    /// The most octets of a message that send_soon() takes.
    static constexpr std::size_t small = 4096;
    /// Sends a copy with the next turn's system call; what is to go on the same connection before then
    /// joins it. Only while the loop runs.
    /// @returns whether it took them: not where this loop cannot, nor while the kernel has no room for
    ///   what it took before
    virtual bool send_soon(int, Served&, std::span<const std::byte>) { return false; }
    /// Hands over to the kernel what send_soon() took.
    /// @returns whether on_sent() has told its end; if not it will, once the kernel has room
    virtual bool flush(Served&) noexcept { return true; }
    /// What is to be done once the kernel has had room for it. @pre flush() said no
    virtual void shut_down_once_sent(Served&) noexcept {}
    virtual void close_once_sent(Served&, Descriptor) noexcept {}

    /// Tells `watched` EPOLLIN | EPOLLOUT when a descriptor is freed, and in 100 ms at the
    /// latest: for what no event announces.
    void retry_later(Watched& watched);
    /// A descriptor of this network was closed.
    void descriptor_freed();
    /// Says on standard error, once, that connections wait for want of something.
    void report_shortage(int error_number);

protected:
    /// @throws std::system_error when the system refuses a descriptor
    Loop();

    Result<void> advance(Instant until) final;
    void interrupt() noexcept final;

    /// Sleeps until there are events, a signal comes or `until` has passed, and tells the events.
    virtual Result<void> wait(Instant until) = 0;
    /// Nobody has anything to do until something happens.
    virtual void about_to_wait() {}
    /// An eventfd: each interruption is an edge, and nobody has to read it.
    int interruption() const { return interruption_.get(); }

private:
    Result<void> spin_and_wait(Instant until);
    void retry_now();

    Descriptor interruption_;
    bool shortage_reported_ = false;
    Instant retry_at_ = Instant::never();
    Fifo<Watched> retries_;
    Spin spin_;
};

/// @throws std::system_error, of errno, where `number` is no descriptor
Descriptor opened(int number, const char* what);

}  // namespace sockeye::kernel
