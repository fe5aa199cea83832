// What a person writes for a host: a numeric address, localhost, or a name to be asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sockeye/address.hpp"

namespace sockeye::host_name {

/// The address itself if `host` is meant as one; nothing if it is a name.
/// @returns invalid_argument for a mistaken address
Result<std::optional<Address>> numeric(std::string_view host, std::uint16_t port);

/// RFC 6761 §6.3: the name itself and every name under it, in any case, with or without the root's dot.
bool is_localhost(std::string_view name);

/// Whether DNS could look it up (RFC 1035 §2.3.4; '_' as in service names, RFC 2782).
/// @returns invalid_argument with a detail that names the mistake
Result<void> check(std::string_view name);

}  // namespace sockeye::host_name
