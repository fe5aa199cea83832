// The verbs of `sockeye lab` that show what happens in a lab that runs, as it happens.
#pragma once

#include <functional>
#include <string>

#include "cli/verb.hpp"
#include "sockeye/error.hpp"
#include "view/request.hpp"

namespace sockeye::cli {

/// `lab capture`, `lab trace`, `lab ladder`. @param group  `sockeye lab`
void add_stream_verbs(CLI::App& group, Action& chosen);

/// Hands over answer after answer, until the last of them or an interrupt.
/// @param take  @returns whether more is wanted
/// @returns with a detail: refused, ended_early (the lab has gone without a last word), input_output
Result<void> follow_lab(const std::string& lab, const view::Request& request,
                        const std::function<bool(const view::Answer&)>& take);

}  // namespace sockeye::cli
