// errno: what the system reports, as the Errc and Error that every network uses.
#pragma once

#include <cerrno>

#include "sockeye/error.hpp"

namespace sockeye::kernel {

/// Errc::input_output for whatever a caller could not act on.
Errc errc_of(int number);

/// The system's own words are the detail where the Errc says less than they do.
Error error_of(int number);

/// Calls again while a signal interrupts it. @returns what the system call returned
template <class Call>
auto uninterrupted(Call call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

}  // namespace sockeye::kernel
