// What one host of a lab lives through, as chapters: how it gets an address, finds a name and a neighbour,
// shakes hands, gets its page and closes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lab/journey.hpp"
#include "lab/world.hpp"
#include "view/line.hpp"

namespace sockeye::view {

enum class ChapterKind : std::uint8_t {
    address,
    neighbour,
    name,
    handshake,
    page,
    data,
    close,
    reset,
    control
};
std::string_view to_string(ChapterKind kind);

struct Chapter {
    ChapterKind kind{};
    std::string meaning;  ///< "dns 198.51.100.53 is not in 192.168.1.0/24: ask for the gateway"
    Instant began;
    Instant ended;  ///< when its last frame was sent
    std::vector<Line> lines;
};

/// @param host  the one whose frames are told: what it sends, and what is sent to it. Frames that cross
///   routers are one line, at the time when their maker sent them.
/// @throws std::invalid_argument  there is no such host
std::vector<Chapter> story(const lab::Past& past, std::string_view host);
std::vector<Chapter> story(const lab::World& world, std::string_view host);

/// A line or more, and when it is to be seen.
struct Piece {
    Instant at;
    std::string text;
};
/// Chapters for people, `width` columns wide: headings are pieces of their own.
std::vector<Piece> pieces_of(const std::vector<Chapter>& chapters, std::size_t width = 80,
                             bool colour = false);
std::string to_text(const std::vector<Chapter>& chapters, std::size_t width = 80, bool colour = false);

/// "50.2 ms for the page: name 20.0 ms, handshake 10.0 ms, page 10.2 ms, close 10.0 ms."; empty where there
/// was no page.
std::string timing_of(const std::vector<Chapter>& chapters);

}  // namespace sockeye::view
