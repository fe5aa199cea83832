// A cable: full duplex, one rate and one delay, with the transmit queues at its two ends, and in each
// direction whatever impairs it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/packet.hpp"
#include "base/queue.hpp"
#include "base/random.hpp"
#include "link/fate.hpp"
#include "link/impairer.hpp"
#include "sockeye/time.hpp"

namespace sockeye::link {

enum class End : std::uint8_t { a, b };

constexpr End opposite(End end) {
    return end == End::a ? End::b : End::a;
}

/// A frame's journey over one cable. Of a lost frame both times are the moment it was offered.
struct Transit {
    Instant departs;  ///< its first bit leaves
    Instant arrives;  ///< its last bit is there
    Fate fate = Fate::arrives;
};

/// Sans I/O: whoever holds it asks for each frame at the moment that offer() named.
/// Memory is bounded by the queue's limit and by what `rate * delay` holds.
///
/// Rate and delay are a line's: a frame leaves when those before it have left, and arrives the delay
/// after its last bit left. That is netem's "rate" with a constant delay too; with jitter frames
/// overtake each other here, which netem's "rate" does not let them do.
class Cable {
public:
    struct Options {
        std::uint64_t bits_per_second = 1'000'000'000;  ///< at least 1
        Duration delay{};                               ///< from one end to the other, not negative
        std::size_t queue_limit = 1000;                 ///< frames that wait for the transmitter, an end
        std::optional<std::size_t> mark_from{};         ///< frames that wait, from which on ECT is marked CE
    };

    struct Frame {
        std::uint64_t number;       ///< the owner's name for it, greater than that of any frame before
        Packet packet;              ///< without preamble and frame check sequence
        std::uint32_t passage = 0;  ///< what else the owner knows of it
    };

    explicit Cable(Options options);

    /// Time on the wire, without preamble, frame check sequence and gap; rounded up.
    Duration serialisation(std::size_t octets) const;

    /// Impairs frames sent from `from` from now on. @param random  for the first time; later the one
    /// that is there goes on
    void impair(End from, const Impairments& impairments, const Random& random);
    const Impairments& impairments(End from) const;

    /// Neither chance nor the queue do anything to frames from there but to carry or lose them.
    bool is_plain(End from) const { return !lane(from).impairer && !options_.mark_from; }
    /// What chance and the queue do to a frame that is about to be offered: one treatment, and one
    /// more for each copy. To be followed by an offer() of what treated() makes of it for each.
    Treatments treat(const Packet& frame, End from, Instant now);
    /// Sends a frame from one end, behind those that wait there (drop-tail).
    Transit offer(Frame frame, End from, Instant now, const Treatment& treatment = {});

    /// The frame has reached the other end: takes it out. @pre carries(number, from)
    Frame arrive(std::uint64_t number, End from);
    /// Whether that frame is on its way or waits to be: false once it was lost.
    bool carries(std::uint64_t number, End from) const;

    struct OnItsWay {
        End from;
        const Frame* frame;
        Instant departs;
        Instant arrives;  ///< of a cable that holds: the earliest
    };
    /// In the order in which they arrive.
    std::vector<OnItsWay> on_their_way() const;

    /// Nothing arrives until release(): what is on the cable and what enters it stays there, in each
    /// direction as many frames as a queue holds.
    void hold() { is_held_ = true; }
    /// What ought to have arrived meanwhile arrives now, in the order in which it would have.
    void release(Instant now);
    bool is_held() const { return is_held_; }

    struct Lost {
        Frame frame;
        End from;
    };
    /// What is on the cable or waits for it is lost, and so is all that is offered until heal().
    /// @returns the frames lost just now, by their numbers
    std::vector<Lost> cut();
    void heal() { is_cut_ = false; }
    bool is_cut() const { return is_cut_; }

    const Options& options() const { return options_; }

private:
    struct Flight {
        Frame frame;
        Instant departs;
        Instant arrives;
        bool has_arrived = false;  ///< before one that was sent earlier
    };
    /// One direction.
    struct Lane {
        Queue<Flight> flights;  ///< waiting for the transmitter, or on the cable; by number
        Instant busy_until;
        Instant last_arrival;                ///< the latest of all
        std::unique_ptr<Impairer> impairer;  ///< once there was something to impair
    };

    std::size_t waiting(const Lane& lane, Instant now) const;
    static std::size_t find(const Lane& lane, std::uint64_t number);
    Lane& lane(End from) { return lanes_[static_cast<std::size_t>(from)]; }
    const Lane& lane(End from) const { return lanes_[static_cast<std::size_t>(from)]; }

    Options options_;
    std::array<Lane, 2> lanes_;
    bool is_cut_ = false;
    bool is_held_ = false;
};

}  // namespace sockeye::link
