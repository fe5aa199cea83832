#include "view/ladder.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace sockeye::view {

std::vector<Line> ladder_lines(const lab::Past& past, const FrameFilter& filter) {
    LineReader reader{past.nodes, filter};
    return ladder_lines(past, filter, reader);
}

std::vector<Line> ladder_lines(const lab::Past& part, const FrameFilter& filter, LineReader& reader) {
    std::vector<Line> lines;
    for (const lab::Journey& journey : part.journeys)
        if (Line line = reader.read(journey); line.is_wanted) lines.push_back(std::move(line));
    std::uint64_t rank = 0;
    for (const lab::Note& note : part.notes)
        if (filter.wants_note(note.text))
            lines.push_back({.at = note.at, .order = 2 * note.before, .rank = rank++, .note = note.text});
    std::ranges::sort(lines, {}, [](const Line& line) { return std::tuple{line.at, line.order, line.rank}; });
    return lines;
}

std::vector<Line> ladder_lines(const lab::World& world, const FrameFilter& filter) {
    std::vector<Line> lines = ladder_lines(lab::past_of(world), filter);
    const lab::Recorder& recorder = world.recorder();
    if (recorder.first_number() == 0) return lines;
    const Instant kept = recorder.records().empty() ? world.now() : recorder.records().front().departs;
    const auto next = std::ranges::lower_bound(lines, kept, {}, &Line::at);
    lines.insert(next, {.at = kept, .note = "⋮ frames that left before this are not kept any more"});
    return lines;
}

std::string ladder(const lab::World& world, LadderOptions options, Instant until) {
    if (!options.host.empty()) static_cast<void>(world.topology().node(options.host));  // throws
    std::vector<Line> all = ladder_lines(world, FrameFilter::of_host(options.host));
    std::erase_if(all, [until](const Line& line) { return line.at > until; });
    std::span<const Line> lines{all};
    if (options.last != 0 && options.last < lines.size()) lines = lines.last(options.last);

    const Layout layout{lines, options.width};
    std::string text = title_of(layout);
    for (const Line& line : lines) text += to_text(layout, line);
    return text;
}

std::string explained(const Layout& layout, const Line& line, const Line* before) {
    constexpr Duration worth_a_word = 1s;
    std::string text;
    if (before != nullptr && line.at - before->at >= worth_a_word)
        text += in_columns(layout, "", {.note = "⋮ " + span_text(line.at - before->at) + " later"});
    text += to_text(layout, line);
    if (!line.because.empty()) text += in_columns(layout, "", {.note = "  again, since " + line.because});
    return text;
}

std::string explained(std::span<const Line> lines, std::size_t width) {
    const Layout layout{lines, width};
    std::string text = title_of(layout);
    const Line* before = nullptr;
    for (const Line& line : lines) text += explained(layout, line, std::exchange(before, &line));
    return text;
}

Json to_json(const Line& line) {
    if (!line.note.empty())
        return {{"kind", "note"}, {"at_ns", line.at.since_zero().count()}, {"text", line.note}};
    return {{"kind", "line"},
            {"at_ns", line.at.since_zero().count()},
            {"from", line.from},
            {"to", line.to},
            {"on_the_wire", line.on_the_wire},
            {"tells", text_or_null(line.tells)},
            {"dropped", text_or_null(line.drop)},
            {"again_since", text_or_null(line.because)}};
}

}  // namespace sockeye::view

std::string sockeye::ladder(const Lab& lab, LadderOptions options) {
    return view::ladder(lab.world(), options);
}
