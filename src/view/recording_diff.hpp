// Two recordings of labs, and the first frame in which they are not the same.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lab/recording.hpp"
#include "view/table.hpp"

namespace sockeye::view {

/// "IPv4", "Time to Live", "64", "63"; empty where one of them has no such field.
struct FieldDifference {
    std::string layer;
    std::string field;
    std::string first;
    std::string second;
};

struct RecordingDiff {
    /// Counted from 0; nullopt: each frame is the other's, to the octet and the nanosecond.
    std::optional<std::size_t> frame{};
    /// Of that frame. Empty where one of the recordings has come to its end.
    std::vector<FieldDifference> fields{};
    /// What the files say of their labs, and say otherwise: "seed", "hash", "topology".
    std::vector<FieldDifference> about{};

    bool is_same() const { return !frame && about.empty(); }
};

RecordingDiff compare(const lab::Recording& first, const lab::Recording& second);

/// A recording, and what its reader calls it.
struct NamedRecording {
    std::string_view name;
    const lab::Recording& recording;
};

/// For a person: that they are the same, or the frames before the first that is not, that one in both, and
/// the fields in which it differs.
std::string to_text(const RecordingDiff& diff, const NamedRecording& first, const NamedRecording& second);
std::vector<Json> to_json(const RecordingDiff& diff, const NamedRecording& first,
                          const NamedRecording& second);

}  // namespace sockeye::view
