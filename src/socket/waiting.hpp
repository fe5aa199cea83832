// Who waits, and what they wait at: intrusive lists, so that waiting allocates nothing.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/block_pool.hpp"
#include "base/fifo.hpp"
#include "base/timer_queue.hpp"
#include "sockeye/op.hpp"

namespace sockeye::backend {

class Driver;
class Waitable;

struct ReadyQueue;   ///< those whose turn comes next
struct WaitingList;  ///< those who wait at one thing

/// One wait. Each root has one, since a chain of coroutines waits for one thing at a time, and
/// so has each wait() in plain code, and each part of an operation. It keeps its place until the
/// operation has ended, however often its turn comes.
struct Waiter : Fifo<Waiter, ReadyQueue>::Link, Fifo<Waiter, WaitingList>::Link {
    /// Why its turn comes; a later one overrides an earlier one, but for the first two.
    enum class Turn : std::uint8_t { start, resume, retry, deadline, cancelled, closed };

    struct Deadline : TimerQueue<Waiter>::Timer, FromPool {};

    /// Who goes on once it has ended: a Root, plain code, or the operation that a PartWaiter belongs to.
    enum class Kind : std::uint8_t { root, plain, part };

    Waiter(Driver& driver_, Kind kind_) : driver{driver_}, kind{kind_} {}
    ~Waiter();

    Driver& driver;
    OpBase* op = nullptr;             ///< what it waits for; nullptr: none
    std::coroutine_handle<> resume;   ///< who goes on once `op` has ended
    std::unique_ptr<Deadline> timer;  ///< its deadline, among the driver's; made for the first that it has
    const Kind kind;
    Turn turn = Turn::start;
    bool ended = false;  ///< of any but a root
};

/// For an operation that `whole` is made of, whose readers it wakes.
struct PartWaiter : Waiter {
    explicit PartWaiter(Waitable& whole_);

    Waitable& whole;
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

    void add(Waiter& waiter);
    /// Somebody whom it woke waits on.
    void go_on_waiting(Interest interest) { on_wait(interest); }

    /// All who wait for `interest` try again, in the order in which they came.
    void wake(Interest interest);

    Driver& driver() const { return driver_; }

private:
    /// Somebody is about to wait; a backend that must be told so, such as epoll, learns it here.
    virtual void on_wait(Interest) {}

    Driver& driver_;
    Fifo<Waiter, WaitingList> waiting_;
};

/// Of an operation that owns what it waits at.
Request waiting_at(std::unique_ptr<Waitable> made, Deadline deadline);

Result<void> try_to_wait(Request& request);
inline constexpr Call<void> sleep_call{"sleep", Interest::read, &try_to_wait};

/// An operation that is nothing but waiting.
Op<void> wait_until(Driver& driver, Instant at, const Call<void>& call = sleep_call);

}  // namespace sockeye::backend
