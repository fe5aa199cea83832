// A cable: full duplex, one rate and one delay, with the transmit queues at its two ends.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "base/packet.hpp"
#include "sockeye/time.hpp"

namespace sockeye::link {

enum class End : std::uint8_t { a, b };

constexpr End opposite(End end) {
    return end == End::a ? End::b : End::a;
}

/// What becomes of a frame that was offered to a cable.
enum class Fate : std::uint8_t { arrives, cable_cut, queue_full };

/// "arrives", "lost: cable cut", "lost: queue full".
std::string_view to_string(Fate fate);
/// Why it is lost: "cable cut", "queue full"; empty where it arrives.
std::string_view why_lost(Fate fate);

/// A frame's journey over one cable. Of a lost frame both times are the moment it was offered.
struct Transit {
    Instant departs;  ///< its first bit leaves
    Instant arrives;  ///< its last bit is there
    Fate fate = Fate::arrives;
};

/// Sans I/O: whoever holds it asks for each frame at the moment that offer() named.
/// Memory is bounded by the queue's limit and by what `rate * delay` holds.
class Cable {
public:
    struct Options {
        std::uint64_t bits_per_second = 1'000'000'000;  ///< at least 1
        Duration delay{};                               ///< from one end to the other, not negative
        std::size_t queue_limit = 1000;                 ///< frames that wait for the transmitter, an end
    };

    struct Frame {
        std::uint64_t number;  ///< the owner's name for it, greater than that of any frame before
        Packet packet;         ///< without preamble and frame check sequence
    };

    explicit Cable(Options options);

    /// Time on the wire, without preamble, frame check sequence and gap; rounded up.
    Duration serialisation(std::size_t octets) const;

    /// Sends a frame from one end, behind those that wait there (drop-tail).
    Transit offer(Frame frame, End from, Instant now);

    /// The frame has reached the other end: takes it out. @pre carries(number, from)
    Packet arrive(std::uint64_t number, End from);
    /// Whether that frame is the next to arrive of those sent from `from`: false once it was lost.
    bool carries(std::uint64_t number, End from) const;

    /// What is on the cable or waits for it is lost, and so is all that is offered until heal().
    /// @returns the numbers of the frames lost just now, ascending
    std::vector<std::uint64_t> cut();
    void heal() { is_cut_ = false; }
    bool is_cut() const { return is_cut_; }

    const Options& options() const { return options_; }

private:
    struct Flight {
        Frame frame;
        Instant departs;
    };
    /// One direction. Constant delay: what leaves first arrives first.
    struct Lane {
        std::deque<Flight> flights;  ///< waiting for the transmitter, or on the cable
        Instant busy_until;
    };

    static std::size_t waiting(const Lane& lane, Instant now);
    Lane& lane(End from) { return lanes_[static_cast<std::size_t>(from)]; }
    const Lane& lane(End from) const { return lanes_[static_cast<std::size_t>(from)]; }

    Options options_;
    std::array<Lane, 2> lanes_;
    bool is_cut_ = false;
};

}  // namespace sockeye::link
