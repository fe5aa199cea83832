// JSON for machines: an object a line (RFC 8259; the lines are what jq, and Python's json, read one by one).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace sockeye::cli {

/// Fields keep the order they were written in.
using Json = nlohmann::ordered_json;

/// One line, its line end included. Strings may hold what came from outside: what is not UTF-8 becomes
/// U+FFFD, and control characters are escaped.
std::string json_line(const Json& object);

/// What may be missing: null then.
Json text_or_null(std::string_view text);

}  // namespace sockeye::cli
