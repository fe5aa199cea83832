#include "app/transfer/offer.hpp"

#include <utility>

#include "app/transfer/name.hpp"

namespace sockeye::app::transfer {
namespace {

constexpr std::uint32_t permissions = 0777;  // whoever runs a receiver decides on set-user-ID itself

Result<void> add_directory(std::vector<Item>& items, const Directory& from, const std::string& path,
                           const std::string& name, Observer* observer) {
    Result<std::vector<DirectoryEntry>> below = from.list(path);
    if (!below) return std::unexpected{std::move(below.error())};
    for (const DirectoryEntry& each : *below)
        if (Result<void> added =
                add_to(items, from, path + "/" + each.name, name + "/" + each.name, observer);
            !added)
            return added;
    return {};
}

}  // namespace

Result<void> add_to(std::vector<Item>& items, const Directory& from, const std::string& path,
                    const std::string& name, Observer* observer) {
    if (Result<void> good = check_path(name); !good) return good;
    Result<FileStatus> status = from.stat(path);
    if (!status) return std::unexpected{std::move(status.error())};
    const bool is_directory = status->kind == FileKind::directory;
    if (!is_directory && status->kind != FileKind::file) {
        if (observer != nullptr) observer->left_out(name);
        return {};
    }
    if (items.size() == most_entries)
        return std::unexpected{Error{Errc::resources_exhausted, "send", "more than a million files"}};
    items.push_back({.entry = {.kind = is_directory ? Entry::Kind::directory : Entry::Kind::file,
                               .mode = status->mode & permissions,
                               .modified = status->modified,
                               .size = status->size,
                               .path = name},
                     .from = from,
                     .path = path});
    return is_directory ? add_directory(items, from, path, name, observer) : Result<void>{};
}

}  // namespace sockeye::app::transfer
