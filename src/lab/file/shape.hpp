// Topologies that need no file: "tree,DEPTH,FANOUT", "single,N", "linear,N", in Mininet's words and meaning.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sockeye/error.hpp"

namespace sockeye::lab {

/// A topology file's text. Hosts are h1, h2, … with the addresses 10.0.0.1/8, 10.0.0.2/8, …; switches s1, s2,
/// ….
///
///   single,N            one switch, N hosts
///   linear,N            N switches in a row, a host at each
///   tree,DEPTH,FANOUT   switches in a tree, hosts at its leaves; the FANOUT is 2 unless said
///
/// It expects that every host reaches every other; where there are many, that the first reaches the last.
/// @returns invalid_argument with a detail that names the mistake and what to write
Result<std::string> topology_of_shape(std::string_view shape);

}  // namespace sockeye::lab
