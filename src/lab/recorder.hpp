// Every frame that was ever offered to a cable of a lab, and the hash over all of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/packet.hpp"
#include "link/cable.hpp"
#include "sockeye/time.hpp"

struct XXH3_state_s;

namespace sockeye::lab {

/// One frame on one cable. A switch that forwards a frame makes a record of its own for each
/// cable, whose `origin` is the record of the frame as its sender offered it. A copy that a cable
/// made has none but itself.
struct Record {
    Instant departs;  ///< the first bit leaves; of a frame lost at once: when it was offered
    std::uint32_t cable = 0;
    link::End from{};
    link::Fate fate{};  ///< as far as it is known: a frame on its way arrives until it is lost
    std::uint64_t origin = 0;
    Packet frame;  ///< as it is on the cable: where a bit was flipped, with that
};

/// A frame that arrived and went no further. Not part of the hash: it is what follows from the rest.
struct Drop {
    std::uint64_t number = 0;  ///< the record of its arrival
    Instant at;
    std::uint32_t node = 0;
    std::string_view why{};  ///< a literal: "storm control"
};

/// What somebody did to the lab, for a reader of its frames; not part of the hash, since its
/// effect on the frames is.
struct Note {
    Instant at;
    std::uint64_t before = 0;  ///< the record that was next
    std::string text;
};

/// A frame that was on its way, and is lost.
struct Loss {
    std::uint64_t number = 0;  ///< its record's
    std::uint32_t cable = 0;
    link::End from{};
    link::Fate fate{};
};

/// Hashes every frame, and keeps as many as it is told, without copying them. The hash is the same
/// whatever is kept.
class Recorder {
public:
    static constexpr std::size_t everything = std::numeric_limits<std::size_t>::max();

    Recorder();
    ~Recorder();

    /// From now on the latest `frames` stay, and at times as many again before them; 0: none.
    void keep(std::size_t frames);

    /// The number of the next record.
    std::uint64_t next_number() const { return next_; }
    /// In the order of events: the order of the calls goes into the hash.
    void add(Record record);
    /// At `now`.
    void lose(const Loss& loss, Instant now);
    void drop(const Drop& drop) {
        if (limit_ > 0) drops_.push_back(drop);
    }
    void note(Instant now, std::string text) { notes_.push_back({now, next_number(), std::move(text)}); }

    /// Those that are kept: the first of them has the number first_number().
    const std::vector<Record>& records() const { return records_; }
    std::uint64_t first_number() const { return next_ - records_.size(); }
    /// Those of them from that number on. @pre first_number() <= number
    std::span<const Record> records_from(std::uint64_t number) const {
        return std::span{records_}.subspan(std::min(number - first_number(), records_.size()));
    }
    const std::vector<Note>& notes() const { return notes_; }
    /// Of the frames that are kept, in the order of time.
    const std::vector<Drop>& drops() const { return drops_; }

    /// XXH3-128, 32 hex digits, over one entry a call. Of add(): time in ns (8 octets, when it
    /// departs), cable (4), direction (1), fate (1), length (4), the frame. Of lose(): time (8),
    /// cable (4), direction (1), 0x80 + fate (1), the record's number (8). Little-endian.
    std::string hash() const;

private:
    struct FreeState {
        void operator()(XXH3_state_s* state) const;
    };

    void absorb(std::span<const std::byte> octets);
    void forget_before(std::uint64_t number);

    std::size_t limit_ = everything;
    std::uint64_t next_ = 0;
    std::vector<Record> records_;
    std::vector<Note> notes_;
    std::vector<Drop> drops_;
    std::unique_ptr<XXH3_state_s, FreeState> state_;
};

}  // namespace sockeye::lab
