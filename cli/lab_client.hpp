// Asking a lab that runs on this machine: one request, one answer, by its control socket.
#pragma once

#include <string>
#include <vector>

#include "sockeye/error.hpp"
#include "view/request.hpp"

namespace sockeye::cli {

/// The names of the labs of this user that run.
std::vector<std::string> running_labs();

/// The one named; or, with "", the one that runs.
/// @returns with a detail that says what to do
///   - Errc::not_found         no lab runs, or none of that name
///   - Errc::invalid_argument  several run
Result<std::string> choose_lab(const std::string& name);

/// @param patience  with the lab, which takes its time for what needs its clock to move on
/// @returns with a detail: refused, timed_out, ended_early, input_output: it answered rubbish
Result<view::Answer> ask_lab(const std::string& lab, const view::Request& request, Duration patience);

}  // namespace sockeye::cli
