// Which of the frames on their way are one: what a host offered to its cable, and all that switches have
// made of it since.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "lab/node.hpp"

namespace sockeye::lab {

/// One frame's way through the switches.
struct Passage {
    std::uint64_t origin = 0;  ///< the record of the frame as its sender offered it
    Plug sender;               ///< where that was
    std::uint32_t copies = 0;  ///< how often switches have sent it on
    std::uint32_t frames = 0;  ///< that are on a cable or in a switch now
};

/// As many as are on their way, however long the lab has run.
class Passages {
public:
    /// For a frame that is about to enter.
    std::uint32_t begin(std::uint64_t origin, const Plug& sender) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(all_.size()));
            all_.emplace_back();
        }
        const std::uint32_t number = free_.back();
        free_.pop_back();
        all_[number] = {.origin = origin, .sender = sender};
        return number;
    }
    Passage& operator[](std::uint32_t number) { return all_[number]; }
    const Passage& operator[](std::uint32_t number) const { return all_[number]; }

    /// The least origin of those that are on their way; `none`, where none is.
    std::uint64_t oldest(std::uint64_t none) const {
        for (const Passage& passage : all_)
            if (passage.frames > 0) none = std::min(none, passage.origin);
        return none;
    }

    void enter(std::uint32_t number) { ++all_[number].frames; }
    /// The last one takes the passage with it.
    void leave(std::uint32_t number) {
        if (--all_[number].frames == 0) free_.push_back(number);
    }

private:
    std::vector<Passage> all_;
    std::vector<std::uint32_t> free_;
};

}  // namespace sockeye::lab
