// A lab run to its end, as fast as it can.
#pragma once

#include <functional>
#include <optional>
#include <span>

#include "lab/file/faults_file.hpp"
#include "sockeye/lab.hpp"
#include "view/programs/programs.hpp"

namespace sockeye::view {

/// For so long programs have time to do what they are for, and so late a fault is waited for.
inline constexpr Duration longest_wait = 60s;
/// How often it is looked whether all is done.
inline constexpr Duration look_every = 10ms;

/// Until `until`. Where there is none: until each host's programs have done what they are for and each fault
/// has begun, then until `is_done()`, and then as long as what they began may take to come to its end.
Result<void> run_through(Lab& lab, const Services& services, std::span<const lab::Fault> faults,
                         std::optional<Duration> until, const std::function<bool()>& is_done = {});

}  // namespace sockeye::view
