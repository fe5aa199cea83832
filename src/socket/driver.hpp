// Driver: the loop behind run() and wait(). Whose turn it is, whose deadline has passed, which
// tasks there are: the same for every network. How the world moves on meanwhile is the backend's.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/fifo.hpp"
#include "base/timer_queue.hpp"
#include "socket/waiting.hpp"
#include "sockeye/error.hpp"
#include "sockeye/task.hpp"
#include "sockeye/time.hpp"

namespace sockeye::backend {

class Network;

/// A spawned task: the outermost coroutine of a chain, and what the chain waits for. Its link is its place
/// among the tasks that run, or those that have ended.
struct Root : Fifo<Root>::Link, Waiter {
    Root(Driver& driver_, Network& owner_, Task<> task, std::stop_token stop);
    ~Root();

    struct Stop {
        Root& root;
        void operator()() const noexcept;
    };

    enum class End : std::uint8_t { not_yet, returned, destroyed };

    /// What few tasks need.
    struct Rarely {
        std::exception_ptr exception;  ///< what escaped one of its coroutines, until it is thrown again
        End* tell_end = nullptr;       ///< set when it ends
        std::optional<std::stop_callback<Stop>> on_stop;
    };
    /// Makes it, the first time.
    Rarely& rare();
    void tell(End end);

    bool told_to_stop = false;  ///< the stop has been acted on
    std::atomic<bool> stop_requested = false;
    Network& owner;
    std::coroutine_handle<> outermost;
    std::unique_ptr<Rarely> rarely;
    std::uint32_t turns = 0;    ///< at the instant in which it had the latest
    std::uint32_t instant = 0;  ///< that one's number
};

/// One loop, on one thread. The kernel's loop and the lab's world derive from it.
class Driver {
public:
    Driver();
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    virtual ~Driver();

    virtual Instant now() const = 0;

    Root& spawn(Network& owner, Task<> task, std::stop_token stop);
    /// Destroys the tasks of one network, newest first, frames and all.
    void destroy_tasks(const Network& owner);

    /// Runs until `is_done` says so. Rethrows what escapes a task meanwhile.
    /// @returns cancelled (stop), and what advance() returns
    Result<void> drive(const std::function<bool()>& is_done);
    Result<void> run_until_ended(Root& root);
    /// How many of a network's tasks have not ended.
    std::size_t count_tasks(const Network& owner) const;
    /// Every task of every network of this driver.
    Result<void> run_until_all_ended();

    /// Any thread.
    void stop() noexcept;
    /// And drive() has not noticed yet: for who waits without it.
    bool is_told_to_stop() const noexcept { return stop_requested_; }
    /// Any thread: some root's stop was requested.
    void attend() noexcept;

    // For the coroutine that runs.
    /// Its chain goes on there, once it has suspended.
    void continue_with(std::coroutine_handle<> next) { next_ = next; }
    /// One more Op of it has ended at once. @returns whether it may go on before others have their turn
    bool may_go_on() { return --budget_ > 0; }

    // For Op and Waitable.
    void make_ready(Waiter& waiter, Waiter::Turn turn);
    /// What a sleep waits at.
    Waitable& passing_of_time();
    /// Waits at what the operation's request says, until its deadline.
    void park(Waiter& waiter);
    void forget(Waiter& waiter);
    /// Drives until the operation of a wait() in plain code has ended.
    void drive(Waiter& plain);
    /// A task's coroutine has ended; it is destroyed once it no longer runs.
    void ended(Root& root);

    /// Whether the loop is running: what a backend remembers of the world is kept up to date only then.
    bool is_driving() const { return driving_; }
    /// Aborts, saying what to write instead, when the loop is running already.
    void refuse_nested(const char* during) const;

    /// What every task waits for, for an error's detail: "server: accept at tcp 10.0.0.1:9001; …".
    std::string who_waits() const;

protected:
    /// Lets the world move on until somebody may have been woken, or `until` has come: the
    /// kernel sleeps, a lab takes its next event. A lab returns stalled when nothing is left
    /// that could happen, and timed_out past its horizon.
    virtual Result<void> advance(Instant until) = 0;
    /// Whether the world need not move on before somebody has a turn.
    bool somebody_is_ready() const { return !ready_.empty() || stop_requested_ || attention_; }
    /// When the wait() that drives ends by itself; never(): it has no deadline, or a run() drives.
    Instant driving_wait_ends() const;
    /// Whose task had its turn last, or has it; nullptr: none, or that network's tasks are gone.
    const Network* latest_to_run() const { return latest_to_run_; }
    /// Where time is virtual, it has passed.
    void begin_instant() {
        ++instant_;
        most_turns_ = 0;
    }
    /// How often a single task has had its turn since then, at the most.
    std::uint32_t most_turns() const { return most_turns_; }
    /// Any thread: makes a sleeping advance() return.
    virtual void interrupt() noexcept = 0;
    /// The loop no longer runs, and nobody knows when it will again: what waits for its next turn is done
    /// now.
    virtual void come_to_rest() noexcept {}

private:
    void run_chain(std::coroutine_handle<> first);
    void take_turn();
    void take_turn(Waiter& waiter);
    void count_turn(Root& root);
    void end(Waiter& waiter);
    static void go_on_waiting(Waiter& waiter);
    void expire_deadlines();
    void cancel_stopped_tasks();
    void reap();

    class Time;

    Fifo<Waiter, ReadyQueue> ready_;
    Fifo<Root> roots_;
    Fifo<Root> ended_;
    TimerQueue<Waiter> timers_;  ///< deadlines
    std::unique_ptr<Time> time_;
    std::coroutine_handle<> next_;  ///< who the chain that runs hands over to
    int budget_ = 0;                ///< how many Ops of it may still end at once
    Waiter* plain_ = nullptr;       ///< the wait() that drives, if it is one
    bool driving_ = false;
    const Network* latest_to_run_ = nullptr;
    std::uint32_t instant_ = 0;
    std::uint32_t most_turns_ = 0;
    std::atomic<bool> stop_requested_ = false;
    std::atomic<bool> attention_ = false;
};

}  // namespace sockeye::backend
