#include "view/ladder.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "view/line.hpp"

namespace sockeye::view {
namespace {

std::vector<Line> read_all(const lab::World& world, std::string_view host) {
    std::vector<Line> lines;
    LineReader reader{world, host};
    for (const lab::Journey& journey : lab::journeys(world))
        if (Line line = reader.read(journey); line.is_wanted) lines.push_back(std::move(line));
    std::uint64_t rank = 0;
    for (const lab::Note& note : world.recorder().notes())
        if (note.text.contains(host))
            lines.push_back({.at = note.at, .order = 2 * note.before, .rank = rank++, .note = note.text});
    std::ranges::sort(lines, {}, [](const Line& line) { return std::tuple{line.at, line.order, line.rank}; });
    return lines;
}

}  // namespace

std::string ladder(const lab::World& world, LadderOptions options, Instant until) {
    std::vector<Line> all = read_all(world, options.host);
    std::erase_if(all, [until](const Line& line) { return line.at > until; });
    std::span<const Line> lines{all};
    if (options.last != 0 && options.last < lines.size()) lines = lines.last(options.last);

    const Layout layout{lines, options.width};
    std::string text = title_of(layout);
    for (const Line& line : lines) text += to_text(layout, line);
    return text;
}

}  // namespace sockeye::view

std::string sockeye::ladder(const Lab& lab, LadderOptions options) {
    return view::ladder(lab.world(), options);
}
