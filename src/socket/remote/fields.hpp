// The fields that messages and records of the protocol have in common.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/appender.hpp"
#include "base/reader.hpp"
#include "sockeye/address.hpp"

namespace sockeye::remote {

/// Family, then address, port and scope, or the path.
void put(Appender& out, const Address& address);
/// A length (2 octets), and so many. What is longer than a frame's texts may be is cut.
void put(Appender& out, std::string_view text);

/// Reads one of each; `fine` becomes false where there is none. What the reader cannot read it tells itself.
Address take_address(Reader& in, bool& fine);
std::string take_text(Reader& in, bool& fine);

/// Of one text.
inline constexpr std::size_t longest_text = 1024;

}  // namespace sockeye::remote
