// From a path that a person writes to what a program may touch.
#pragma once

#include <string>

#include "sockeye/directory.hpp"
#include "sockeye/kernel.hpp"

namespace sockeye::cli {

struct Place {
    Directory directory;
    std::string name;  ///< in it; it need not be there
};

/// The folder that a path of the machine is in, and its name there. Links are followed, wherever they lead:
/// whoever started the command wants it so. @returns not_found, permission_denied: the folder
Result<Place> place_of(KernelNetwork& network, const std::string& path);

}  // namespace sockeye::cli
