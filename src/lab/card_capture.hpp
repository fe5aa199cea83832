// What passes some cards of a lab that runs, in both directions, kept until somebody takes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "lab/watcher.hpp"
#include "lab/world.hpp"
#include "wire/pcapng.hpp"

namespace sockeye::lab {

/// As tcpdump on that machine would see it: of what leaves, when its first bit does, also where it gets lost
/// then; of what comes in, when its last bit has. Whoever takes too slowly misses frames, which are counted:
/// it costs the lab neither time nor more memory.
class CardCapture final : public Watcher {
public:
    struct Limits {
        std::size_t frames = 10'000;  ///< that wait
        std::size_t octets = 8 << 20;
    };
    struct Frame {
        Instant at;
        std::size_t card = 0;  ///< which of those that were asked for
        wire::PcapngWriter::Direction direction{};
        link::Fate fate{};  ///< as its sender's cable knew it at once
        Packet packet;
    };

    /// Begins now, and ends with it. `world` outlives it.
    CardCapture(World& world, std::vector<Plug> cards, Limits limits);
    CardCapture(World& world, std::vector<Plug> cards) : CardCapture{world, std::move(cards), Limits{}} {}
    CardCapture(const CardCapture&) = delete;
    CardCapture& operator=(const CardCapture&) = delete;
    ~CardCapture() override { world_.remove_watcher(*this); }

    /// The next one, in the order of time; nothing: none has passed yet.
    std::optional<Frame> take();
    /// How many there was no room for.
    std::uint64_t left_out() const { return left_out_; }

    void frame_leaves(const Record& record, Instant now) override;
    void frame_arrives(const Plug& at, const Packet& frame, Instant now) override;

private:
    std::optional<std::size_t> card_at(const Plug& plug) const;
    void add(Frame frame);

    World& world_;
    std::vector<Plug> cards_;
    Limits limits_;
    std::deque<Frame> waiting_;
    std::size_t octets_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace sockeye::lab
