// Every frame that was ever offered to a cable of a lab, and the hash over all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
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
    link::Fate fate{};         ///< as far as it is known: a frame on its way arrives until it is lost
    std::uint16_t copies = 0;  ///< of an origin: how often switches sent it on; 65535: or more
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

/// Keeps frames without copying them, for ever: a lab that runs for days will need a limit.
class Recorder {
public:
    Recorder();
    ~Recorder();

    /// The number of the next record.
    std::uint64_t next_number() const { return records_.size(); }
    /// In the order of events: the order of the calls goes into the hash.
    void add(Record record);
    /// A frame that was on its way has been lost at `now`.
    void lose(std::uint64_t number, link::Fate fate, Instant now);

    /// Switches have sent a frame on once more. @returns how often it has been
    std::uint16_t count_copy(std::uint64_t origin) {
        std::uint16_t& copies = records_[origin].copies;
        if (copies < std::numeric_limits<std::uint16_t>::max()) ++copies;
        return copies;
    }

    const Record& begin_counting_anew(std::uint64_t origin) {
        records_[origin].copies = 0;
        return records_[origin];
    }

    void drop(const Drop& drop) { drops_.push_back(drop); }

    void note(Instant now, std::string text) { notes_.push_back({now, next_number(), std::move(text)}); }

    const std::vector<Record>& records() const { return records_; }
    const std::vector<Note>& notes() const { return notes_; }
    /// In the order of time.
    const std::vector<Drop>& drops() const { return drops_; }

    /// XXH3-128, 32 hex digits, over one entry a call. Of add(): time in ns (8 octets, when it
    /// departs), cable (4), direction (1), fate (1), length (4), the frame. Of lose(): time (8),
    /// cable (4), direction (1), 0x80 + fate (1), the record's number (8). Little-endian.
    std::string hash() const;

private:
    struct FreeState {
        void operator()(XXH3_state_s* state) const;
    };

    void hash_head(Instant at, const Record& record, std::uint8_t fate);

    std::vector<Record> records_;
    std::vector<Note> notes_;
    std::vector<Drop> drops_;
    std::unique_ptr<XXH3_state_s, FreeState> state_;
};

}  // namespace sockeye::lab
