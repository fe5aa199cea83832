// What becomes of a frame that was offered to a cable.
#pragma once

#include <cstdint>
#include <string_view>

namespace sockeye::link {

/// In the order in which they came to be: their numbers stand in a recording's hash.
enum class Fate : std::uint8_t {
    arrives,
    cable_cut,
    queue_full,
    random_loss,
    corrupted,    ///< arrives with a bit flipped
    duplicated,   ///< arrives, being the copy that the cable made of another
    marked,       ///< arrives with "congestion experienced" (RFC 3168)
    partitioned,  ///< between nodes that somebody keeps apart
};

constexpr bool is_lost(Fate fate) {
    return fate == Fate::cable_cut || fate == Fate::queue_full || fate == Fate::random_loss ||
           fate == Fate::partitioned;
}

/// "arrives", "lost: cable cut", "lost: queue full", "lost: random", "corrupted", "duplicated", "marked CE",
/// "lost: partition".
constexpr std::string_view to_string(Fate fate) {
    switch (fate) {
        case Fate::arrives: return "arrives";
        case Fate::cable_cut: return "lost: cable cut";
        case Fate::queue_full: return "lost: queue full";
        case Fate::random_loss: return "lost: random";
        case Fate::corrupted: return "corrupted";
        case Fate::duplicated: return "duplicated";
        case Fate::marked: return "marked CE";
        case Fate::partitioned: return "lost: partition";
    }
    return "";
}

/// Why it is lost: "cable cut", "queue full", "random"; empty where it arrives.
constexpr std::string_view why_lost(Fate fate) {
    constexpr std::string_view lost = "lost: ";
    return is_lost(fate) ? to_string(fate).substr(lost.size()) : std::string_view{};
}

}  // namespace sockeye::link
