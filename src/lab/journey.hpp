// The frames of a lab as their senders know them: one journey each, over however many cables.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "lab/world.hpp"

namespace sockeye::lab {

struct Journey {
    std::uint64_t number = 0;  ///< of the record where it begins
    const Record* first = nullptr;
    const Node* sender = nullptr;
    std::size_t copies = 0;        ///< sent on by switches, over all cables
    std::size_t flooded = 0;       ///< how many of those because a switch sent it to several ports, or to all
    std::size_t lost = 0;          ///< how many of first and copies were lost
    const Record* loss = nullptr;  ///< the first of those
    std::size_t delivered = 0;     ///< at how many hosts
    const Drop* drop = nullptr;    ///< the first by a device of first and copies
    const Record* change = nullptr;  ///< the first of first and copies that a cable altered or made itself

    /// No host has got it, and a device that dropped it is why.
    bool is_dropped() const { return drop != nullptr && delivered == 0 && !is_lost(); }
    /// It went one way, and got lost there; a frame that was flooded may have arrived elsewhere.
    bool is_lost() const { return lost > 0 && (flooded == 0 || lost >= flooded || loss == first); }
};

/// In the order in which they began: by the time their first bit left, then by event.
/// Views the world's records, until its next event.
/// @param from  the number of the first record that one may begin with
std::vector<Journey> journeys(const World& world, std::uint64_t from = 0);

/// What a lab has lived through, as far as its frames tell: while it is there, or from a file.
struct Past {
    std::span<const std::unique_ptr<Node>> nodes{};
    std::vector<Journey> journeys{};  ///< in the order of time
    std::vector<Note> notes{};

    /// nullptr: there is none
    const Node* node(std::string_view name) const;
};
Past past_of(const World& world);

/// Of those that are kept.
struct FrameCount {
    std::size_t frames = 0;  ///< offered by their senders; copies that switches made aside
    std::size_t lost = 0;    ///< of these and of their copies
};
FrameCount count_frames(const Recorder& recorder);

}  // namespace sockeye::lab
