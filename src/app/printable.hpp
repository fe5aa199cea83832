// What comes from outside, as it may be shown: a terminal obeys what it is sent.
#pragma once

#include <string>
#include <string_view>

namespace sockeye::app {

/// `text` as a terminal may show it, and as one line: what is not UTF-8 becomes U+FFFD (a maximal
/// part at a time, Unicode §3.9), a control character the picture of it (U+2400 and up), but for tab.
/// So nobody can move somebody else's cursor, and a line stays a line.
std::string printable(std::string_view text);

}  // namespace sockeye::app
