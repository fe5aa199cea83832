#include "view/recording_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "wire/layers.hpp"
#include "wire/text.hpp"

namespace sockeye::view {
namespace {

using lab::RecordedFrame;
using lab::Recording;

constexpr std::size_t context = 3;  // frames before the one that differs

std::string hex(std::span<const std::byte> octets) {
    constexpr std::size_t most = 32;
    std::string text;
    for (const std::byte octet : octets.first(std::min(octets.size(), most)))
        text += fmt::format("{:02x}", std::to_integer<unsigned>(octet));
    return text + (octets.size() > most ? "…" : "");
}

bool is_same(const RecordedFrame& a, const RecordedFrame& b) {
    return a.at == b.at && a.interface == b.interface && a.direction == b.direction &&
           a.comment == b.comment && std::ranges::equal(a.octets, b.octets);
}

/// Collects what differs, and nothing else.
class Differences {
public:
    void compare(std::string_view layer, std::string_view field, std::string first, std::string second) {
        if (first != second)
            all_.push_back({std::string{layer}, std::string{field}, std::move(first), std::move(second)});
    }
    bool empty() const { return all_.empty(); }
    std::vector<FieldDifference> take() { return std::move(all_); }

private:
    std::vector<FieldDifference> all_;
};

std::string value_of(const std::vector<wire::Field>& fields, std::size_t index) {
    return index < fields.size() ? fields[index].value : std::string{};
}

/// Fields stand in the order of their header, so those at one place are each other's.
void compare_layer(Differences& differences, const wire::Layer& first, const wire::Layer& second) {
    differences.compare("", "protocol", std::string{first.protocol}, std::string{second.protocol});
    if (first.protocol != second.protocol) return;
    for (std::size_t i = 0; i < std::max(first.fields.size(), second.fields.size()); ++i) {
        const std::string_view name = i < first.fields.size() ? first.fields[i].name : second.fields[i].name;
        differences.compare(first.protocol, name, value_of(first.fields, i), value_of(second.fields, i));
    }
}

std::vector<FieldDifference> compare_frames(const RecordedFrame& first, const RecordedFrame& second) {
    Differences differences;
    differences.compare("recording", "time", to_string(first.at, 9), to_string(second.at, 9));
    differences.compare("recording", "interface", std::string{first.interface},
                        std::string{second.interface});
    differences.compare("recording", "comment", std::string{first.comment}, std::string{second.comment});
    differences.compare("recording", "octets", std::to_string(first.octets.size()),
                        std::to_string(second.octets.size()));
    const std::vector<wire::Layer> a = wire::layers_of(first.octets);
    const std::vector<wire::Layer> b = wire::layers_of(second.octets);
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        static const wire::Layer nothing{};
        compare_layer(differences, i < a.size() ? a[i] : nothing, i < b.size() ? b[i] : nothing);
    }
    const auto odd = std::ranges::mismatch(first.octets, second.octets);
    const auto at = static_cast<std::size_t>(odd.in1 - first.octets.begin());
    if (odd.in1 != first.octets.end() || odd.in2 != second.octets.end())
        differences.compare("octets", fmt::format("from {}", at), hex(first.octets.subspan(at)),
                            hex(second.octets.subspan(at)));
    return differences.take();
}

std::string seed_of(const Recording& recording) {
    return recording.seed() ? std::to_string(*recording.seed()) : std::string{};
}

/// The first line of the one that is not in the other, and the other's.
std::pair<std::string, std::string> first_lines_apart(std::string_view a, std::string_view b) {
    while (a != b) {
        const std::string_view line = a.substr(0, a.find('\n'));
        const std::string_view other = b.substr(0, b.find('\n'));
        if (line != other) return {std::string{line}, std::string{other}};
        a.remove_prefix(std::min(line.size() + 1, a.size()));
        b.remove_prefix(std::min(other.size() + 1, b.size()));
    }
    return {};
}

std::string frame_line(std::string_view whose, std::size_t number, const RecordedFrame& frame) {
    std::string text = fmt::format("  {:<2} {:>6}  {}  {}: {}", whose, number + 1, to_string(frame.at, 9),
                                   frame.interface, wire::to_line(frame.octets));
    if (!frame.comment.empty()) text += fmt::format("  ({})", frame.comment);
    return text + "\n";
}

std::string own_line(std::string_view whose, std::size_t number, const Recording& recording) {
    return number < recording.frames().size() ? frame_line(whose, number, recording.frames()[number])
                                              : fmt::format("  {:<2} {:>6}  ends here\n", whose, number + 1);
}

std::string rows_of(std::span<const FieldDifference> differences) {
    std::size_t width = 0;
    const auto name = [](const FieldDifference& one) {
        return one.layer.empty() ? one.field : one.layer + " " + one.field;
    };
    for (const FieldDifference& one : differences) width = std::max(width, name(one).size());
    std::string text;
    for (const FieldDifference& one : differences)
        text +=
            fmt::format("  {:<{}}  {}\n  {:<{}}  {}\n", name(one), width, one.first.empty() ? "-" : one.first,
                        "", width, one.second.empty() ? "-" : one.second);
    return text;
}

Json frame_json(std::string_view file, std::size_t number, const RecordedFrame& frame) {
    return {{"kind", "frame"},
            {"file", file},
            {"number", number + 1},
            {"at_ns", frame.at.since_zero().count()},
            {"interface", frame.interface},
            {"comment", frame.comment},
            {"line", wire::to_line(frame.octets)}};
}

Json field_json(const FieldDifference& one) {
    return {{"kind", "difference"},
            {"layer", one.layer},
            {"field", one.field},
            {"first", one.first},
            {"second", one.second}};
}

}  // namespace

