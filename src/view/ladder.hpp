// The frames of a lab as text, while it is there and from a file.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "lab/journey.hpp"
#include "lab/world.hpp"
#include "sockeye/lab.hpp"
#include "view/line.hpp"
#include "view/table.hpp"

namespace sockeye::view {

/// See sockeye::ladder().
/// @param until  only what left its sender, or was done, by then
std::string ladder(const lab::World& world, LadderOptions options, Instant until = Instant::never());

/// The lines that a filter lets through, frames and notes, in the order of time.
std::vector<Line> ladder_lines(const lab::Past& past, const FrameFilter& filter);
/// The same of all that a lab has kept; where that is not all, a line says since when.
std::vector<Line> ladder_lines(const lab::World& world, const FrameFilter& filter);
/// The same of a part, for a reader that has read what was before it. @param reader  with that filter
std::vector<Line> ladder_lines(const lab::Past& part, const FrameFilter& filter, LineReader& reader);

/// A line and what explains it: how long nothing was to be seen before it, and which loss made a segment be
/// sent again.
/// @param before  the line above it; nullptr: it is the first
std::string explained(const Layout& layout, const Line& line, const Line* before);

/// The columns' names, and each line explained.
std::string explained(std::span<const Line> lines, std::size_t width = 80);

/// The same for a machine.
Json to_json(const Line& line);

}  // namespace sockeye::view
