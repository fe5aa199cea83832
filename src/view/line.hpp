// One line of a ladder: a frame, seen where it leaves its sender, or what somebody did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "lab/journey.hpp"
#include "sockeye/time.hpp"
#include "view/flow.hpp"
#include "view/frame_filter.hpp"
#include "wire/text.hpp"

namespace sockeye::view {

struct Line {
    Instant at{};
    std::uint64_t order = 0;  ///< among lines of one time
    std::uint64_t rank = 0;   ///< among notes of one order
    std::string from{};
    std::string_view arrow{};
    std::string to{};
    std::string on_the_wire{};
    std::string tells{};
    std::string note{};     ///< what somebody did, instead of a frame
    bool is_wanted = true;  ///< the filter lets it through
    std::string drop{};     ///< "x dropped by gw: TTL expired", instead of what it tells
    std::string because{};  ///< of a segment that is sent again: "the one at 2.000000 was lost: cable cut"
};

/// Turns journeys into lines, in the order of their departure: it follows the flows in them.
class LineReader {
public:
    using Nodes = std::span<const std::unique_ptr<lab::Node>>;

    explicit LineReader(Nodes nodes, FrameFilter filter = {}) : nodes_{nodes}, filter_{std::move(filter)} {}

    Line read(const lab::Journey& journey);

    /// Whom a frame is for: the host that has its IP address, else the one whose card it is sent to.
    std::string name_of(const wire::Summary& summary) const;

private:
    std::string read_tcp(const wire::Summary& summary, const lab::Journey& journey, Line& line);
    void read_udp(const wire::Summary& summary, Line& line);
    void tell_fate(const lab::Journey& journey, std::string_view repetition, Line& line) const;

    Nodes nodes_;
    FrameFilter filter_;
    Flows flows_;
};

/// How wide each column is.
struct Layout {
    std::size_t width;
    std::size_t time;
    std::size_t from;
    std::size_t to;
    std::size_t on_the_wire;
    std::size_t tells;

    Layout(std::span<const Line> lines, std::size_t wanted);
};

/// @param time  as it stands in the first column
std::string in_columns(const Layout& layout, std::string_view time, Line line);
/// The columns' names.
std::string title_of(const Layout& layout);
std::string to_text(const Layout& layout, const Line& line);

}  // namespace sockeye::view
