// What a verb of `sockeye lab` is to look at instead of a lab that runs: a recording, up to a time.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "sockeye/error.hpp"
#include "sockeye/time.hpp"
#include "view/request.hpp"

namespace sockeye::cli {

struct LabPast {
    std::string file{};  ///< "": the lab that runs
    std::string to{};
};

/// --from and --to. @returns --from, which leaves no room for what only a lab that runs has
CLI::Option* add_past(CLI::App& verb, LabPast& past);

/// "": never. @returns a mistake in --to
Result<Instant> parse_until(const std::string& to);

/// Has the recorded lab run again and answer: see view/rerun.hpp.
view::Answer ask_past(const LabPast& past, const view::Request& request);

}  // namespace sockeye::cli
