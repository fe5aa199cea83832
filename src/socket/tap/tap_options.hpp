// What a TapNetwork may be asked for.
#pragma once

#include "sockeye/tap.hpp"

namespace sockeye::tap {

/// @returns invalid_argument with a detail that names the mistake and the remedy
Result<void> check(const TapOptions& options);

}  // namespace sockeye::tap
