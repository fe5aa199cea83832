// Who waits, and what they wait at: intrusive lists, so that waiting allocates nothing.
#pragma once

#include <array>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/fifo.hpp"
#include "base/timer_queue.hpp"
#include "sockeye/op.hpp"

namespace sockeye::backend {

class Driver;
class Waitable;

/// One wait. Each root has one, since a chain of coroutines waits for one thing at a time, and
/// so has each wait() in plain code, and each part of an operation. It keeps its place until the
/// operation has ended, however often its turn comes.
struct Waiter {
    /// Why its turn comes; a later one overrides an earlier one, but for the first two.
    enum class Turn : std::uint8_t { start, resume, retry, deadline, cancelled, closed };

    explicit Waiter(Driver& driver_, Root* root_ = nullptr) : driver{driver_}, root{root_} {}
    Waiter(Driver& driver_, Waitable& whole_) : driver{driver_}, whole{&whole_} {}
    ~Waiter();

    Driver& driver;
    Root* root = nullptr;            ///< nullptr: plain code waits, or
    Waitable* whole = nullptr;       ///< the operation that this one is a part of
    OpBase* op = nullptr;            ///< what it waits for; nullptr: none
    std::coroutine_handle<> resume;  ///< who goes on once `op` has ended
    bool ended = false;              ///< where there is no root
    Turn turn = Turn::start;
    Fifo<Waiter>::Link ready;         ///< its place among those whose turn comes next
    Fifo<Waiter>::Link place;         ///< its place at what it waits for
    TimerQueue<Waiter>::Timer timer;  ///< its deadline, among the driver's
};

/// Something that can become readable or writable.
class Waitable {
public:
    explicit Waitable(Driver& driver) : driver_{driver} {}
    Waitable(const Waitable&) = delete;
    Waitable& operator=(const Waitable&) = delete;
    /// Whoever still waits is told Errc::closed.
    virtual ~Waitable();

    /// Who it is, for the report of a stall: "tcp 10.0.0.1:9001".
    virtual std::string describe() const = 0;

    void add(Waiter& waiter, Interest interest);
    /// Somebody whom it woke waits on.
    void go_on_waiting(Interest interest) { on_wait(interest); }

    /// All who wait for `interest` try again, in the order in which they came.
    void wake(Interest interest) { wake(interest, Waiter::Turn::retry); }

    Driver& driver() const { return driver_; }

private:
    /// Somebody is about to wait; a backend that must be told so, such as epoll, learns it here.
    virtual void on_wait(Interest) {}

    void wake(Interest interest, Waiter::Turn turn);

    Driver& driver_;
    std::array<Fifo<Waiter>, 2> waiting_;  // by Interest
};

/// Of an operation that owns what it waits at. @param during  a literal
Request waiting_at(const char* during, sockeye::Network& network, std::unique_ptr<Waitable> made,
                   Deadline deadline);

/// An operation that is nothing but waiting. @param during  a literal
Op<void> wait_until(Driver& driver, Instant at, const char* during = "sleep");

}  // namespace sockeye::backend
