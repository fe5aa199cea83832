// How the command ends: one exit code for each way to fail (curl's where curl has one), and the words
// that say what went wrong and what to do about it.
#pragma once

#include <string_view>

#include "sockeye/error.hpp"

namespace sockeye::cli {

enum class Exit : int {
    ok = 0,
    other = 1,
    usage = 2,
    name_not_found = 6,
    refused = 7,
    timed_out = 28,
    address_in_use = 48,
    closed_early = 52,
    reset = 56,
    unreachable = 65,
    permission = 77,
    integrity = 90,
};

Exit exit_for(Errc code);

/// What happened in one verb, told on stderr: "sockeye connect: refused: 127.0.0.1:9001 (…)".
/// @param where  what it happened to; left out where the error's own detail says it
/// @returns the exit code, for `return fail(…)`
int fail(std::string_view verb, const Error& error, std::string_view where = {});

/// A mistake in the command line: what is wrong, and what to write instead.
int fail_usage(std::string_view verb, std::string_view mistake);

/// The same for an end that is no Errc.
int fail(std::string_view verb, Exit exit, std::string_view message);

}  // namespace sockeye::cli
