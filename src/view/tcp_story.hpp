// A scene of a TCP connection told in steps: what happened is the scene's, what it means is RFC 9293's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "view/tcp_scene.hpp"

namespace sockeye::view {

/// What one end was before and after a moment of a step; the same: nothing changed.
struct StepState {
    std::size_t end{};
    Instant at;
    TcpState before{};
    TcpState after{};
    std::string_view means{};  ///< empty: nothing happened to it
    std::string_view section{};
};

/// A segment and what it did to both ends; or, without one, a timer.
struct TcpStep {
    Instant at;
    std::optional<SegmentSeen> segment{};
    std::uint32_t seq = 0;  ///< of the segment, as is `ack`: both count from their ends' first
    std::optional<std::uint32_t> ack{};
    std::optional<Duration> since_before{};  ///< it is sent again, so long after it was sent last
    std::string_view means{};                ///< of the segment by itself
    std::string_view section{};
    std::vector<StepState> states{};
};

std::vector<TcpStep> tcp_steps(const TcpScene& scene);

enum class Colour : std::uint8_t { none, ansi };

/// For a person: 80 columns.
std::string to_text(const TcpScene& scene, Colour colour = Colour::none);

}  // namespace sockeye::view
