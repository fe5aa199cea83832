#include "cli/place.hpp"

#include <filesystem>
#include <utility>

namespace sockeye::cli {

Result<Place> place_of(KernelNetwork& network, const std::string& path) {
    std::error_code is_new;
    std::filesystem::path whole = std::filesystem::canonical(path, is_new);
    if (is_new) whole = path;
    Result<Directory> directory =
        network.directory(whole.has_parent_path() ? whole.parent_path().native() : ".");
    if (!directory) return std::unexpected{std::move(directory.error())};
    return Place{std::move(*directory), whole.filename().native()};
}

}  // namespace sockeye::cli
