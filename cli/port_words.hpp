// Ports as people write them.
#pragma once

#include <string_view>
#include <vector>

#include "base/port_class.hpp"
#include "sockeye/error.hpp"

namespace sockeye::cli {

/// "80", "1-1024", "http", and several with commas between them: "22,80,8000-8100".
/// @returns invalid_argument, whose detail says what to write; name_not_found: no such service
Result<std::vector<PortRange>> parse_ports(std::string_view text);

/// "ssh", the service at `port` in the system's database; "-" where it has none.
/// @param protocol  "tcp" or "udp"
std::string service_at(std::uint16_t port, std::string_view protocol);

}  // namespace sockeye::cli
