// Asking a lab that runs on this machine: one request, one answer, by its control socket.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/message.hpp"
#include "view/request.hpp"

namespace sockeye::cli {

/// The names of the labs of this user that run.
std::vector<std::string> running_labs();

/// How a verb of `sockeye lab` says which one is meant.
inline constexpr std::string_view which_lab = "--lab {}";

/// The one named; or, with "", the one that runs.
/// @param how_to_say  which, with {} for its name: "--lab {}"
/// @returns with a detail that says what to do
///   - Errc::not_found         no lab runs, or none of that name
///   - Errc::invalid_argument  several run
Result<std::string> choose_lab(const std::string& name, std::string_view how_to_say);

/// @param patience  with the lab, which takes its time for what needs its clock to move on
/// @returns with a detail: refused, timed_out, ended_early, input_output: it answered rubbish
Result<view::Answer> ask_lab(const std::string& lab, const view::Request& request, Duration patience);

/// Shows what came out on stdout, also where it is that nobody answered; a refusal on stderr.
/// @returns the exit code
int tell_answer(std::string_view verb, const view::Answer& answer, bool json);

/// A program's connection to a host of a lab: see socket/remote/host_network.hpp.
struct LabHost {
    OwnedDescriptor connection;
    std::vector<Address> name_servers;  ///< that the host knows
};

/// @returns with a detail
///   - Errc::invalid_argument  there is no such host; which there are
///   - Errc::busy              it cannot be had now
///   - and what ask_lab() returns
Result<LabHost> attach_to(const std::string& lab, const std::string& host);

}  // namespace sockeye::cli
