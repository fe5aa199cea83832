// A topology as a drawing, in the languages of two tools that draw.
#pragma once

#include <string>

#include "lab/file/topology_file.hpp"

namespace sockeye::view {

/// For Graphviz: `dot -Tsvg`.
std::string to_dot(const lab::TopologyFile& file);
/// For Mermaid, which GitHub and GitLab draw in a Markdown page.
std::string to_mermaid(const lab::TopologyFile& file);

}  // namespace sockeye::view
