// The two things `sockeye check` does.
#pragma once

#include <optional>

#include "app/scan.hpp"
#include "cli/check_words.hpp"
#include "cli/on.hpp"

namespace sockeye::cli {

struct CheckOptions {
    std::optional<Transport> transport;
    Duration timeout = 1s;
    std::optional<Duration> wait;  ///< for all to be open
    bool json = false;
};

/// Asks another host's ports. @returns the exit code
int check_host(const CheckQuestion& question, const CheckOptions& options, const On& on);

/// Says of this machine's ports whether they are free, and who holds them. @returns the exit code
int check_here(const CheckQuestion& question, const CheckOptions& options);

}  // namespace sockeye::cli
