// Words for people: on stderr where data has stdout for itself.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "base/quantity.hpp"
#include "sockeye/address.hpp"
#include "sockeye/error.hpp"
#include "sockeye/time.hpp"

namespace sockeye::cli {

/// One line on stderr. Failing to say something is no reason to end.
void say(std::string_view line);

/// What was asked for, on stdout. That it cannot be written is noticed at the end: the command fails then.
void tell(std::string_view text);

/// "tcp://127.0.0.1:9001", "unix:/path": what Target::parse() reads back.
std::string url(Transport transport, const Address& address);

/// Whom to connect to: a Target whose port can be reached.
/// @returns invalid_argument with a detail that says what to write
Result<Target> parse_peer(std::string_view text);

/// Three digits that matter, and a unit: "63 us", "2.51 s".
std::string about(Duration duration);

/// Whether `file` is a terminal that should be given colours (https://no-color.org).
bool has_colour(std::FILE* file);

/// This program, as a person in this folder would write it: "build/release/sockeye".
std::string called_as();

}  // namespace sockeye::cli
