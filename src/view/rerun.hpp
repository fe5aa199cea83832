// A recorded lab that runs again, so that it can be asked what its frames do not show: see ADR 0035.
#pragma once

#include <string_view>

#include "lab/recording.hpp"
#include "view/request.hpp"

namespace sockeye::view {

/// What the lab answered at `until`, or at the recording's end: it is put up again from the files that the
/// recording holds, with its seed, and runs again. That it does the same is checked: each frame of the
/// recording is the lab's.
///
/// @param name     of the file, for what is wrong with it
/// @param request  one that a lab which runs answers at once, or "trace": all changes up to then
/// @returns what such a lab answers. Its exit is `other`, and its text says why, where the file does not hold
///   what it takes, the lab does otherwise than the file says (it was steered while it ran), or its end came
///   before
Answer ask_recording(const lab::Recording& recording, std::string_view name, const Request& request,
                     Instant until = Instant::never());

}  // namespace sockeye::view