RecordingDiff compare(const Recording& first, const Recording& second) {
    RecordingDiff diff;
    const std::vector<RecordedFrame>& a = first.frames();
    const std::vector<RecordedFrame>& b = second.frames();
    const auto odd = std::ranges::mismatch(a, b, is_same);
    if (odd.in1 != a.end() || odd.in2 != b.end()) diff.frame = odd.in1 - a.begin();
    if (odd.in1 != a.end() && odd.in2 != b.end()) diff.fields = compare_frames(*odd.in1, *odd.in2);

    Differences about;
    about.compare("", "seed", seed_of(first), seed_of(second));
    about.compare("", "hash", std::string{first.hash()}, std::string{second.hash()});
    const auto [line, other] = first_lines_apart(first.topology(), second.topology());
    about.compare("", "topology", line, other);
    diff.about = about.take();
    return diff;
}

std::string to_text(const RecordingDiff& diff, const NamedRecording& first, const NamedRecording& second) {
    const std::vector<RecordedFrame>& frames = first.recording.frames();
    if (diff.is_same())
        return fmt::format("the same: {} frames, seed {}, hash {}\n", frames.size(), seed_of(first.recording),
                           first.recording.hash().empty() ? "not known" : first.recording.hash());
    std::string text = fmt::format("a: {}\nb: {}\n", first.name, second.name);
    if (!diff.about.empty()) text += rows_of(diff.about);
    if (!diff.frame)
        return text + fmt::format(
                          "All {} frames of the files are the same. What differs is where they have none: "
                          "behind a switch, or in what was set up.\n",
                          frames.size());
    const std::size_t number = *diff.frame;
    text += fmt::format("The first frame that differs is {}; a has {} frames, b {}:\n\n", number + 1,
                        frames.size(), second.recording.frames().size());
    for (std::size_t i = number - std::min(number, context); i < number; ++i)
        text += frame_line("", i, frames[i]);
    text += own_line("a", number, first.recording) + own_line("b", number, second.recording);
    return diff.fields.empty() ? text : text + "\n" + rows_of(diff.fields);
}

std::vector<Json> to_json(const RecordingDiff& diff, const NamedRecording& first,
                          const NamedRecording& second) {
    const std::vector<RecordedFrame>& a = first.recording.frames();
    const std::vector<RecordedFrame>& b = second.recording.frames();
    std::vector<Json> all{{{"kind", "diff"},
                           {"same", diff.is_same()},
                           {"frame", diff.frame ? Json(*diff.frame + 1) : Json{}},
                           {"frames", {a.size(), b.size()}}}};
    for (const FieldDifference& one : diff.about) all.push_back(field_json(one));
    if (!diff.frame) return all;
    const std::size_t number = *diff.frame;
    for (std::size_t i = number - std::min(number, context); i < number; ++i)
        all.push_back(frame_json("both", i, a[i]));
    if (number < a.size()) all.push_back(frame_json("first", number, a[number]));
    if (number < b.size()) all.push_back(frame_json("second", number, b[number]));
    for (const FieldDifference& one : diff.fields) all.push_back(field_json(one));
    return all;
}

}  // namespace sockeye::view
