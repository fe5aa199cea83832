// What the words of `sockeye check` ask.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/port_class.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"

namespace sockeye::cli {

struct CheckQuestion {
    std::optional<std::string> host;     ///< none: which ports of this machine are free
    std::optional<Transport> transport;  ///< where an address names it, as udp://HOST:PORT does
    std::vector<PortRange> ports;
};

/// "10.0.0.1 22 1-1024", "udp://10.0.0.1:53", "web.example:80 443", "9001".
/// @pre !words.empty()
/// @returns invalid_argument, whose detail says what to write
Result<CheckQuestion> parse_check(const std::vector<std::string>& words);

}  // namespace sockeye::cli
