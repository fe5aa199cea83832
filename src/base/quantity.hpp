// Quantities as people write them: "1.5s", "100mbit", "0.5%". Read digit by digit, so exact and the same
// everywhere.
#pragma once

#include <cstdint>
#include <string_view>

#include "sockeye/error.hpp"
#include "sockeye/impairments.hpp"
#include "sockeye/time.hpp"

namespace sockeye {

/// "500ms", "2s", "1.5s", "2m"; a number alone is seconds.
/// @returns invalid_argument with a detail that says what to write
Result<Duration> parse_duration(std::string_view text);

/// Bits per second in tc(8)'s words: "100mbit", "1gbit", "64kbit", "9600bit"; also "100mbps", which is octets
/// there, and so here. A number alone is bits.
/// @returns invalid_argument with a detail that says what to write
Result<std::uint64_t> parse_rate(std::string_view text);

/// "1%", "0.05%".
/// @returns invalid_argument with a detail that says what to write
Result<Probability> parse_probability(std::string_view text);

}  // namespace sockeye
