// "${NAME}" in a file, as containerlab expands it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lab/file/topology_file.hpp"

namespace sockeye::lab {

/// "${NAME}", "${NAME:-default}" and "${NAME:=default}", which mean the same here; "$${" is "${". Comments
/// are left alone. A name that is not set is a mistake in `remarks`.
std::string expand(std::string_view text, const Environment& environment, std::vector<Remark>& remarks);

}  // namespace sockeye::lab
