// The addresses of a host: known at once, or asked for.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "socket/name_service.hpp"

namespace sockeye::backend {

enum class Purpose : std::uint8_t { connect, bind };

/// What nobody needs to be asked for: "" (loopback, or every interface to bind to), localhost and
/// numeric addresses, of `family` alone if one is given. Nothing: it is a name.
/// @returns invalid_argument: neither a name nor an address
std::optional<Result<std::vector<Address>>> known_addresses(std::string_view host, std::uint16_t port,
                                                            Purpose purpose, std::optional<Family> family);

/// Those of which the network has sockets; `wanted` alone if one is given.
std::vector<Family> families_of(sockeye::Network& network, std::optional<Family> wanted);

/// Asks for every family at once; finishes when all have answered, with what any of them has.
std::unique_ptr<HostLookup> look_up(sockeye::Network& network, std::string_view name,
                                    const std::vector<Family>& families);

/// Of two reasons for having no address, the one to act on: "no such name" only if both say so.
Error better_reason(Error a, Error b);

}  // namespace sockeye::backend
