// The stack behind the door, its virtual time and the calls that wait in it.
//
// The driver's main thread injects packets and moves time on, while a second thread may wait in a call.
// That thread sleeps on a condition variable; whoever lets something happen tries the waiting call again
// in its place, so that what the call does (octets it sends, the moment it ends) belongs to the same
// virtual moment, whatever the scheduler does.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>

#include "packetdrill/clock.hpp"
#include "packetdrill/descriptors.hpp"
#include "packetdrill/flags.hpp"
#include "packetdrill/outcome.hpp"
#include "socket/stack/stack_network.hpp"

namespace sockeye::packetdrill {

class Machine final : private stack::Runner {
public:
    /// The thread that makes it is the one that moves time on.
    explicit Machine(const Flags& flags);
    /// @returns what about the addresses cannot be, in a sentence for a person
    std::optional<std::string> settle_in(const Flags& flags);
    /// Calls that still wait end with EINTR, and have left when this returns.
    ~Machine() override;

    struct Departure {
        Packet packet;
        Instant at;
        std::size_t segment = 0;  ///< octets of payload in each of those that it stands for
    };

    /// A call of the driver's, from its first step to its last: one at a time, but for those that wait.
    /// What follows from it at this moment has happened when it is over.
    class Visit {
    public:
        explicit Visit(Machine& machine);
        Visit(const Visit&) = delete;
        Visit& operator=(const Visit&) = delete;
        ~Visit();

    private:
        Machine& machine_;
        std::unique_lock<std::mutex> lock_;
    };

    // All the rest is for visitors.

    /// Tries, again and again while that would have to wait, until `patience` is over (nullopt: for ever),
    /// which ends the call with what `late` says.
    using Attempt = std::function<Outcome()>;
    Outcome wait(const Attempt& attempt, std::optional<Duration> patience, const Attempt& late);

    stack::StackNetwork& network() { return network_; }
    Descriptors& descriptors() { return descriptors_; }
    Instant now() const { return clock_.now(); }
    const transport::tcp::Config& tcp() const { return tcp_; }

    // The driver's network and clock.

    void arrive(std::span<const std::byte> packet);
    /// The next packet that leaves, as far as the horizon. nullopt: none ever will
    std::optional<Departure> depart();
    void sleep(Duration duration);
    /// To whoever returns from a call that waited it is, once, the moment at which that ended.
    WallTime read_clock();
    WallTime wall_at(Instant at) const { return network_.wall_now() - (clock_.now() - at); }

private:
    struct Waiting {
        const Attempt& attempt;
        Instant until;
        const Attempt& late;
        std::optional<Outcome> outcome{};
        Instant ended{};
        std::condition_variable woken{};
    };

    void has_work(stack::StackNetwork&) override {}
    void payload_delivered() override {}

    void settle();
    void collect();
    bool try_again();
    Instant next_event() const;
    bool advance(Instant limit);
    void drive_until_ended(const Waiting& waiting);

    std::mutex mutex_;
    std::condition_variable left_;  // told when nobody is inside
    int visitors_ = 0;
    bool closing_ = false;

    Clock clock_;
    stack::StackNetwork network_;
    link::Device* device_;
    transport::tcp::Config tcp_;
    Offload offload_;
    OptionLayout layout_;
    Descriptors descriptors_;  // before the network it uses is gone
    std::deque<Departure> departures_;
    std::list<Waiting*> waiting_;
    std::thread::id mover_ = std::this_thread::get_id();
    std::map<std::thread::id, Instant> returned_;  // from a call that waited, and has not asked the time
};

}  // namespace sockeye::packetdrill
