// What of a node's "exec" lines a lab understands: those of ip(8) that set a network up.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "lab/file/topology_file.hpp"

namespace sockeye::lab {

/// "ip link set dev eth1 mtu 9000"; without a number or an address, nothing is to be done ("up").
struct LinkChange {
    std::string card;
    std::optional<std::size_t> mtu;
    std::optional<wire::MacAddress> mac;
};
/// Something else, which a lab cannot run.
struct OtherProgram {
    std::string line;
};

using ExecLine = std::variant<CardPrefix, StaticRoute, LinkChange, OtherProgram>;

/// @returns invalid_argument with a detail that names the mistake, in a line of ip(8) that a lab would follow
Result<ExecLine> parse_exec_line(std::string_view line);

}  // namespace sockeye::lab
