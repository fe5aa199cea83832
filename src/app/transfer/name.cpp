#include "app/transfer/name.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/printable.hpp"

namespace sockeye::app::transfer {
namespace {

constexpr std::string_view part_suffix = ".sockeye-part";
constexpr std::string_view journal_suffix = ".sockeye-journal";

std::string_view wrong_with(std::string_view name) {
    if (name.empty()) return "an empty name";
    if (name == "." || name == "..") return "a name that leads elsewhere";
    if (name.size() > longest_name) return "a name that is too long";
    if (name.find('\0') != std::string_view::npos) return "a NUL";
    if (name.starts_with('.') && (name.ends_with(part_suffix) || name.ends_with(journal_suffix)))
        return "the name of a file that is still arriving";
    return {};
}

/// "d/a" becomes "d/.a" and the suffix.
std::string beside(std::string_view path, std::string_view suffix) {
    const std::size_t name = path.rfind('/') + 1;  // npos + 1 is 0
    return fmt::format("{}.{}{}", path.substr(0, name), path.substr(name), suffix);
}

}  // namespace

Result<void> check_path(std::string_view path) {
    std::string_view wrong = path.size() > longest_path ? "a path that is too long" : "";
    for (std::size_t at = 0; wrong.empty() && at <= path.size();) {
        const std::size_t slash = std::min(path.find('/', at), path.size());
        wrong = wrong_with(path.substr(at, slash - at));
        at = slash + 1;
    }
    if (wrong.empty()) return {};
    return std::unexpected{Error{Errc::invalid_argument, "",
                                 fmt::format("\"{}\" has {}", printable(path.substr(0, 80)), wrong)}};
}

std::string part_of(std::string_view path) {
    return beside(path, part_suffix);
}

std::string journal_of(std::string_view path) {
    return beside(path, journal_suffix);
}

}  // namespace sockeye::app::transfer
