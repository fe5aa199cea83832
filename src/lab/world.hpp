// The world of a lab: a virtual clock, what is going to happen, and the nodes and cables it happens to.
//
// How time passes. Programs run until each of them waits; that takes no time. Then the driver
// calls advance(): nodes that have work send what is due, in the order in which they got work;
// then the clock jumps to the next event and that event happens. Whoever it woke runs, and so on.
// Nothing else moves the clock, and of two events at one instant the one scheduled first comes
// first, so a run depends on nothing but the seed, the topology and the programs.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "lab/event_queue.hpp"
#include "lab/recorder.hpp"
#include "lab/topology.hpp"
#include "socket/driver.hpp"

namespace sockeye::lab {

class World final : public backend::Driver {
public:
    /// A wait without an end of its own is given up when no payload has reached a program for
    /// so long: what keeps the lab going then is timers that repeat for ever.
    static constexpr Duration horizon = 1h;

    explicit World(std::uint64_t seed) : seed_{seed}, random_{seed} {}
    /// Power off everywhere first, so that nothing that programs do in their destructors is sent.
    ~World() override;

    Instant now() const override { return now_; }
    std::uint64_t seed() const { return seed_; }
    /// A generator of its own for each part, by name.
    Random random_for(std::string_view part) const { return random_.fork(part); }

    Topology& topology() { return topology_; }
    const Topology& topology() const { return topology_; }
    const Recorder& recorder() const { return recorder_; }

    /// The node is polled before the clock moves.
    void has_work(Node& node);
    /// Payload has reached a program: the horizon begins anew.
    void payload_delivered() { quiet_since_ = now_; }

    /// Something to be told beside the frames.
    void note(std::string text) { recorder_.note(now_, std::move(text)); }

    using Action = std::function<void()>;
    /// @pre at >= now()
    void at(Instant at, Action action);

    void cut(std::uint32_t cable);
    void heal(std::uint32_t cable);
    /// Impairs what is sent from one end of a cable. @pre mistake_in(impairments) is empty
    void impair(std::uint32_t cable, link::End from, const Impairments& impairments);
    /// Silent at once; its programs are destroyed as soon as none of them runs.
    void crash(Node& node);

    /// Returns when the clock shows `at`, after all that happens at that instant.
    Result<void> run_until(Instant at);

private:
    Result<void> advance(Instant until) override;
    void interrupt() noexcept override {}  // advance() never sleeps

    void poll_nodes();
    Result<void> move_clock(Instant to);
    bool is_stale(const Event& event) const;
    void drop_stale_events();
    void happen(const Event& event);
    void deliver(const Event& arrival);
    void run_action(std::uint64_t number);

    /// Sends what the node has to send. @param origin  the record it forwards, if it does
    void flush(Node& node, std::optional<std::uint64_t> origin);
    void send(const Plug& plug, const Packet& frame, std::optional<std::uint64_t> origin);
    void carry(const Plug& plug, Packet frame, const link::Treatment& treatment,
               std::optional<std::uint64_t> origin);
    void set_alarm(Node& node);

    std::uint64_t seed_;
    Random random_;
    Instant now_;
    Instant quiet_since_;  ///< no payload since then, waits with an end of their own aside
    EventQueue events_;
    Topology topology_;
    Recorder recorder_;
    std::vector<Node*> have_work_;  ///< in the order in which they got it
    std::map<std::uint64_t, Action> actions_;
    std::uint64_t next_action_ = 0;
};

}  // namespace sockeye::lab
