// JSON for machines: an object a line (RFC 8259; the lines are what jq, and Python's json, read one by one).
#pragma once

#include <string>

#include "view/table.hpp"

namespace sockeye::cli {

using view::Json;
using view::text_or_null;

/// One line, its line end included. Strings may hold what came from outside: what is not UTF-8 becomes
/// U+FFFD, and control characters are escaped.
std::string json_line(const Json& object);

}  // namespace sockeye::cli
