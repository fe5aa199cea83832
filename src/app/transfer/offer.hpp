// What a sender offers: files and directories, each with all that is below it.
#pragma once

#include <string>
#include <vector>

#include "app/transfer/message.hpp"
#include "app/transfer/observer.hpp"
#include "sockeye/directory.hpp"
#include "sockeye/stream.hpp"

namespace sockeye::app::transfer {

/// An entry and where its octets come from.
struct Item {
    Entry entry;
    Directory from;
    std::string path;  ///< in `from`
};

/// The most that a receiver takes: a list that never ends must not fill its memory.
inline constexpr std::uint32_t most_entries = 1'000'000;

/// Adds what is at `path` in `from` under `name`; of a directory, all that is below it, by name.
/// Symbolic links, devices and the like are left out, and `observer` is told.
/// @returns not_found, permission_denied, resources_exhausted: too many entries
Result<void> add_to(std::vector<Item>& items, const Directory& from, const std::string& path,
                    const std::string& name, Observer* observer = nullptr);

}  // namespace sockeye::app::transfer
