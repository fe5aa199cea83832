#include <algorithm>
#include <string>
#include <vector>

#include "app/transfer/message.hpp"
#include "app/transfer/name.hpp"
#include "fuzz/target.hpp"

using namespace sockeye;
using namespace sockeye::app;

/// Frame after frame: what is read is written as it was, and a path that is accepted stays inside.
FUZZ_TARGET(bytes) {
    for (std::span<const std::byte> rest = bytes; rest.size() >= transfer::Head::size;) {
        const auto head = transfer::parse_head(rest.first(transfer::Head::size));
        if (!head) return;
        rest = rest.subspan(transfer::Head::size);
        if (head->length > rest.size()) return;
        const auto body = rest.first(head->length);
        rest = rest.subspan(head->length);
        const auto message = transfer::parse_body(*head, body);
        if (!message) continue;
        std::vector<std::byte> frame;
        transfer::write(frame, *message);
        fuzz::require(std::ranges::equal(std::span{frame}.subspan(transfer::Head::size), body));
        const auto* entry = std::get_if<transfer::Entry>(&*message);
        if (entry == nullptr || !transfer::check_path(entry->path)) continue;
        const std::string inside = "/" + entry->path + "/";
        fuzz::require(!inside.contains("/../") && !inside.contains("/./") && !inside.contains("//") &&
                      !inside.contains('\0'));
    }
}
