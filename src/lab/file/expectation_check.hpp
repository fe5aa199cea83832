// Expectations of a topology file: read, and held against the nodes that there are.
#pragma once

#include "lab/file/topology_file.hpp"
#include "lab/file/yaml_reader.hpp"

namespace sockeye::lab {

/// A list of sentences, each of which that makes sense is added to the file.
void read_expectations(YamlReader& yaml, const YAML::Node& list, TopologyFile& file);

/// Mistakes: a host that is not there or is a bridge; a target without a dot that is no node's name.
void check_expectations(const TopologyFile& file, YamlReader& yaml);

}  // namespace sockeye::lab
