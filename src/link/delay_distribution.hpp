// How jitter is spread, as netem's tables say it (iproute2: netem/*.c), computed in integers.
#pragma once

#include <array>
#include <cstdint>

#include "sockeye/impairments.hpp"
#include "sockeye/time.hpp"

namespace sockeye::link {

/// Quantiles of a distribution with mean 0 and deviation 1, in units of 1/8192; ascending.
using DelayTable = std::array<std::int16_t, 4096>;

/// Of any but uniform, which needs no table. Made when it is first asked for.
const DelayTable& delay_table(Distribution distribution);

/// The delay that a draw stands for. @param draw  evenly from 0 to 2^32 - 1: larger means later
Duration spread_delay(Duration mean, Duration jitter, Distribution distribution, std::uint32_t draw);

}  // namespace sockeye::link
