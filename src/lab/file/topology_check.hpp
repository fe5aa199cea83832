// What only shows when a topology is looked at as a whole.
#pragma once

#include "lab/file/topology_file.hpp"
#include "lab/file/yaml_reader.hpp"

namespace sockeye::lab {

/// Mistakes: an end at a node that is not there, an interface named twice, an address on a bridge, a gateway
/// that nobody reaches, nodes that wait for each other. Warnings, since a lab may want to show them: two
/// hosts with one address, bridges in a loop, a card without a cable.
void check_topology(const TopologyFile& file, YamlReader& yaml);

}  // namespace sockeye::lab
