// TCP's options (RFC 9293 §3.1), shown one by one as they stand in the header.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "wire/fields.hpp"

namespace sockeye::wire {

/// @param options  behind the fixed header; parse_tcp() has accepted them
std::vector<Field> tcp_option_fields(std::span<const std::byte> options);

}  // namespace sockeye::wire
