// A script's lines as events: when, and what (the notation of packetdrill).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sockeye/time.hpp"

namespace sockeye::packetdrill::test {

struct Event {
    enum class Kind : std::uint8_t { inbound, outbound, call, assertion };
    enum class From : std::uint8_t { start, last_event };

    int line = 0;
    Kind kind{};
    From from{};
    Duration at{};
    std::optional<Duration> until{};  ///< of a call that blocks
    std::string text;                 ///< behind the time and the arrow
};

struct Script {
    std::string flags;  ///< of a line "--so_flags=…"
    std::vector<Event> events;
};

/// @throws std::invalid_argument, which names the line
Script read_script(std::string_view text);

/// "connect(3, ..., ...) = -1 EINPROGRESS" in parts.
struct Call {
    std::string name;
    std::vector<std::string> arguments;
    long result = 0;
    std::string error;  ///< of errno, as its macro's name; empty: none
};
Call read_call(const std::string& text);

}  // namespace sockeye::packetdrill::test
