// Decides what one direction of a cable does to each frame: netem's enqueue, from a seeded Random.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/packet.hpp"
#include "base/random.hpp"
#include "link/fate.hpp"
#include "sockeye/impairments.hpp"
#include "sockeye/time.hpp"

namespace sockeye::link {

/// What becomes of one frame, or of the copy that was made of it.
struct Treatment {
    Fate fate = Fate::arrives;                          ///< lost, or arrives in one way or another
    std::optional<std::size_t> flipped = std::nullopt;  ///< a bit, counted from the frame's first
    Duration delay{};                                   ///< besides the cable's own
};

/// Of the frame, and of its copy where there is one.
class Treatments {
public:
    void add(const Treatment& treatment) { all_[count_++] = treatment; }
    const Treatment* begin() const { return all_.data(); }
    const Treatment* end() const { return all_.data() + count_; }
    std::size_t size() const { return count_; }
    /// A queue marks what arrives unhurt, if the frame may be marked.
    void mark(const Packet& frame);
    const Treatment& operator[](std::size_t index) const { return all_[index]; }

private:
    std::array<Treatment, 2> all_{};
    std::size_t count_ = 0;
};

/// Sans I/O. In netem's order (net/sched/sch_netem.c, netem_enqueue): is it copied, is it lost, is
/// it corrupted, when does it arrive; then the same for the copy, of which no copy is made.
class Impairer {
public:
    /// @pre mistake_in(impairments) is empty
    Impairer(const Impairments& impairments, Random random);

    /// From now on; what was correlated begins anew, the Random goes on.
    void change(const Impairments& impairments);
    const Impairments& impairments() const { return impairments_; }

    Treatments treat(const Packet& frame);

private:
    /// A number that is partly the one before (netem's get_crandom).
    struct Correlated {
        std::uint64_t share = 0;  // of the one before, in parts of 2^32
        std::uint64_t last = 0;
    };

    std::uint32_t draw() { return static_cast<std::uint32_t>(random_.next() >> 32); }
    std::uint32_t draw(Correlated& state);
    bool happens(Probability probability);
    bool happens(const Chance& chance, Correlated& state);
    Correlated start(Probability correlation);

    bool is_hit();
    Fate draw_loss(const Packet& frame);
    Treatment treat_survivor(const Packet& frame, Fate otherwise);
    Duration draw_delay();

    Impairments impairments_;
    Random random_;
    Correlated loss_;
    Correlated duplicate_;
    Correlated corrupt_;
    Correlated reorder_;
    Correlated delay_;
    bool is_bad_ = false;         // Gilbert and Elliott's state
    std::uint32_t in_order_ = 0;  // frames since one skipped its delay
};

/// The frame as it is on the cable.
Packet treated(Packet frame, const Treatment& treatment);

}  // namespace sockeye::link
