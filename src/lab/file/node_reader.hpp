// A node of a topology file, with what it inherits: defaults, then its kind, then its group, then itself.
#pragma once

#include <string>

#include "lab/file/topology_file.hpp"
#include "lab/file/yaml_reader.hpp"

namespace sockeye::lab {

/// What a file says of several nodes at once.
struct Templates {
    YAML::Node defaults;
    YAML::Node kinds;   ///< by kind
    YAML::Node groups;  ///< by group
};

/// @param key, value  as they stand among the nodes
NodeSpec read_node(YamlReader& yaml, const std::string& name, const YAML::Node& key, const YAML::Node& value,
                   const Templates& templates);

}  // namespace sockeye::lab
