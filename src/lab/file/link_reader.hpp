// A link of a topology file, in containerlab's brief form or in its extended one.
#pragma once

#include <optional>

#include "lab/file/topology_file.hpp"
#include "lab/file/yaml_reader.hpp"

namespace sockeye::lab {

/// Nothing where it makes no sense, or is of a type that leads out of the lab.
std::optional<LinkSpec> read_link(YamlReader& yaml, const YAML::Node& link);

}  // namespace sockeye::lab
