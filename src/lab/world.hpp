// The world of a lab: a virtual clock, what is going to happen, and the nodes and cables it happens to.
//
// How time passes. Programs run until each of them waits; that takes no time. Then the driver
// calls advance(): nodes that have work send what is due, in the order in which they got work;
// then the clock jumps to the next event and that event happens. Whoever it woke runs, and so on.
// Nothing else moves the clock, and of two events at one instant the one scheduled first comes
// first, so a run depends on nothing but the seed, the topology and the programs.
//
// Alarms. A node's alarm changes with nearly every segment, mostly to later. So an event of an earlier wish
// stays in the queue; when its time comes, and before the clock moves to it, it is put back to when the
// node wants to be polled now.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "lab/capture.hpp"
#include "lab/event_queue.hpp"
#include "lab/pacer.hpp"
#include "lab/partitions.hpp"
#include "lab/passages.hpp"
#include "lab/recorder.hpp"
#include "lab/topology.hpp"
#include "lab/watcher.hpp"
#include "socket/driver.hpp"

namespace sockeye::lab {

/// The files that a lab was made from; empty: somebody made it otherwise. With its seed they are all that it
/// takes to run it again.
struct Sources {
    std::string topology{};
    std::string faults{};
};

class World final : public backend::Driver {
public:
    /// A wait without an end of its own is given up when no payload has reached a program for
    /// so long: what keeps the lab going then is timers that repeat for ever.
    static constexpr Duration horizon = 1h;
    /// The same while a keepalive is armed, since that may yet end the wait: two hours, and then probes.
    static constexpr Duration horizon_with_keepalive = 24h;
    static constexpr std::uint64_t looks_a_turn = 64;  ///< at the clock, as far as a spin is concerned

    explicit World(std::uint64_t seed);
    /// Power off everywhere first, so that nothing that programs do in their destructors is sent.
    ~World() override;

    /// Throws std::runtime_error where a program asks for it again and again without waiting.
    Instant now() const override {
        if (++looks_at_clock_ > looks_a_turn * spin_limit_ && is_driving()) refuse_to_spin();
        return now_;
    }
    std::uint64_t seed() const { return seed_; }
    /// A generator of its own for each part, by name.
    Random random_for(std::string_view part) const { return random_.fork(part); }

    Topology& topology() { return topology_; }
    const Topology& topology() const { return topology_; }
    Sources& sources() { return sources_; }
    const Sources& sources() const { return sources_; }
    const Recorder& recorder() const { return recorder_; }
    /// See Recorder: the latest so many frames.
    void keep(std::size_t frames) { recorder_.keep(frames); }
    /// Writes what it captures to `out` from now on; nullptr: no longer, and the file is finished.
    void capture_to(std::ostream* out);

    /// It is told of what happens from now on, until it is taken away.
    void add_watcher(Watcher& watcher) { watchers_.push_back(&watcher); }
    void remove_watcher(Watcher& watcher) { std::erase(watchers_, &watcher); }
    /// The number of the oldest frame of which something is still on its way; next_number(): none is.
    std::uint64_t oldest_on_its_way() const { return passages_.oldest(recorder_.next_number()); }

    /// See LabOptions.
    void set_spin_limit(std::uint64_t limit) { spin_limit_ = limit; }
    /// Who had a turn last, for a report of what went wrong; empty: nobody.
    std::string_view latest_host() const;
    /// nullptr: as fast as it can.
    void set_pacer(std::unique_ptr<Pacer> pacer) { pacer_ = std::move(pacer); }

    /// What routers know has to be worked out again, before anything else happens.
    void routes_changed() { has_settled_routes_ = false; }
    void settle_routes();

    /// The node is polled before the clock moves.
    void has_work(Node& node);
    /// Payload has reached a program: the horizon begins anew.
    void payload_delivered() { quiet_since_ = now_; }

    /// Something to be told beside the frames.
    void note(std::string text) { recorder_.note(now_, std::move(text)); }

    using Action = std::function<void()>;
    /// @pre at >= now()
    void at(Instant at, Action action);
    /// The first time a period from now, the last no later than `until`. @pre period > 0
    void every(Duration period, Instant until, Action action);

    void cut(std::uint32_t cable);
    void heal(std::uint32_t cable);
    /// Impairs what is sent from one end of a cable. @pre mistake_in(impairments) is empty
    void impair(std::uint32_t cable, link::End from, const Impairments& impairments);
    /// What is on the cable, and what enters it, stays there until it is released.
    void hold(std::uint32_t cable);
    void release(std::uint32_t cable);
    /// See Partitions.
    void partition(std::span<const std::string> one, std::span<const std::string> other);
    void heal_partition(std::span<const std::string> one, std::span<const std::string> other);
    /// Silent at once; its programs are destroyed as soon as none of them runs.
    void crash(Node& node);
    /// A node that has not crashed is switched off first.
    void restart(Node& node);

    /// Returns when the clock shows `at`, after all that happens at that instant.
    Result<void> run_until(Instant at);
    /// When something may happen next, as far as that is known now: it may yet turn out to be nothing.
    Instant next_event_at() const { return events_.next_at(); }

private:
    Result<void> advance(Instant until) override;
    void interrupt() noexcept override {
        if (pacer_) pacer_->interrupt();
    }

    void poll_nodes();
    Result<void> check_for_spin();
    [[noreturn]] void refuse_to_spin() const;
    Result<void> check_for_storm();
    void count_copy(std::uint32_t passage);
    /// How long a wait without an end of its own may go on without payload.
    Duration patience() const;
    Result<void> move_clock(Instant to);
    bool is_stale(const Event& event) const;
    Instant wish_of(const Event& alarm) const;
    void drop_stale_events();
    void happen(const Event& event);
    void deliver(const Event& arrival);
    void drop_late(const Node& node, const network::GivenUp& given_up);
    bool is_known_drop(const Node& node, std::uint64_t number) const;
    void heard(Node& host);
    void run_action(std::uint64_t number);

    struct Planned {
        Action run;
        Duration period{};  ///< 0: once
        Instant until{};
    };
    void plan(Instant at, Planned planned);

    /// Whose passage a frame is part of that a switch sends on; nullopt: it begins one.
    using Part = std::optional<std::uint32_t>;

    /// Sends what the node has to send. @param part  what it forwards, if it does
    void flush(Node& node, Part part);
    void send(const Plug& plug, Packet frame, Part part);
    bool is_partitioned(const Plug& plug, const Packet& frame, Part part) const;
    void carry(const Plug& plug, Packet frame, const link::Treatment& treatment, Part part);
    void set_alarm(Node& node);

    std::uint64_t seed_;
    Random random_;
    Instant now_;
    Instant quiet_since_;  ///< no payload since then, waits with an end of their own aside
    EventQueue events_;
    Topology topology_;
    Sources sources_;
    Recorder recorder_;
    std::vector<Node*> have_work_;  ///< in the order in which they got it
    bool has_settled_routes_ = true;
    std::unique_ptr<Pacer> pacer_;

    std::uint64_t spin_limit_;
    mutable std::uint64_t looks_at_clock_ = 0;  ///< since programs had their turns last

    std::unique_ptr<Capture> capture_;
    std::vector<Watcher*> watchers_;
    Passages passages_;
    std::optional<Plug> storm_;  ///< where the frame came from that goes round and round
    Partitions partitions_;
    std::map<std::uint64_t, Planned> actions_;
    std::uint64_t next_action_ = 0;
};

}  // namespace sockeye::lab
